internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver

/// How a solved policy is shown: its value and what is known of it, what it does first, and how it differs from today's.
package struct SolveReport: Report {
    package let solved: SolvedScenario
    package let seconds: Double
    package let seed: UInt64

    package init(_ solved: SolvedScenario, seconds: Double, seed: UInt64) {
        self.solved = solved
        self.seconds = seconds
        self.seed = seed
    }

    private var scenario: Scenario { solved.scenario }

    /// What the policy does at one opening.
    private struct Opening {
        let cue: String
        /// P(cue).
        let probability: Double
        let posterior: [Double]
        /// Q of every response, with the constraints at their prices.
        let values: [Double]
        let strategy: [Double]
        /// V, KL term included: Σ P(cue) V is the goal's value.
        let value: Double
        /// The same with the constraints at their prices: Σ_a π(a) Q(a), less the KL term.
        let pricedValue: Double
    }

    private func openings() throws -> [Opening] {
        let game = scenario.game
        let controller = solved.policy
        let priced = try ActionValues(
            openingsOf: controller, game: game, objective: scenario.objective, multipliers: solved.multipliers)
        let free =
            solved.multipliers.contains { $0 > 0 }
            ? try ActionValues(openingsOf: controller, game: game, objective: scenario.objective, multipliers: [])
            : priced
        return game.cues.indices.compactMap { cue in
            guard let (belief, probability) = try? Belief.opening(cue, game: game) else { return nil }
            let nodes = controller.memory.initial[cue]
            func value(_ values: ActionValues) -> Double {
                values.value(
                    belief: belief, turn: 1, nodes: nodes, controller: controller, objective: scenario.objective,
                    game: game)
            }
            return Opening(
                cue: game.cues[cue], probability: probability, posterior: belief.users(in: game),
                values: priced.expected(belief: belief, turn: 1, nodes: nodes, controller: controller),
                strategy: nodes.strategy(of: controller), value: value(free), pricedValue: value(priced))
        }
    }

    package func text() throws -> String {
        let reference = try Policy.reference(scenario.objective.reference, game: scenario.game)
        let evaluations = [
            ("reference", Evaluation(reference, game: scenario.game, reference: scenario.objective.reference)),
            ("solved", solved.evaluation),
        ]
        var entries = evaluations.map { OutcomeTable.Entry($1, policy: $0, scenario: scenario) }
        if isBroken {
            entries[1] = OutcomeTable.Entry(solved.evaluation, policy: evaluations[1].0, constraints: .violated)
        }
        return [
            summary, try openingTable(), OutcomeTable(game: scenario.game, entries: entries).text,
        ].joined(separator: "\n")
    }

    private var summary: String {
        let goal = scenario.objective.goal == .payoff ? "payoff" : "safe share"
        var lines = [
            scenario.heading,
            scenario.assumptionLines + "status: \(solved.ending)",
            bound(goal),
        ]
        lines += solved.notes
        lines.append("found in \(Format.fixed(seconds, 2)) s")
        for (constraint, multiplier) in zip(scenario.objective.constraints, solved.multipliers) {
            let share = solved.evaluation.outcomes[constraint.user][constraint.outcome]
            lines.append(
                "constraint: P(\(scenario.game.outcomes[constraint.outcome].name) | "
                    + "\(scenario.game.users[constraint.user])) = "
                    + "\(constraint.beside(share, 6, isBroken: isBroken)); "
                    + "price \(scenario.amount(multiplier))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether the solver says that the policy breaks a limit: then no excess is too small to be shown.
    private var isBroken: Bool { solved.status.breaksLimits }

    /// The value, and what no policy can exceed; a bound says nothing of a policy that breaks the limits.
    private func bound(_ goal: String) -> String {
        let value = "\(solved.valueName ?? goal): \(scenario.amount(solved.value, 6)) (exact)"
        switch solved.status {
        case .infeasible: return value + ", of the policy that breaks the limits least"
        case .undecided:
            return value + ", of a policy that breaks the limits; none that keeps them can exceed "
                + scenario.amount(solved.bound, 6)
        default: break
        }
        let whose = scenario.objective.constraints.isEmpty ? "no policy" : "no policy that keeps the limits"
        return value + "; \(whose) can exceed \(scenario.amount(solved.bound, 6)); gap "
            + scenario.amount(solved.bound - solved.value, 6)
    }

    /// A response at an opening a line; what is the same for all of them stands in the first.
    private func openingTable() throws -> String {
        let game = scenario.game
        @Sendable func reference(_ row: (opening: Opening, response: Int)) -> Double {
            let cue = game.cues.firstIndex(of: row.opening.cue) ?? 0
            return scenario.objective.reference.strategy(turn: 1, cue: cue, after: nil)[row.response]
        }
        let columns: Columns<(opening: Opening, response: Int)> = [
            .text("opening", left: true) { $0.response == 0 ? $0.opening.cue : "" },
            .text("response", left: true) { game.responses[$0.response].name },
            .text("policy") { Format.fixed($0.opening.strategy[$0.response], 3) },
            .text("reference") { Format.fixed(reference($0), 3) },
            .text("change") { row in
                let (now, today) = (row.opening.strategy[row.response], reference(row))
                return (now > today ? "+" : "") + Format.fixed(now - today, 3)
            },
            .text("action value") { scenario.amount($0.opening.values[$0.response]) },
            .text("posterior", left: true) { row in
                guard row.response == 0 else { return "" }
                return zip(game.users, row.opening.posterior).map { "\($0) \(Format.fixed($1, 2))" }
                    .joined(separator: ", ")
            },
        ]
        return columns.text(try openings().flatMap { opening in game.responses.indices.map { (opening, $0) } })
    }

    package func json() throws -> JSONValue {
        let game = scenario.game
        var first: [String: JSONValue] = [:]
        for opening in try openings() {
            let sure = opening.strategy.firstIndex(of: 1)
            first[opening.cue] = .object([
                "posterior": .object(
                    Dictionary(uniqueKeysWithValues: zip(game.users, opening.posterior.map { JSONValue.number($0) }))),
                "probability": .number(opening.probability), "value": .number(opening.value),
                "priced_value": .number(opening.pricedValue), "q": scenario.responses(opening.values),
                "strategy": scenario.responses(opening.strategy),
                "response": sure.map { .string(game.responses[$0].name) } ?? .null,
            ])
        }
        let common: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "method": .string(solved.method), "status": .string(solved.status.name),
            "value": .number(solved.value), "payoff": .number(solved.evaluation.payoff),
            "safe": .number(solved.evaluation.safe), "turns": .number(solved.evaluation.turns),
            // The value of a policy that breaks the limits bounds nothing.
            "lower": isBroken ? .null : .number(solved.value), "upper": .number(solved.bound),
            "gap": isBroken ? .null : .number(solved.bound - solved.value), "seconds": .number(seconds),
            "openings": .object(first),
            "multipliers": .array(
                zip(scenario.objective.constraints, solved.multipliers).map { constraint, multiplier in
                    .object([
                        "user": .string(game.users[constraint.user]),
                        "outcome": .string(game.outcomes[constraint.outcome].name), "value": .number(multiplier),
                    ])
                }),
            "settings": .object(solved.settings), "seed": .string("\(seed)"),
        ]
        return .object(scenario.withAssumptions(common.merging(solved.members) { common, _ in common }))
    }
}
