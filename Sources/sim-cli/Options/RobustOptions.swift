internal import ArgumentParser
internal import Nacre

/// What a policy is to be robust against, as it is asked for on the command line.
struct RobustOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Judge by the worst case: prior:RADIUS (priors within this total variation), all-priors, parameters:mean, \
            parameters:worst or parameters:cvar:LEVEL (user parameters drawn from the scenario's uncertainty).
            """)
    var robust: String?

    @Option(
        name: .long, help: "Games for uncertain parameters: the nominal one and draws, this many in all. (default: 50)",
        transform: Number.whole(2...100_000))
    var samples = 50

    var isAsked: Bool { robust != nil }

    func validate() throws {
        guard let robust else { return }
        do { _ = try Robustness(name: robust) } catch { throw ValidationError("--robust \(error).") }
    }

    /// What a policy is to be robust against; nil where nothing was asked.
    var robustness: Robustness? { get throws { try robust.map { try Robustness(name: $0) } } }

    /// The worst case asked for, or nil.
    ///
    /// - Throws: ``InputError`` if parameters are to be drawn and the scenario does not say how uncertain they are; ends the program if
    ///   it was interrupted meanwhile.
    func worstCase(_ scenario: Scenario, _ global: GlobalOptions, _ terminal: Terminal) throws -> WorstCase? {
        guard let robustness = try robustness else { return nil }
        let work = Work("drawing", unit: "games", threads: global.threadCount, on: terminal)
        let worst = try work.run { control in
            try scenario.worstCase(robustness, samples: samples, seed: global.seed, control: control)
        }
        // A worst case over fewer games than were asked for is another one.
        try work.end()
        return worst
    }
}
