internal import ExactEvaluation
internal import GameModel
internal import Simulation

/// Plays single continuations from a place in a conversation, as whoever labels by rollouts does.
struct ReturnSampler: Sendable {
    /// "noise" in ASCII: keeps these draws apart from all others under a seed.
    private static let stream: UInt64 = 0x6E_6F69_7365

    let game: Game
    let policy: Policy
    let seed: UInt64
    private let tables: RolloutTables
    /// Where endings count in expectation: how users react.
    private let expected: ReactionTables?

    init(_ policy: Policy, game: Game, seed: UInt64, endings: ReturnEndings) {
        (self.game, self.policy, self.seed) = (game, policy, seed)
        tables = RolloutTables(game: game, controller: policy)
        expected = endings == .expected ? ReactionTables(game: game, controller: policy) : nil
    }

    /// A word by its coordinates, in [0, 2⁶⁴).
    func words(_ label: UInt64, _ rollout: UInt64, _ turn: Int) -> Philox4x64.Words {
        Philox4x64.block(counter: (label, rollout, UInt64(turn), 0), key: (seed, Self.stream))
    }

    /// What the first pairs of a continuation bring for each of several windows, counted from its first turn on.
    ///
    /// - Parameters:
    ///   - windows: in response–reaction pairs; those at least the horizon are the whole.
    ///   - label: names the draws, with `rollout`.
    ///   - sums: one number a window is added to them.
    /// - Complexity: O(turns).
    func add(
        _ response: Int, at node: NoiseNode, windows: [Int], label: UInt64, rollout: UInt64, to sums: inout [Double]
    ) {
        let first = words(label, rollout, 0)
        var hidden = Self.index(of: first.0, node.belief.probabilities)
        let entries = node.nodes.after(response, of: policy).entries
        var place = entries[entries.count == 1 ? 0 : Self.index(of: first.1, entries.map(\.probability))].node
        var (said, gain, discount) = (response, 0.0, 1.0)
        var pair = 0
        // What a window that is already closed has seen is what was earned by then.
        func close(_ pairs: Int, _ isEnd: Bool) {
            for (index, window) in windows.enumerated() where window == pairs || (isEnd && window > pairs) {
                sums[index] += gain
            }
        }
        for turn in node.turn...game.horizon {
            let row = hidden * tables.responseCount + said
            gain += discount * tables.stagePayoff[row]
            if let expected {
                gain +=
                    discount
                    * expected.expectedEnding(
                        turn: turn, hidden: hidden, response: said, group: policy.memory.classes[place])
            }
            var start = (turn - 1) * tables.turnStride + row * tables.eventCount
            if tables.groupFactor > 0 {
                let group = policy.memory.classes[place] * policy.memory.branches * game.observations.count
                start += group * tables.groupFactor
            }
            let drawn = words(label, rollout, turn)
            let event = PackedEvent(
                bits: AliasTable.draw(tables.reactions[start..<start + tables.eventCount], word: drawn.0))
            pair += 1
            let ends = event.ended == 1
            if ends || turn == game.horizon {
                let outcome = ends ? event.low : game.timeout
                if expected == nil {
                    let payoff = tables.outcomePayoff[hidden * game.outcomes.count + outcome]
                    gain += discount * (ends ? 1 : game.discount) * payoff
                }
                close(pair, true)
                return
            }
            close(pair, false)
            place = policy.memory.successor(of: place, after: said, observation: event.low, game: game)
            hidden = event.hidden
            discount *= game.discount
            let responses = place * tables.responseCount
            said = Int(
                AliasTable.draw(tables.responses[responses..<responses + tables.responseCount], word: drawn.1))
        }
    }

    /// Different responses, each set equally likely.
    func candidates(_ count: Int, label: UInt64) -> [Int] {
        var rest = Array(game.responses.indices)
        let words = words(label, .max, 0)
        let draws = [words.0, words.1, words.2, words.3]
        return (0..<count).map { index in
            rest.remove(at: Int(draws[index].multipliedFullWidth(by: UInt64(rest.count)).high))
        }
    }

    /// An index by its probability.
    private static func index(of word: UInt64, _ shares: [Double]) -> Int {
        // 53 bits: as many as a Double holds exactly.
        var left = Double(word >> 11) * 0x1p-53
        for (index, share) in shares.enumerated() where share > 0 {
            left -= share
            if left < 0 { return index }
        }
        return shares.lastIndex { $0 > 0 } ?? 0
    }
}
