internal import CanonicalJSON
internal import GameModel
internal import PolicyFiles
internal import Reporting
internal import Scenarios
internal import Solver

/// How a belief policy is shown: its bounds, why the search ended, what it does first, and what it leads to.
struct BeliefReport {
    let scenario: Scenario
    let solution: BeliefSolution
    let seconds: Double

    func present(on terminal: Terminal) throws {
        if terminal.json {
            try terminal.print(try json())
        } else {
            try terminal.print(try text())
        }
    }

    /// What the policy does at one opening.
    private struct Opening {
        let cue: String
        let posterior: [Double]
        let values: [Double]
        let response: Int
    }

    private func openings() throws -> [Opening] {
        let game = scenario.game
        let controller = solution.controller
        let actionValues = try ActionValues(
            controller, game: game, objective: scenario.objective, multipliers: [])
        return game.cues.indices.compactMap { cue in
            guard let belief = try? Belief.opening(cue, game: game).belief else { return nil }
            let nodes = controller.memory.initial[cue]
            let strategy = nodes.strategy(of: controller)
            return Opening(
                cue: game.cues[cue], posterior: belief.users(in: game),
                values: actionValues.expected(belief: belief, turn: 1, nodes: nodes, controller: controller),
                response: strategy.firstIndex(of: 1) ?? 0)
        }
    }

    private func text() throws -> String {
        let game = scenario.game
        let goal = scenario.objective.goal == .payoff ? "payoff" : "safe share"
        let summary = [
            scenario.title,
            "status: \(statusText)",
            "\(goal): \(Format.fixed(solution.value, 6)) (exact); no policy can exceed "
                + "\(Format.fixed(solution.upperBound, 6)); gap \(Format.fixed(solution.gap, 6))",
            "policy graph of \(solution.controller.memory.nodeCount) nodes; \(solution.steps) beliefs looked into best first "
                + "and \(solution.exactSteps) depth first in \(Format.fixed(seconds, 2)) s",
        ]
        var table = TextTable(["opening", "response", "action value", "posterior"], left: [0, 1, 3])
        for opening in try openings() {
            let posterior = zip(game.users, opening.posterior).map { "\($0) \(Format.fixed($1, 2))" }
            table.append([
                opening.cue, game.responses[opening.response].name, Format.fixed(opening.values[opening.response], 4),
                posterior.joined(separator: ", "),
            ])
        }
        let reference = try FiniteMemoryController.constant(scenario.objective.reference, game: game)
        let entries = [("reference", Evaluation(reference, game: game)), ("solved", solution.evaluation)].map {
            OutcomeTable.Entry($1, policy: $0, scenario: scenario)
        }
        return [
            summary.joined(separator: "\n") + "\n", table.text, OutcomeTable(game: game, entries: entries).text,
        ].joined(separator: "\n")
    }

    private var statusText: String {
        let memory = solution.isMemoryFull ? " (memory was full: give --memory more, or more time)" : ""
        return switch solution.status {
        case .optimal: "optimal: the bounds met"
        case .gapReached: "converged: the bounds are within the gap asked for"
        case .stepLimit: "step limit reached: this is the best so far" + memory
        case .memoryLimit: "memory limit reached: this is the best so far; give --memory more"
        case .stopped: "stopped by the time limit or an interruption: this is the best so far" + memory
        }
    }

    private func json() throws -> JSONValue {
        var first: [String: JSONValue] = [:]
        for opening in try openings() {
            first[opening.cue] = .object([
                "posterior": .object(
                    Dictionary(
                        uniqueKeysWithValues: zip(scenario.game.users, opening.posterior.map { JSONValue.number($0) }))
                ),
                "value": .number(opening.values[opening.response]), "q": scenario.responses(opening.values),
                "response": .string(scenario.game.responses[opening.response].name),
            ])
        }
        return .object([
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "method": .string("belief"), "status": .string(solution.status.rawValue),
            "value": .number(solution.value), "lower": .number(solution.value), "upper": .number(solution.upperBound),
            "gap": .number(solution.gap), "informed_bound": .number(solution.informedBound),
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "turns": .number(solution.evaluation.turns), "steps": .integer(solution.steps),
            "exact_steps": .integer(solution.exactSteps), "memory_full": .bool(solution.isMemoryFull),
            "nodes": .integer(solution.controller.memory.nodeCount), "seconds": .number(seconds),
            "openings": .object(first), "settings": solution.settings.json,
        ])
    }
}
