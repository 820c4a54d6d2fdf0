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

    // MARK: Columns

    /// What every row says.
    private var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario },
        ]
    }

    private func policy<Row>(_ policy: @escaping @Sendable (Row) -> String) -> Columns<Row>.Column {
        .string("policy", "the policy, as it was named on the command line") { policy($0) }
    }

    /// P(outcome | user type) of a policy.
    private struct OutcomeRow {
        let policy: String
        let user: Int
        let outcome: Int
        let probability: Estimate?
    }

    private var outcomeColumns: Columns<OutcomeRow> {
        Columns<OutcomeRow>([
            policy { $0.policy }, .string("user", "user type") { game.users[$0.user] },
            .string("outcome", "how the conversation ended") { game.outcomes[$0.outcome].name },
            .boolean("safe", "whether the outcome counts as safe") { game.outcomes[$0.outcome].isSafe },
        ]).followed(
            by: Columns.estimate("probability", "P(outcome | user type, policy)", json: "p").of { $0.probability })
    }

    private typealias MetricRow = (policy: String, name: String, value: Estimate?)

    private var metricColumns: Columns<MetricRow> {
        Columns<MetricRow>([
            policy { $0.policy },
            .string("metric", "payoff (payoff units), safe (probability) or turns") { $0.name },
        ]).followed(
            by: Columns.estimate("value", "expected value under the prior over user types", json: "mean")
                .of { $0.value })
    }

    /// A response at a node of a policy's memory.
    private struct StrategyRow {
        let policy: String
        let controller: Policy
        let node: Int
        let response: Int
        let probability: Double
    }

    private var strategyColumns: Columns<StrategyRow> {
        [
            policy { $0.policy }, .integer("node", "node of the policy's memory") { $0.node },
            .integer("turn", "turn of the node, from 1; missing where the policy does not know the turn") {
                $0.controller.memory.turn(of: $0.node)
            },
            .string("observed", "what is remembered, oldest first, separated by spaces") { row in
                row.controller.memory.remembered[row.node].map { game.name(ofObservation: $0) }
                    .joined(separator: " ")
            },
            .string("response", "name of the response") { game.responses[$0.response].name },
            .number("probability", "probability of the response at the node") { $0.probability },
        ]
    }

    // MARK: Tables

    /// `outcomes`: P(outcome | user type), exact or simulated.
    package func outcomes(_ entries: [OutcomeTable.Entry]) -> TidyTable {
        outcomeColumns.table(
            "outcomes", title: "How conversations end, by user type",
            rows: entries.flatMap { entry in
                game.users.indices.flatMap { user in
                    game.outcomes.indices.map {
                        OutcomeRow(
                            policy: entry.policy, user: user, outcome: $0, probability: entry.outcomes[user][$0])
                    }
                }
            }, within: run)
    }

    /// `metrics`: payoff, safe share and turns, exact or simulated.
    package func metrics(_ entries: [OutcomeTable.Entry]) -> TidyTable {
        metricColumns.table(
            "metrics", title: "Payoff, safe share and length",
            rows: entries.flatMap { entry in
                [("payoff", entry.payoff), ("safe", entry.safe), ("turns", entry.turns)].map {
                    (entry.policy, $0, $1)
                }
            }, within: run)
    }

    /// `strategies`: what policies do at every node of their memories.
    package func strategies(_ policies: [(controller: Policy, label: String)]) -> TidyTable {
        strategyColumns.table(
            "strategies", title: "What the policy does",
            rows: policies.flatMap { policy in
                (0..<policy.controller.memory.nodeCount).flatMap { node in
                    zip(game.responses.indices, policy.controller.strategy(at: node)).map {
                        StrategyRow(
                            policy: policy.label, controller: policy.controller, node: node, response: $0,
                            probability: $1)
                    }
                }
            }, within: run)
    }

    /// ``outcomes(_:)`` of one policy, exact.
    public func outcomes(_ evaluation: Evaluation, policy: String) -> TidyTable {
        outcomes([OutcomeTable.Entry(evaluation, policy: policy)])
    }

    /// ``outcomes(_:)`` of one policy, simulated.
    public func outcomes(_ tally: Tally, policy: String) -> TidyTable {
        outcomes([OutcomeTable.Entry(tally, policy: policy, game: game)])
    }

    /// ``metrics(_:)`` of one policy, exact.
    public func metrics(_ evaluation: Evaluation, policy: String) -> TidyTable {
        metrics([OutcomeTable.Entry(evaluation, policy: policy)])
    }

    /// ``metrics(_:)`` of one policy, simulated.
    public func metrics(_ tally: Tally, policy: String) -> TidyTable {
        metrics([OutcomeTable.Entry(tally, policy: policy, game: game)])
    }

    /// ``strategies(_:)`` of one policy.
    public func strategies(_ controller: Policy, policy: String) -> TidyTable { strategies([(controller, policy)]) }
}

extension ResultTables {
    /// Outcomes, metrics and strategies of policies, exact, with the identifier of the run.
    ///
    /// - Complexity: one evaluation per policy.
    package static func package(
        of policies: [NamedPolicy], in scenario: Scenario
    ) -> (package: DataPackage, runID: String) {
        let runID = RunName.make(["export csv", scenario.gameHash] + scenario.assumptionParts + policies.map(\.hash))
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        let entries = policies.map { policy in
            OutcomeTable.Entry(Evaluation(policy.controller, game: scenario.game), policy: policy.label)
        }
        let package = DataPackage(
            scenario,
            tables: [
                tables.outcomes(entries), tables.metrics(entries),
                tables.strategies(policies.map { ($0.controller, $0.label) }),
            ])
        return (package, runID)
    }
}
