internal import ArgumentParser
internal import Nacre

struct ServeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Explore a scenario in a browser, or be an environment for other programs (--env).",
        discussion: """
            Answers on 127.0.0.1 only, and only to who has the address that it prints. Nothing is written to disk: what is \
            saved, the browser downloads. With --env it is an OpenEnv environment for programs on this machine instead, over \
            HTTP and WebSocket. Ctrl-C ends it.
            """)

    @OptionGroup var assumption: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(name: .long, help: "Be an OpenEnv environment: users react to the answers of programs; docs/sessions.md.")
    var env = false

    @Option(
        name: .long,
        help: """
            \(PolicyForms.text). May be repeated; with --env one: whom users with foresight expect, and whose value shapes \
            rewards.
            """)
    var policy: [String] = []

    @Option(
        name: .customLong("store"), help: "Show the runs of this SQLite file, side by side if asked to.",
        completion: .file(extensions: ["sqlite"]))
    var store: String?

    @Option(name: .long, help: "The port to answer on. (default: one that is free)", transform: Number.whole(1...65535))
    var port: Int?

    @Flag(
        name: .long,
        help: "End with standard input, too: a program that holds the other end of a pipe then leaves no server behind."
    )
    var untilInputEnds = false

    @OptionGroup(title: "Sessions") var sessions: SessionOptions
    @OptionGroup(title: "Labels") var labelling: PlayLabelling
    @OptionGroup(title: "Addresses") var asking: ModelOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if env {
            if store != nil { throw ValidationError("--store is for the explorer, not for --env.") }
            if policy.count > 1 { throw ValidationError("--env takes one --policy.") }
        } else if sessions.isGiven || labelling.judge != nil || !labelling.examples.isEmpty {
            throw ValidationError("--reward, --belief, --reveal, --examples and --judge are for --env.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumption.scenario(path: file)
        if env { return try serveEnvironment(scenario, terminal) }
        var request = ServeRequest(scenario)
        (request.policies, request.store, request.threads) = (policy, store, global.threadCount)
        request.port = UInt16(port ?? 0)
        let json = global.json
        try request.run(until: end, terminal, ready: { show($0, json: json, isPage: true, terminal) })
    }

    /// Whether serving is over, asked again and again.
    private var end: @Sendable () -> Bool {
        let (interrupt, heedsInput) = (Interrupt(), untilInputEnds)
        return { interrupt.isRequested || heedsInput && InputEnd.isReached }
    }

    private func serveEnvironment(_ scenario: Scenario, _ terminal: Terminal) throws {
        let labeller = try labelling.deferred(scenario, asking, cache: nil, RunControl())
        let request = sessions.request(policy: policy.first ?? "reference", seed: global.seed, labeller: labeller)
        let host = try request.host(scenario, note: { terminal.note($0) })
        let json = global.json
        try host.serve(
            port: UInt16(port ?? 0), until: end,
            ready: { show($0, json: json, isPage: false, terminal) })
    }
}

/// Says where the explorer, or the environment, is.
private func show(_ address: String, json: Bool, isPage: Bool, _ terminal: Terminal) {
    do {
        if json {
            try terminal.print(.object(["format": .integer(1), "address": .string(address)]))
        } else {
            try terminal.print("\(address)\n")
            terminal.note(
                isPage
                    ? "Open this address in a browser on this machine; Ctrl-C ends it."
                    : "OpenEnv clients on this machine connect here; Ctrl-C ends it.")
        }
    } catch {
        terminal.complain("error: \(error)")
    }
}
