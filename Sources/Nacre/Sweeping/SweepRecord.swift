package import ExactEvaluation
internal import GameModel
internal import NumericalMethods
internal import RunStore
internal import Scenarios

/// What a policy comes to at a place of a grid; exact.
package struct SweepRecord: Sendable, Equatable, Codable {
    /// `named`, or the method that found the policy.
    package let method: String
    /// How its search ended; nil where there was none.
    package let status: String?
    /// Whether what was asked for was reached: the place says what it seems to say.
    package let isComplete: Bool
    /// The scenario's goal with its KL term; nil where it is infinite.
    package let value: Double?
    /// What no policy can exceed; nil where nothing is known.
    package let bound: Double?
    package let payoff: Double
    package let safe: Double
    package let turns: Double
    /// The largest excess over a limit, at least 0.
    package let violation: Double
    /// [|Θ|][|Ω|]
    package let outcomes: [[Double]]
    /// [|C|][|A|]: the first response to each cue.
    package let openings: [[Double]]

    /// A policy that was named.
    init(_ policy: Policy, in scenario: Scenario) {
        let evaluation = Evaluation(policy, game: scenario.game, reference: scenario.objective.reference)
        let value = scenario.objective.value(of: evaluation, game: scenario.game)
        self.init(
            method: "named", status: nil, isComplete: true, value: value, bound: nil, evaluation, policy, scenario)
    }

    /// A policy that was solved for at the place.
    init(_ solved: SolvedScenario, in scenario: Scenario) {
        self.init(
            method: solved.method, status: solved.status.name, isComplete: solved.isConverged, value: solved.value,
            bound: solved.bound, solved.evaluation, solved.policy, scenario)
    }

    private init(
        method: String, status: String?, isComplete: Bool, value: Double, bound: Double?, _ evaluation: Evaluation,
        _ policy: Policy, _ scenario: Scenario
    ) {
        self.method = method
        self.status = status
        self.isComplete = isComplete
        self.value = value.isFinite ? value : nil
        self.bound = bound.flatMap { $0.isFinite ? $0 : nil }
        payoff = evaluation.payoff
        safe = evaluation.safe
        turns = evaluation.turns
        violation = scenario.violation(evaluation)
        outcomes = evaluation.outcomes
        openings = scenario.game.cues.indices.map { policy.memory.initial[$0].strategy(of: policy) }
    }

    // MARK: The store

    /// Names of the scores that a store keeps, with where each is in the record.
    private static func scores(_ game: Game) -> [(
        user: String, measure: String, place: WritableKeyPath<Numbers, Double>
    )] {
        var all: [(String, String, WritableKeyPath<Numbers, Double>)] = [
            ("", "payoff", \.payoff), ("", "safe", \.safe), ("", "turns", \.turns), ("", "violation", \.violation),
        ]
        for (user, type) in game.users.enumerated() {
            for (outcome, item) in game.outcomes.enumerated() {
                all.append((type, "outcome.\(item.name)", \.outcomes[user][outcome]))
            }
        }
        for (cue, name) in game.cues.enumerated() {
            for (response, item) in game.responses.enumerated() {
                all.append(("", "opening.\(name).\(item.name)", \.openings[cue][response]))
            }
        }
        return all
    }

    private struct Numbers {
        var payoff = 0.0
        var safe = 0.0
        var turns = 0.0
        var violation = 0.0
        var outcomes: [[Double]]
        var openings: [[Double]]
    }

    func row(item: Int, place: String, policy: String, game: Game) -> SuiteItemRow {
        let numbers = Numbers(
            payoff: payoff, safe: safe, turns: turns, violation: violation, outcomes: outcomes, openings: openings)
        return SuiteItemRow(
            item: item, suiteCase: place, policy: policy, method: method, status: status, isConverged: isComplete,
            value: value, upperBound: bound, failure: nil,
            scores: Self.scores(game).map {
                .init(user: $0.user, measure: $0.measure, value: Estimate(exact: numbers[keyPath: $0.place]))
            })
    }

    /// A record from a store.
    ///
    /// - Returns: nil if the row lacks a number.
    init?(_ row: SuiteItemRow, game: Game) {
        var numbers = Numbers(
            outcomes: game.users.map { _ in game.outcomes.map { _ in 0 } },
            openings: game.cues.map { _ in game.responses.map { _ in 0 } })
        let stored = Dictionary(row.scores.map { ([$0.user, $0.measure], $0.value.value) }) { first, _ in first }
        for score in Self.scores(game) {
            guard let value = stored[[score.user, score.measure]] else { return nil }
            numbers[keyPath: score.place] = value
        }
        (method, status, isComplete) = (row.method ?? "named", row.status, row.isConverged)
        (value, bound) = (row.value, row.upperBound)
        (payoff, safe, turns, violation) = (numbers.payoff, numbers.safe, numbers.turns, numbers.violation)
        (outcomes, openings) = (numbers.outcomes, numbers.openings)
    }
}

/// Why a place of a grid has no numbers for a policy.
package struct SweepFailure: Error, Sendable, Equatable {
    package let text: String
}

extension SweepRecord {
    /// A quantity of the record, as of an evaluation.
    package func value(of measure: PolicyMeasure) -> Double {
        switch measure.quantity {
        case .payoff: payoff
        case .safe: safe
        case .risk: 1 - safe
        case .outcome(let outcome, let user): outcomes[user][outcome]
        }
    }
}
