internal import Analysis
internal import ExactEvaluation
internal import GameModel
internal import Simulation

/// A place where labels are made: what is known there, and what each response is worth exactly.
struct NoiseNode: Sendable {
    let episode: Int
    let turn: Int
    let belief: Belief
    let nodes: NodeDistribution
    /// [|A|] Q of the payoff.
    let values: [Double]
    /// [|A|] π_ref here.
    let reference: [Double]

    /// The nodes that a policy meets in play.
    ///
    /// - Parameters:
    ///   - episodes: how many conversations, as `simulate` plays them with this seed.
    ///   - isDistinct: whether a node that is met more often counts once.
    /// - Throws: `GameError` where users have foresight and the policy is at no single node.
    /// - Complexity: O(turns · H · |A|), once per different history.
    static func met(
        by policy: Policy, game: Game, reference: Reference, episodes: Int, seed: UInt64, isDistinct: Bool,
        measures: CreditMeasures
    ) throws -> [NoiseNode] {
        var nodes: [NoiseNode] = []
        let rollouts = Rollouts(game: game, policies: [policy], settings: .init(episodes: episodes, seed: seed))
        let filter = HistoryFilter(game: game, policy: policy, deviations: nil)
        let certain = CertainEvidence(game)
        var known: [[Int]: NoiseNode] = [:]
        var seen: Set<[Int]> = []
        func add(_ turns: ArraySlice<RecordedBlock.Turn>) throws {
            guard let first = turns.first else { return }
            let conversation = CreditConversation(
                id: "", user: 0, cues: turns.map(\.cue), responses: turns.map(\.response),
                reactions: turns.map(\.reaction), outcome: 0, game: game, certain: certain)
            let codes = conversation.codes(game, isPrior: true) ?? []
            let keys = stride(from: 1, through: codes.count, by: 2).map { Array(codes[..<$0]) }
            if keys.contains(where: { known[$0] == nil }) {
                let placements = try filter.placements(
                    prior: game.prior, opening: conversation.opening,
                    exchanges: Array(conversation.exchanges.dropLast()))
                for (key, placement) in zip(keys, placements) where known[key] == nil {
                    guard let place = placement.places.first else { continue }
                    known[key] = NoiseNode(
                        episode: 0, turn: placement.turn, belief: place.belief, nodes: place.nodes,
                        values: measures.worth(
                            CreditMeasures.payoff, turn: placement.turn, places: placement.places
                        ) { $0.probabilities }.responses, reference: said(reference, key, game))
                }
            }
            for key in keys where !isDistinct || seen.insert(key).inserted {
                guard let node = known[key] else { continue }
                nodes.append(
                    NoiseNode(
                        episode: first.episode, turn: node.turn, belief: node.belief, nodes: node.nodes,
                        values: node.values, reference: node.reference))
            }
        }
        _ = try rollouts.run(record: { block, _ in
            var start = 0
            for index in block.turns.indices {
                let isLast =
                    index + 1 == block.turns.count || block.turns[index + 1].episode != block.turns[index].episode
                guard isLast else { continue }
                try add(block.turns[start...index])
                start = index + 1
            }
        })
        return nodes
    }

    /// π_ref after a history of a cue, responses and observations.
    private static func said(_ reference: Reference, _ key: [Int], _ game: Game) -> [Double] {
        let cue = key[key.count - 1] % game.cues.count
        return reference.strategy(
            turn: key.count / 2 + 1, cue: cue, after: key.count > 1 ? key[key.count - 2] : nil)
    }
}
