internal import ExactEvaluation
public import GameModel
public import Scenarios
internal import Simulation
internal import Solver
internal import UserAgents

/// Scores policies in one case of a suite.
public struct CaseScorer: Sendable {
    public let scenario: Scenario
    public let scores: SuiteScores
    /// [|Θ|][|A|] s_θ(a), in [−1, 1]; empty where the scenario says nothing of satisfaction.
    let satisfaction: [[Double]]
    let risk: [Bool]
    let harm: [Bool]
    let lost: [Bool]
    /// Which user types are attackers.
    let attackers: [Bool]

    /// - Throws: `SuiteError` if the scores name an outcome or a user type that the case does not have.
    public init(_ scenario: Scenario, scores: SuiteScores) throws(SuiteError) {
        let game = scenario.game
        let outcomes = game.outcomes.map(\.name)
        self.scenario = scenario
        self.scores = scores
        satisfaction = scenario.satisfaction.map { predictor in
            game.responses.map { predictor.value(features: $0.features) }
        }
        risk =
            try scores.risk.map { names throws(SuiteError) in
                try Self.flags(names, among: outcomes, what: "outcome", key: "risk")
            } ?? game.outcomes.map { !$0.isSafe }
        harm = try Self.flags(scores.harm, among: outcomes, what: "outcome", key: "harm")
        lost = try Self.flags(scores.lost, among: outcomes, what: "outcome", key: "lost")
        attackers = try Self.flags(scores.attackers, among: game.users, what: "user type", key: "attackers")
    }

    private static func flags(
        _ names: [String], among known: [String], what: String, key: String
    ) throws(SuiteError) -> [Bool] {
        for name in names where !known.contains(name) {
            let hint = Scenario.suggestion(for: name, among: known).map { "did you mean \($0)?" }
            throw SuiteError(
                "scores.\(key) names \(name), which is no \(what) of the case; "
                    + (hint ?? "there are \(known.joined(separator: ", "))"))
        }
        return known.map { names.contains($0) }
    }

    /// The groups that scores are given for: everybody, the honest, the attackers, and each user type.
    var groups: [(key: CaseScores.Group, members: [Bool])] {
        [(.all, attackers.map { _ in true }), (.honest, attackers.map { !$0 }), (.attackers, attackers)]
            + attackers.indices.map { user in (.user(user), attackers.indices.map { $0 == user }) }
    }

    // MARK: Exact

    /// Steps of the exact evaluation of a policy: what decides whether it is computed or simulated.
    public func exactWork(_ controller: Policy) -> Double {
        let nodes = controller.memory.nodeRanges.reduce(0.0) { $0 + Double($1.count) }
        return nodes * Double(scenario.game.hiddenCount * scenario.game.responses.count)
    }

    /// Scores a policy without sampling.
    ///
    /// - Complexity: that of ``ConversationProfile``.
    public func exact(_ controller: Policy) -> CaseScores {
        let game = scenario.game
        let profile = ConversationProfile(controller, game: game)
        let rows = game.users.indices.map { user in
            means(user: user, profile: profile, payoff: profile.evaluation.payoffByUser[user])
        }
        var moments: [CaseScores.Group: ScoreMoments] = [:]
        for (group, members) in groups {
            // A type by itself is scored even where nobody is of it.
            let weights =
                if case .user = group { members.map { $0 ? 1.0 : 0 } } else {
                    zip(members, game.prior).map { $0 ? $1 : 0 }
                }
            let total = weights.reduce(0, +)
            guard total > 0 else { continue }
            let mean = ScoreMoments.Component.allCases.indices.map { component in
                zip(weights, rows).reduce(0) { $0 + $1.0 * $1.1[component] } / total
            }
            moments[group] = ScoreMoments(
                means: mean, covariance: nil, count: nil, hasSatisfaction: !satisfaction.isEmpty)
        }
        return CaseScores(moments: moments, beta: scores.beta)
    }

