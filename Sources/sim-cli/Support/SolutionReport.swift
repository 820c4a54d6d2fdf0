internal import CanonicalJSON
internal import GameModel
internal import PolicyFiles
internal import Reporting
internal import Scenarios
internal import Solver

/// How a solution is shown: its value and what is known of it, what it does first, and how it differs from today's policy.
struct SolutionReport {
    let scenario: Scenario
    let solution: Solution
    let method: String
    let seconds: Double

    func present(on terminal: Terminal) throws {
        if terminal.json {
            try terminal.print(json())
        } else {
            try terminal.print(try text())
        }
    }

    /// What the policy does at one opening.
    private struct Opening {
        let cue: String
        let posterior: [Double]
        let values: [Double]
        let strategy: [Double]
        var value: Double { zip(values, strategy).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private func openings() throws -> [Opening] {
        let game = scenario.game
        let controller = solution.controller
        let actionValues = try ActionValues(
            controller, game: game, objective: scenario.objective, multipliers: solution.multipliers)
        return game.cues.indices.compactMap { cue in
            guard let belief = try? Belief.opening(cue, game: game).belief else { return nil }
            let nodes = controller.memory.initial[cue]
            return Opening(
                cue: game.cues[cue], posterior: belief.users(in: game),
                values: actionValues.expected(belief: belief, turn: 1, nodes: nodes, controller: controller),
                strategy: nodes.strategy(of: controller))
        }
    }

    private func text() throws -> String {
        let reference = try FiniteMemoryController.constant(scenario.objective.reference, game: scenario.game)
        let evaluations = [
            ("reference", Evaluation(reference, game: scenario.game, reference: scenario.objective.reference)),
            ("solved", solution.evaluation),
        ]
        let entries = evaluations.map { OutcomeTable.Entry($1, policy: $0, scenario: scenario) }
        return [
            summary, try openingTable(), OutcomeTable(game: scenario.game, entries: entries).text,
        ].joined(separator: "\n")
    }

    private var summary: String {
        let goal = scenario.objective.goal == .payoff ? "payoff" : "safe share"
        var lines = [
            scenario.title,
            "status: \(statusText)",
            "\(goal): \(Format.fixed(solution.value, 6)) (exact); no policy can exceed "
                + "\(Format.fixed(solution.upperBound, 6)); gap \(Format.fixed(solution.gap, 6))",
            "residual: \(solution.residual) (tolerance \(solution.tolerance)); \(solution.successes) of "
                + "\(solution.starts.count) starts reached this value; \(solution.iterations) iterations in "
                + "\(Format.fixed(seconds, 2)) s",
        ]
        for (constraint, multiplier) in zip(scenario.objective.constraints, solution.multipliers) {
            let share = solution.evaluation.outcomes[constraint.user][constraint.outcome]
            lines.append(
                "constraint: P(\(scenario.game.outcomes[constraint.outcome].name) | "
                    + "\(scenario.game.users[constraint.user])) = \(Format.fixed(share, 6)) ≤ \(constraint.atMost); "
                    + "price \(Format.fixed(multiplier, 4))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var statusText: String {
        switch solution.status {
        case .converged: "converged (a local optimum of this controller class)"
        case .limitReached: "limit reached: not converged; this is the best so far"
        case .stopped: "interrupted: this is the best so far"
        case .infeasible(let violation):
            "infeasible: no policy of this class was found that satisfies the constraints; the least violation found is "
                + "\(Format.fixed(violation, 6))"
        }
    }

    private func openingTable() throws -> String {
        let game = scenario.game
        var table = TextTable(
            ["opening", "response", "policy", "reference", "change", "action value", "posterior"], left: [0, 1, 6])
        for opening in try openings() {
            let posterior = zip(game.users, opening.posterior).map { "\($0) \(Format.fixed($1, 2))" }
            for (index, response) in game.responses.enumerated() {
                let (now, today) = (opening.strategy[index], scenario.objective.reference[index])
                table.append([
                    index == 0 ? opening.cue : "", response.name, Format.fixed(now, 3), Format.fixed(today, 3),
                    (now > today ? "+" : "") + Format.fixed(now - today, 3), Format.fixed(opening.values[index], 4),
                    index == 0 ? posterior.joined(separator: ", ") : "",
                ])
            }
        }
        return table.text
    }

    private func json() throws -> JSONValue {
        let game = scenario.game
        var first: [String: JSONValue] = [:]
        for opening in try openings() {
            first[opening.cue] = .object([
                "posterior": .object(
                    Dictionary(uniqueKeysWithValues: zip(game.users, opening.posterior.map { JSONValue.number($0) }))),
                "value": .number(opening.value), "q": scenario.responses(opening.values),
                "strategy": scenario.responses(opening.strategy),
            ])
        }
        return .object([
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "method": .string(method), "status": .string(solution.status.name), "value": .number(solution.value),
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "turns": .number(solution.evaluation.turns), "lower": .number(solution.value),
            "upper": .number(solution.upperBound), "gap": .number(solution.gap), "residual": .number(solution.residual),
            "tolerance": .number(solution.tolerance), "violation": .number(solution.violation),
            "iterations": .integer(solution.iterations), "seconds": .number(seconds), "openings": .object(first),
            "starts": .object([
                "count": .integer(solution.starts.count), "reached_best": .integer(solution.successes),
                "converged": .integer(solution.starts.count(where: \.isConverged)),
                "values": .numbers(solution.starts.map(\.value)),
            ]),
            "multipliers": .array(
                zip(scenario.objective.constraints, solution.multipliers).map { constraint, multiplier in
                    .object([
                        "user": .string(game.users[constraint.user]),
                        "outcome": .string(game.outcomes[constraint.outcome].name), "value": .number(multiplier),
                    ])
                }),
            "settings": solution.settings.json, "seed": .string("\(solution.settings.seed)"),
        ])
    }
}
