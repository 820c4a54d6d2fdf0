internal import Analysis
package import GameModel
internal import InputErrors
internal import Output
package import Scenarios
internal import Solver

/// What is asked of a boundary: which numbers vary, after which histories, and what follows the decision.
package struct BoundaryRequest {
    /// Numbers by their paths, once or twice; none where the posterior is partitioned.
    package let vary: [String]
    /// Three user types, `A,B,C`, whose posterior is partitioned.
    package let posterior: String?
    /// Histories after which the model decides; none for every opening.
    package let after: [String]
    /// The policy that is held; nil where what follows is optimal too.
    package let policy: String?
    package let withoutConstraints: Bool
    /// Whether a policy is solved for at some values.
    package let sampled: Bool
    package let checks: Int
    /// Scenarios drawn for bands; nil for as many as the kind of result is good for.
    package let samples: Int?
    package let gap: Double?
    package let resolution: Int
    package let seed: UInt64
    /// Whether users are taken with the foresight that the scenario gives them.
    package let takesForesight: Bool

    package init(
        vary: [String], posterior: String?, after: [String], policy: String?, withoutConstraints: Bool, sampled: Bool,
        checks: Int, samples: Int?, gap: Double?, resolution: Int, seed: UInt64, takesForesight: Bool
    ) {
        self.vary = vary
        self.posterior = posterior
        self.after = after
        self.policy = policy
        self.withoutConstraints = withoutConstraints
        self.sampled = sampled
        self.checks = checks
        self.samples = samples
        self.gap = gap
        self.resolution = resolution
        self.seed = seed
        self.takesForesight = takesForesight
    }

    /// How many scenarios are drawn.
    private var drawnCount: Int { samples ?? (vary.count == 2 ? 0 : 200) }

    /// - Parameters:
    ///   - control: its deadline is for planning; a policy that is held is not searched for.
    ///   - onAnswer: called whenever a search has been answered, with what it left open.
    /// - Throws: `InputError` for what cannot be asked of this scenario; `InterruptedError` where it is to stop before anything is known.
    package func report(
        _ scenario: Scenario, _ control: RunControl, onAnswer: @escaping @Sendable (_ gap: Double?) -> Void
    ) throws -> BoundaryReport {
        let named = try policy.map { try NamedPolicy($0, scenario: scenario, note: control.note) }
        var objective = named?.objective(scenario.objective) ?? scenario.objective
        if withoutConstraints { (objective.constraints, objective.klWeight) = ([], 0) }
        let inputs = GameInputs(definition: scenario.definition, objective: objective)
        if withoutConstraints, let path = vary.first(where: { $0.hasPrefix("objective.constraints.") }) {
            throw InputError("\(path) is left out by --without-constraints; leave that flag out to vary it")
        }
        let variations = try vary.map { try VariedNumber.variation($0, inputs: inputs) }
        try check(variations)
        let decisions = try HistoryArgument.histories(after, scenario: scenario)
        let held = try named.map {
            try HeldQuery(
                $0.controller, inputs: inputs, decisions: decisions,
                multipliers: $0.prices(in: scenario, note: control.note))
        }
        var control = control
        if held != nil { control.deadline = nil }
        let result: BoundaryReport.Result
        do {
            result = try find(scenario, inputs, variations, decisions, held, control, onAnswer)
        } catch {
            // What a search that was cut short is missing is not the scenario's fault.
            guard control.stop() else { throw error }
            control.note("interrupted before anything was known")
            throw InterruptedError()
        }
        let settings = [
            "boundary", scenario.gameHash, named?.hash ?? (sampled ? "sampled" : "optimal"), "\(withoutConstraints)",
            posterior ?? "", "\(checks)", gap.map { "\($0)" } ?? "", "\(drawnCount)", "\(resolution)", "\(seed)",
        ]
        return BoundaryReport(
            scenario: scenario, policy: policy, variations: variations, result: result,
            bands: try bands(scenario, inputs, variations, held, result, control),
            runID: RunName.make(settings + vary + after + scenario.assumptionParts))
    }

    /// - Throws: ``InputError`` for numbers that cannot vary here.
    private func check(_ variations: [Variation]) throws {
        for variation in variations {
            if case .foresight = variation.parameter.location, !takesForesight {
                throw InputError(
                    "\(variation.parameter): --foresight myopic takes users as myopic; leave it out to vary their foresight"
                )
            }
        }
    }

    /// What the scenario's uncertainty does to the switches, or why it was not asked.
    private func bands(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ held: HeldQuery?,
        _ result: BoundaryReport.Result, _ control: RunControl
    ) throws -> BoundaryReport.Bands {
        let threads = control.threads ?? 1
        guard let held else { return .none("no bands: they are for a policy that is held") }
        guard drawnCount > 0 else {
            return .none(samples == 0 ? "no bands: --samples is 0" : "no bands: --samples 200 draws them for a map")
        }
        let drawn = try SampledInputs.draw(
            scenario, objective: inputs.objective, count: drawnCount, seed: seed, shouldStop: control.shouldStop)
        let interrupted = BoundaryReport.Bands.none("no bands: interrupted before they were drawn")
        guard !control.shouldStop() else { return interrupted }
        guard !drawn.isEmpty else {
            try control.noUnits(of: HeldQuery.drawnUnit)
            return .none("no bands: the scenario has no uncertainty")
        }
        if case .lines(let lines) = result {
            let found = try held.bands(
                of: lines, along: variations[0], samples: drawn, threads: threads, control: control)
            guard let count = found.first?.samples, count > 0 else { return interrupted }
            return .drawn(found, samples: count, seed: seed)
        }
        let found = try held.agreement(
            along: variations[0], variations[1], samples: drawn, threads: threads, control: control)
        guard let count = found.first?.samples, count > 0 else { return interrupted }
        return .agreement(found, samples: count, seed: seed)
    }

    private func find(
        _ scenario: Scenario, _ inputs: GameInputs, _ variations: [Variation], _ decisions: [History],
        _ held: HeldQuery?, _ control: RunControl, _ onAnswer: @escaping @Sendable (_ gap: Double?) -> Void
    ) throws -> BoundaryReport.Result {
        let threads = control.threads ?? 1
        if let held {
            guard variations.count == 2 else {
                return .lines(try held.lines(along: variations[0], threads: threads, control: control))
            }
            return .maps(
                try held.maps(
                    along: variations[0], variations[1], resolution: resolution, threads: threads, control: control))
        }
        let planning = BoundaryPlanning(
            file: scenario.file, inputs: inputs, decisions: decisions, gap: gap, checks: checks,
            isOver: control.shouldStop,
            onAnswer: onAnswer, memory: control.memoryMebibytes ?? 2048, seed: seed, threads: threads)
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