    /// E[component | θ], in the order of the components.
    private func means(user: Int, profile: ConversationProfile, payoff: Double) -> [Double] {
        let given = profile.responses[user]
        let ends = profile.endings.map { $0[user] }
        func probability(_ flags: [Bool]) -> Double {
            ends.reduce(0) { sum, row in zip(row, flags).reduce(sum) { $1.1 ? $0 + $1.0 : $0 } }
        }
        let content = satisfaction.isEmpty ? 0 : zip(given, satisfaction[user]).reduce(0) { $0 + $1.0 * $1.1 }
        let harmTurn = ends.enumerated().reduce(0.0) { sum, entry in
            zip(entry.element, harm).reduce(sum) { $1.1 ? $0 + Double(entry.offset + 1) * $1.0 : $0 }
        }
        return [
            content, given.reduce(0, +), probability(risk), probability(harm), probability(lost), payoff,
            probability(scenario.game.outcomes.map(\.isSafe)), harmTurn,
        ]
    }

    // MARK: Simulated

    /// Scores a policy by playing it, where exact evaluation is too much work.
    ///
    /// - Complexity: O(episodes · turns); the same bytes for any number of threads.
    public func simulated(_ controller: Policy, episodes: Int, seed: UInt64) throws -> CaseScores {
        let game = scenario.game
        let groups = groups
        var sums = [EpisodeSums](repeating: EpisodeSums(), count: groups.count)
        let simulation = Rollouts(
            game: game, policies: [controller], settings: .init(episodes: episodes, seed: seed, threads: 1))
        _ = try simulation.run(record: { block, _ in
            var position = 0
            for episode in block.episodes {
                var content = 0.0
                while position < block.turns.count, block.turns[position].episode == episode.episode {
                    if !satisfaction.isEmpty { content += satisfaction[episode.user][block.turns[position].response] }
                    position += 1
                }
                let values = components(
                    outcome: episode.outcome, turns: episode.turns, payoff: episode.payoff, content: content)
                for (index, group) in groups.enumerated() where group.members[episode.user] { sums[index].add(values) }
            }
        })
        return scores(of: sums)
    }

    /// The scores of groups of episodes; a group without episodes has none.
    func scores(of sums: [EpisodeSums]) -> CaseScores {
        var moments: [CaseScores.Group: ScoreMoments] = [:]
        for (group, sum) in zip(groups, sums) where sum.count > 0 {
            moments[group.key] = sum.moments(hasSatisfaction: !satisfaction.isEmpty)
        }
        return CaseScores(moments: moments, beta: scores.beta)
    }

    /// One episode, in the order of the components.
    func components(outcome: Int, turns: Int, payoff: Double, content: Double) -> [Double] {
        let harmed = harm[outcome]
        return [
            content, Double(turns), risk[outcome] ? 1 : 0, harmed ? 1 : 0, lost[outcome] ? 1 : 0, payoff,
            scenario.game.outcomes[outcome].isSafe ? 1 : 0, harmed ? Double(turns) : 0,
        ]
    }
}

/// First and second moments of episodes, shifted by the first episode so that sums of squares keep their digits.
struct EpisodeSums {
    private(set) var count = 0
    private var shift: [Double] = []
    private var first = [Double](repeating: 0, count: ScoreMoments.Component.count)
    private var second = [Double](repeating: 0, count: ScoreMoments.Component.count * ScoreMoments.Component.count)

    mutating func add(_ values: [Double]) {
        if count == 0 { shift = values }
        count += 1
        let width = ScoreMoments.Component.count
        for row in 0..<width {
            let left = values[row] - shift[row]
            first[row] += left
            for column in 0..<width { second[row * width + column] += left * (values[column] - shift[column]) }
        }
    }

    func moments(hasSatisfaction: Bool) -> ScoreMoments {
        let (width, n) = (ScoreMoments.Component.count, Double(count))
        var covariance = [Double](repeating: 0, count: width * width)
        if count > 1 {
            for row in 0..<width {
                for column in 0..<width {
                    covariance[row * width + column] =
                        (second[row * width + column] - first[row] * first[column] / n) / (n - 1)
                }
            }
        }
        return ScoreMoments(
            means: zip(shift, first).map { $0 + $1 / n }, covariance: covariance, count: count,
            hasSatisfaction: hasSatisfaction)
    }
}
