internal import Analysis
internal import ArgumentParser
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver

struct BoundaryCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary",
        abstract: "Find where the best response switches as numbers of the scenario vary.",
        discussion: """
            Without --policy everything after the decision is optimal too, found by belief planning; along a limit \
            (objective.constraints.TYPE.OUTCOME.at_most) under the constraints. With --sampled the policy is solved anew at \
            some values, which takes any scenario and any number. With --policy the policy goes on as it is, and only the \
            response at the decision is chosen anew. Two numbers at once make a map; without --policy they are two of payoffs, \
            exposures and costs, or a prior with a payoff or an exposure. If the scenario has an uncertainty, its \
            coefficients are drawn, and the switches of a held policy get bands.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var assumption: ForesightOption

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: ArgumentHelp("\(VariedNumber.help) Once or twice.", valueName: "path"))
    var vary: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Three user types, A,B,C: partition the posterior over them.", valueName: "types"))
    var posterior: String?

    @Option(
        name: .long,
        help: ArgumentHelp("\(HistoryArgument.help) Without it, every opening.", valueName: "history"))
    var after: [String] = []

    @Option(name: .long, help: "Hold this policy: \(PolicyForms.text).")
    var policy: String?

    @Flag(
        name: .customLong("without-constraints"),
        help: "Planning: leave out the scenario's constraints and its KL term, which it does not take.")
    var withoutConstraints = false

    @Flag(
        name: .long,
        help: """
            Solve anew at some values: for a KL term, for users who look ahead (by the gradient method, a local optimum), and \
            along other numbers than limits under constraints.
            """)
    var sampled = false

    @Option(
        name: .long,
        help: "--sampled, or planning where corners prove nothing: at how many inner values. (default: 32)",
        transform: Number.whole(1...100_000))
    var checks = 32

    @Option(
        name: .long,
        help: """
            Held policy: scenarios drawn from the uncertainty, for bands from 5 to 95 %; 0 for none (default: 200 along one \
            number; 0 for maps, of which every draw is a map of its own).
            """,
        transform: Number.whole(20...100_000, orZero: true))
    var samples: Int?

    @Option(
        name: .long,
        help: """
            Planning: what the planner may leave open, in units of the value; 0 asks for a proof (default: 0, along a limit \
            0.0001).
            """,
        transform: Number.real(0...Number.largest))
    var gap: Double?

    @Option(
        name: .customLong("time-limit"),
        help: "Planning: stop after this many seconds, with what is known then. (default: 60.0)",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var timeLimit = 60.0

    @Option(
        name: .long, help: "Planning: what a search may take, in MiB. (default: 2048)",
        transform: Number.whole(Number.mebibytes))
    var memory = 2048

    @Option(
        name: .long, help: "Maps of two numbers, a policy held: cells a side. (default: 64)",
        transform: Number.whole(1...4096))
    var resolution = 64

    @Option(name: .long, help: "Also write tidy CSV with a data dictionary, and pictures, into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    func validate() throws {
        guard posterior == nil ? (1...2).contains(vary.count) : vary.isEmpty else {
            throw ValidationError("give --vary once or twice, or --posterior without it.")
        }
        if withoutConstraints, policy != nil {
            throw ValidationError(
                "--without-constraints is for planning; a policy's constraints count at their prices.")
        }
        if sampled, policy != nil || posterior != nil || vary.count == 2 {
            throw ValidationError(
                "--sampled solves anew along one number; leave out --policy, --posterior and a second --vary.")
        }
        if posterior != nil, policy != nil {
            throw ValidationError("--posterior partitions what is optimal; leave out --policy.")
        }
    }

    /// How many scenarios are drawn.
    private var drawnCount: Int { samples ?? (vary.count == 2 ? 0 : 200) }

    func execute(_ terminal: Terminal) throws {
        // A policy that is held is not searched for: there, Ctrl-C ends the program.
        let (clock, interrupt, limit) = (Stopwatch(), policy == nil ? Interrupt() : nil, timeLimit)
        let scenario = try assumption.scenario(path: file)
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let named = try policy.map { try NamedPolicy($0, scenario: scenario, terminal) }
        var objective = named?.objective(scenario.objective) ?? scenario.objective
        if withoutConstraints { (objective.constraints, objective.klWeight) = ([], 0) }
        let inputs = GameInputs(definition: scenario.definition, objective: objective)
        if withoutConstraints, let path = vary.first(where: { $0.hasPrefix("objective.constraints.") }) {
            throw InputError("\(path) is left out by --without-constraints; leave that flag out to vary it")
        }
        let variations = try vary.map { try VariedNumber.variation($0, inputs: inputs) }
        try check(variations)
        let decisions = try HistoryArgument.histories(after, scenario: scenario)
        let held = try held(named, scenario, inputs, decisions, terminal)
        let line = PlanningLine("planning", limit: limit, clock: clock, on: terminal)
        let result = try find(scenario, inputs, variations, decisions, held, line) {
            line.tick()
            return interrupt?.isRequested == true || clock.seconds >= limit
        }
        line.finish()
        let report = BoundaryReport(
            scenario: scenario, policy: policy, variations: variations, result: result,
            bands: try bands(scenario, inputs, variations, held, result),
            runID: RunName.make(
                [
                    "boundary", scenario.gameHash, named?.hash ?? (sampled ? "sampled" : "optimal"),
                    "\(withoutConstraints)", posterior ?? "",
                    "\(checks)", gap.map { "\($0)" } ?? "", "\(drawnCount)", "\(resolution)", "\(global.seed)",
                ]
                    + vary + after + scenario.foresightParts))
        if let out { try report.write(to: out, replaces: force, terminal) }
        try terminal.json ? terminal.print(report.json) : terminal.print(report.text)
        if interrupt?.isRequested == true { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !report.isSettled { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// - Throws: ``InputError`` for numbers that cannot vary here.
    private func check(_ variations: [Variation]) throws {
        for variation in variations {
            if case .foresight = variation.parameter.location, assumption.wanted == .myopic {
                throw InputError(
                    "\(variation.parameter): --follower myopic takes users as myopic; leave it out to vary their foresight"
                )
            }
        }
    }

    /// The policy that is held; nil where everything after the decision is to be optimal.
    private func held(
        _ named: NamedPolicy?, _ scenario: Scenario, _ inputs: GameInputs, _ decisions: [History], _ terminal: Terminal
    ) throws -> HeldQuery? {
        guard let named else { return nil }
        return try HeldQuery(
            named.controller, inputs: inputs, decisions: decisions,
            multipliers: named.prices(in: scenario, terminal))
    }

    /// What the scenario's uncertainty does to the switches, or why it was not asked.
    private func bands(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ held: HeldQuery?,
        _ result: BoundaryReport.Result
    ) throws -> BoundaryReport.Bands {
        guard let held else { return .none("no bands: they are for a policy that is held") }
        guard drawnCount > 0 else {
            return .none(samples == 0 ? "no bands: --samples is 0" : "no bands: --samples 200 draws them for a map")
        }
        let drawn = try SampledInputs.draw(scenario, objective: inputs.objective, count: drawnCount, seed: global.seed)
        guard !drawn.isEmpty else { return .none("no bands: the scenario has no uncertainty") }
        if case .lines(let lines) = result {
            return .drawn(
                try held.bands(of: lines, along: variations[0], samples: drawn, threads: global.threadCount),
                samples: drawnCount, seed: global.seed)
        }
        return .agreement(
            try held.agreement(
                along: variations[0], variations[1], samples: drawn, threads: global.threadCount),
            samples: drawnCount, seed: global.seed)
    }

    private func find(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ decisions: [History],
        _ held: HeldQuery?, _ line: PlanningLine,
        isOver: @escaping @Sendable () -> Bool
    ) throws -> BoundaryReport.Result {
        if let held {
            if variations.count == 2 {
                return .maps(
                    try held.maps(
                        along: variations[0], variations[1], resolution: resolution, threads: global.threadCount))
            }
            return .lines(try held.lines(along: variations[0], threads: global.threadCount))
        }
        let planning = BoundaryPlanning(
            file: file, inputs: inputs, decisions: decisions, gap: gap, checks: checks, isOver: isOver,
            onAnswer: {
                line.countSearch()
                ProcessMemory.giveBack()
            }, memory: memory, seed: global.seed, threads: global.threadCount)
        if sampled { return .lines(try planning.sampled(along: variations[0])) }
        if variations.count == 2 { return .maps(try planning.maps(along: variations[0], variations[1])) }
        if let posterior { return .partitions(try planning.partitions(of: types(posterior, scenario))) }
        if case .limit = variations[0].parameter.location {
            let (curve, lines) = try planning.limit(along: variations[0])
            return .limit(curve, lines)
        }
        return .lines(try planning.lines(along: variations[0]))
    }

    private func types(_ text: String, _ scenario: Scenario) throws -> [Int] {
        let names = scenario.game.users
        let indices = try text.split(separator: ",").map(String.init).map { name -> Int in
            if let index = names.firstIndex(of: name) { return index }
            let hint = Scenario.suggestion(for: name, among: names).map { "did you mean \($0)?" }
            throw InputError("there is no user type \(name); " + (hint ?? "there are \(names.joined(separator: ", "))"))
        }
        guard indices.count == 3, Set(indices).count == 3 else {
            throw InputError(
                "--posterior \(text): three different user types are needed; there are \(names.joined(separator: ", "))"
            )
        }
        return indices
    }
}
