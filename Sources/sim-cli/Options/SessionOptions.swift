public import ArgumentParser
public import Nacre

extension SessionsRequest.Reward: ExpressibleByArgument {}

/// What sessions are like that other programs lead: for `play --stdio` and `serve --env`.
struct SessionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "What a turn is rewarded with: its part of the payoff, or that shaped by the value of what is known.")
    var reward = SessionsRequest.Reward.payoff

    @Flag(name: .long, help: "Replies say what is known of the user: the posterior over types and states.")
    var belief = false

    @Flag(name: .long, help: "Replies say what is hidden, and a reset may choose who comes.")
    var reveal = false

    /// Whether anything was asked for.
    var isGiven: Bool { reward != .payoff || belief || reveal }

    /// - Parameter policy: whom users with foresight expect, and whose value shapes rewards.
    func request(policy: String, seed: UInt64, labeller: any TextLabeller) -> SessionsRequest {
        var request = SessionsRequest()
        (request.reward, request.believes, request.reveals) = (reward, belief, reveal)
        (request.policy, request.seed, request.labeller) = (policy, seed, labeller)
        return request
    }
}

/// Sessions over standard input and output: a line of JSON in, a line out.
enum StdioSessions {
    /// Answers until the input ends, or Ctrl-C.
    ///
    /// - Throws: `FileError` if the replies cannot be written.
    static func run(_ host: SessionHost, _ terminal: Terminal) throws {
        let interrupt = Interrupt()
        let lines = TypedLines(stop: { interrupt.isRequested })
        let control = RunControl(stop: { interrupt.isRequested })
        var isFirst = true
        while var line = lines.nextBytes() {
            // Some shells begin what they pipe with a byte order mark.
            if isFirst, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
            isFirst = false
            // Empty lines come from people who look on.
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            try terminal.print(host.line(line, control) + "\n")
        }
        if interrupt.isRequested { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }
}
