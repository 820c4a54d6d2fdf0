public import ExactEvaluation
public import GameModel
internal import NumericalMethods
public import Output
public import Simulation
internal import Solver

/// One policy's results, exact or simulated, as the tables that notebooks read.
///
/// Column names never change within a format version. The same columns serve exact and simulated results; for exact ones
/// the standard error, interval and sample size are missing and `how` says `exact`.
public struct ResultTables: Sendable {
    public let game: Game
    public let scenario: String
    /// Names the run that a row belongs to.
    public let runID: String

    public init(game: Game, scenario: String, runID: String) {
        self.game = game
        self.scenario = scenario
        self.runID = runID
    }

    static let keys: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("scenario", .string, "name of the scenario"),
        .init("policy", .string, "the policy, as it was named on the command line"),
    ]

    static let uncertainty: [TidyTable.Column] = [
        .init("standard_error", .number, "standard error of the estimate; missing where exact"),
        .init("ci_low", .number, "lower end of the 95 % interval; missing where exact"),
        .init("ci_high", .number, "upper end of the 95 % interval; missing where exact"),
        .init("n", .integer, "sample size in episodes; missing where exact"),
        .init("how", .string, "exact or simulated"),
    ]

    /// `outcomes`: P(outcome | user type).
    public static let outcomes = TidyTable(
        name: "outcomes", title: "How conversations end, by user type",
        columns: keys + [
            .init("user", .string, "user type"),
            .init("outcome", .string, "how the conversation ended"),
            .init("safe", .boolean, "whether the outcome counts as safe"),
            .init("probability", .number, "P(outcome | user type, policy)"),
        ] + uncertainty)

    /// `metrics`: payoff, safe share and turns.
    public static let metrics = TidyTable(
        name: "metrics", title: "Payoff, safe share and length",
        columns: keys + [
            .init("metric", .string, "payoff (payoff units), safe (probability) or turns"),
            .init("value", .number, "expected value under the prior over user types"),
        ] + uncertainty)

    /// `strategies`: what the policy does at every node of its memory.
    public static let strategies = TidyTable(
        name: "strategies", title: "What the policy does",
        columns: keys + [
            .init("node", .integer, "node of the policy's memory"),
            .init("turn", .integer, "turn of the node, from 1; missing where the policy does not know the turn"),
            .init("observed", .string, "what is remembered, oldest first, separated by spaces"),
            .init("response", .string, "name of the response"),
            .init("probability", .number, "probability of the response at the node"),
        ])

    /// Rows of ``outcomes`` for an exact evaluation.
    public func outcomes(_ evaluation: Evaluation, policy: String) -> TidyTable {
        outcomes(policy: policy) { user, outcome in Estimate(exact: evaluation.outcomes[user][outcome]) }
    }

    /// Rows of ``outcomes`` for a simulation.
    public func outcomes(_ tally: Tally, policy: String) -> TidyTable {
        outcomes(policy: policy) { user, outcome in tally.outcome(outcome, user: user) }
    }

    /// Rows of ``metrics`` for an exact evaluation.
    public func metrics(_ evaluation: Evaluation, policy: String) -> TidyTable {
        metrics(
            policy: policy, payoff: Estimate(exact: evaluation.payoff), safe: Estimate(exact: evaluation.safe),
            turns: Estimate(exact: evaluation.turns))
    }

    /// Rows of ``metrics`` for a simulation.
    public func metrics(_ tally: Tally, policy: String) -> TidyTable {
        metrics(
            policy: policy, payoff: tally.payoff, safe: tally.safe(game),
            turns: tally.turns)
    }

    /// Rows of ``strategies``.
    public func strategies(_ controller: Policy, policy: String) -> TidyTable {
        var table = Self.strategies
        for node in 0..<controller.memory.nodeCount {
            let observed = controller.memory.remembered[node].map { game.name(ofObservation: $0) }
            for (response, probability) in zip(game.responses, controller.strategy(at: node)) {
                table.append(
                    key(policy) + [
                        .integer(node), .integer(ifPresent: controller.memory.turn(of: node)),
                        .string(observed.joined(separator: " ")), .string(response.name), .number(probability),
                    ])
            }
        }
        return table
    }

    private func outcomes(policy: String, _ quantity: (Int, Int) -> Estimate?) -> TidyTable {
        var table = Self.outcomes
        for (user, name) in game.users.enumerated() {
            for (index, outcome) in game.outcomes.enumerated() {
                table.append(
                    key(policy) + [.string(name), .string(outcome.name), .boolean(outcome.isSafe)]
                        + quantity(user, index).cells)
            }
        }
        return table
    }

    private func metrics(policy: String, payoff: Estimate?, safe: Estimate?, turns: Estimate?) -> TidyTable {
        var table = Self.metrics
        for (name, quantity) in [("payoff", payoff), ("safe", safe), ("turns", turns)] {
            table.append(key(policy) + [.string(name)] + quantity.cells)
        }
        return table
    }

    private func key(_ policy: String) -> [TidyTable.Cell] { [.string(runID), .string(scenario), .string(policy)] }
}

extension ResultTables {
    /// Outcomes, metrics and strategies of policies, exact, with the identifier of the run.
    ///
    /// - Complexity: one evaluation per policy.
    package static func package(
        of policies: [NamedPolicy], in scenario: Scenario
    ) -> (package: DataPackage, runID: String) {
        let runID = RunName.make(["export csv", scenario.gameHash] + scenario.foresightParts + policies.map(\.hash))
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var (outcomes, metrics, strategies) = (Self.outcomes, Self.metrics, Self.strategies)
        for policy in policies {
            let evaluation = Evaluation(policy.controller, game: scenario.game)
            outcomes.append(contentsOf: tables.outcomes(evaluation, policy: policy.label))
            metrics.append(contentsOf: tables.metrics(evaluation, policy: policy.label))
            strategies.append(contentsOf: tables.strategies(policy.controller, policy: policy.label))
        }
        let package = DataPackage(
            name: scenario.name, title: scenario.title, tables: [outcomes, metrics, strategies])
        return (package, runID)
    }
}
