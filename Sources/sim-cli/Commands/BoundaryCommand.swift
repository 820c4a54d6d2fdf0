internal import Analysis
internal import ArgumentParser
internal import Files
internal import GameModel
internal import Parameters
internal import Reporting
internal import Scenarios
internal import Solver

struct BoundaryCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary",
        abstract: "Find where the best response switches as numbers of the scenario vary.",
        discussion: """
            Without --policy everything after the decision is optimal too, found by belief planning. With --policy the policy \
            goes on as it is, and only the response at the decision is chosen anew; two numbers at once need that. If the scenario has an uncertainty, its coefficients \
            are drawn, and along one number every switch of a held policy gets a band.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var follower: FollowerOption

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

    @Option(name: .long, help: "Hold this policy: always:RESPONSE, uniform, reference, or a file written by solve.")
    var policy: String?

    @Flag(
        name: .customLong("without-constraints"),
        help: "Planning: leave out the scenario's constraints and its KL term, which it does not take.")
    var withoutConstraints = false

    @Option(name: .long, help: "Planning, where corners prove nothing: at how many inner values the planner is asked.")
    var checks = 32

    @Option(
        name: .long,
        help: "One number, held policy: scenarios drawn from the uncertainty, for bands from 5 to 95 %; 0 for none.")
    var samples = 200

    @Option(name: .long, help: "Planning: what the planner may leave open, in units of the value; 0 asks for a proof.")
    var gap = 0.0

    @Option(name: .customLong("time-limit"), help: "Planning: stop after this many seconds, with what is known then.")
    var timeLimit = 60.0

    @Option(name: .long, help: "Maps of two numbers: cells a side.")
    var resolution = 64

    @Option(name: .long, help: "Also write tidy CSV with a data dictionary, and pictures, into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    func validate() throws {
        guard posterior == nil ? (1...2).contains(vary.count) : vary.isEmpty else {
            throw ValidationError("give --vary once or twice, or --posterior without it.")
        }
        if vary.count == 2, policy == nil {
            throw ValidationError("two numbers at once need --policy: the policy that goes on after the decision.")
        }
        if withoutConstraints, policy != nil {
            throw ValidationError(
                "--without-constraints is for planning; a policy's constraints count at their prices.")
        }
        if posterior != nil, policy != nil {
            throw ValidationError("--posterior partitions what is optimal; leave out --policy.")
        }
        guard checks >= 1 else { throw ValidationError("--checks is \(checks); it must be at least 1.") }
        guard samples == 0 || (20...100_000).contains(samples) else {
            throw ValidationError("--samples is \(samples); it must be 0, or from 20 to 100000.")
        }
        guard gap >= 0, gap.isFinite else { throw ValidationError("--gap is \(gap); it must be at least 0.") }
        guard timeLimit > 0 else { throw ValidationError("--time-limit is \(timeLimit); it must be above 0.") }
        guard (1...4096).contains(resolution) else {
            throw ValidationError("--resolution is \(resolution); it must be from 1 to 4096.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try follower.scenario(path: file)
        if let out { try OutputFolder.check(path: out, replaces: force) }
        var objective = scenario.objective
        if withoutConstraints { (objective.constraints, objective.klWeight) = ([], 0) }
        let inputs = GameInputs(definition: scenario.definition, objective: objective)
        let variations = try vary.map { try VariedNumber.variation($0, inputs: inputs) }
        let decisions = try HistoryArgument.histories(after, scenario: scenario)
        let named = try policy.map { try NamedPolicy($0, scenario: scenario) }
        let held = try held(named, scenario, inputs, decisions, terminal)
        let result = try find(scenario, inputs, variations, decisions, held)
        let report = BoundaryReport(
            scenario: scenario, policy: policy, variations: variations, result: result,
            bands: try bands(scenario, inputs, variations, held, result),
            runID: RunName.make(
                [
                    "boundary", scenario.gameHash, named?.hash ?? "optimal", "\(withoutConstraints)", posterior ?? "",
                    "\(checks)", "\(gap)", "\(samples)", "\(resolution)", "\(global.seed)",
                ]
                    + vary + after + scenario.followerParts))
        if let out { try report.write(to: out, replaces: force) }
        try terminal.json ? terminal.print(report.json) : terminal.print(report.text)
        if !report.isSettled { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// The policy that is held; nil where everything after the decision is to be optimal.
    private func held(
        _ named: NamedPolicy?, _ scenario: Scenario, _ inputs: GameInputs, _ decisions: [History], _ terminal: Terminal
    ) throws -> HeldPolicy? {
        guard let named else { return nil }
        if named.multipliers == nil {
            terminal.note("warning: \(named.label) was solved under other constraints; none has a price here")
        }
        return try HeldPolicy(
            named.controller, inputs: inputs, decisions: decisions,
            multipliers: named.prices(in: scenario))
    }

    /// What the scenario's uncertainty does to the switches, or why it was not asked.
    private func bands(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ held: HeldPolicy?,
        _ result: BoundaryReport.Result
    ) throws -> BoundaryReport.Bands {
        guard let held, case .lines(let lines) = result else {
            return .none("no bands: they are for one number and a policy that is held")
        }
        guard samples > 0 else { return .none("no bands: --samples is 0") }
        let drawn = try SampledInputs.draw(scenario, objective: inputs.objective, count: samples, seed: global.seed)
        guard !drawn.isEmpty else { return .none("no bands: the scenario has no uncertainty") }
        return .drawn(
            try held.bands(of: lines, along: variations[0], samples: drawn, threads: global.threadCount),
            samples: samples, seed: global.seed)
    }

    private func find(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ decisions: [History],
        _ held: HeldPolicy?
    ) throws -> BoundaryReport.Result {
        if let held {
            if variations.count == 2 {
                return .maps(
                    try held.maps(
                        along: variations[0], variations[1], resolution: resolution, threads: global.threadCount))
            }
            return .lines(try held.lines(along: variations[0], threads: global.threadCount))
        }
        guard inputs.objective.constraints.isEmpty, inputs.objective.klWeight == 0 else {
            throw InputError(
                "\(file): planning takes no constraints and no KL term here; give --policy, such as a file written by "
                    + "solve, whose constraints count at their prices, or --without-constraints")
        }
        let (clock, interrupt) = (Stopwatch(), Interrupt())
        let isOver = { interrupt.isRequested || clock.seconds >= timeLimit }
        func planned(_ decisions: [History]) throws -> PlannedPolicy {
            try PlannedPolicy(
                inputs: inputs, decisions: decisions, settings: BeliefPlannerSettings(gap: gap, gradientStarts: 1),
                samples: checks, shouldStop: isOver)
        }
        if let posterior {
            let users = try types(posterior, scenario)
            return .partitions(try decisions.map { try planned([$0]).partition(of: users) })
        }
        let openings = decisions.filter { $0.steps.isEmpty }
        let groups = (openings.isEmpty ? [] : [openings]) + decisions.filter { !$0.steps.isEmpty }.map { [$0] }
        return .lines(try groups.flatMap { try planned($0).lines(along: variations[0]) })
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
