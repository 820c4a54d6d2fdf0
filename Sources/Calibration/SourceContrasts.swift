/// Shares of what users did in two sources, beside each other.
public struct SourceContrast: Sendable, Equatable {
    /// A share with what it rests on.
    public struct Share: Sendable, Equatable {
        /// Σ y / Σ n.
        public let value: Double
        /// √(G / (G − 1) Σ_g (y_g − p n_g)²) / Σ n over conversations g; nil with one.
        public let error: Double?
        /// Weight of the turns.
        public let turns: Double
        public let conversations: Int
    }

    public enum Kind: String, Sendable, Equatable {
        /// Whether the conversation ends with a turn.
        case ending
        /// A reaction after a response.
        case reaction
        /// A reaction after the same reaction, or a state that stays.
        case persistence
    }

    public let kind: Kind
    /// The response, the band of turns or the state that the share is about; empty for all of them.
    public let situation: String
    /// What was done.
    public let what: String
    public let first: Share
    public let second: Share

    /// second − first.
    public var difference: Double { second.value - first.value }
    /// √(se₁² + se₂²), conversations of different sources being independent; nil where one has no error.
    public var error: Double? {
        guard let one = first.error, let other = second.error else { return nil }
        return (one * one + other * other).squareRoot()
    }
    /// Nil where nothing varies.
    public var z: Double? { error.flatMap { $0 > 0 ? difference / $0 : nil } }
}

extension ObservedTransitions {
    /// Hazards of the end, reactions after responses, and persistence, in two sources.
    ///
    /// Situations that only one source met have no line.
    ///
    /// - Parameters:
    ///   - isSecond: of each conversation, whether it is of the second source.
    ///   - phases: first turns of the bands of turns after the first.
    /// - Complexity: O(transitions · (responses + reactions)).
    public func contrasts(_ isSecond: [Bool], phases: [Int] = []) -> [SourceContrast] {
        var tally = ContrastTally(isSecond: isSecond)
        for (index, turn) in transitions.enumerated() {
            if let ends = turn.ends {
                tally.add(.ending, "", "ends", turn, ends)
                if !phases.isEmpty {
                    tally.add(.ending, Self.band(phases.count { turn.turn >= $0 }, phases), "ends", turn, ends)
                }
            }
            if let reaction = turn.reaction {
                if let response = turn.response {
                    for other in reactions.indices {
                        tally.add(.reaction, responses[response], reactions[other], turn, other == reaction)
                    }
                }
                if index > 0, transitions[index - 1].conversation == turn.conversation,
                    transitions[index - 1].turn + 1 == turn.turn, let before = transitions[index - 1].reaction
                {
                    tally.add(.persistence, "", "same reaction", turn, before == reaction)
                    tally.add(.persistence, reactions[before], "same reaction", turn, before == reaction)
                }
            }
            if let before = turn.before, let after = turn.after {
                tally.add(.persistence, "", "same state", turn, before == after)
                tally.add(.persistence, states[before], "same state", turn, before == after)
            }
        }
        return tally.contrasts
    }

    private static func band(_ number: Int, _ phases: [Int]) -> String {
        let first = number == 0 ? 1 : phases[number - 1]
        return number < phases.count ? "turns \(first)–\(phases[number] - 1)" : "turns \(first)–"
    }
}

/// Sums of what was done, by conversation.
private struct ContrastTally {
    let isSecond: [Bool]
    private var keys: [Key] = []
    private var places: [Key: Int] = [:]
    /// Per line and source: conversations with Σ y and Σ n, in the order in which they come.
    private var sums: [[[(conversation: Int, hits: Double, turns: Double)]]] = []

    init(isSecond: [Bool]) { self.isSecond = isSecond }

    private struct Key: Hashable {
        let kind: SourceContrast.Kind
        let situation: String
        let what: String
    }

    mutating func add(
        _ kind: SourceContrast.Kind, _ situation: String, _ what: String, _ turn: ObservedTransitions.Transition,
        _ isHit: Bool
    ) {
        let key = Key(kind: kind, situation: situation, what: what)
        let place = places[key] ?? keys.count
        if place == keys.count {
            places[key] = place
            keys.append(key)
            sums.append([[], []])
        }
        let source = isSecond[turn.conversation] ? 1 : 0
        if sums[place][source].last?.conversation != turn.conversation {
            sums[place][source].append((turn.conversation, 0, 0))
        }
        let last = sums[place][source].count - 1
        sums[place][source][last].turns += turn.weight
        if isHit { sums[place][source][last].hits += turn.weight }
    }

    var contrasts: [SourceContrast] {
        let order: [SourceContrast.Kind] = [.ending, .reaction, .persistence]
        return order.flatMap { kind in
            keys.indices.filter { keys[$0].kind == kind }.compactMap { place in
                guard let first = share(sums[place][0]), let second = share(sums[place][1]) else { return nil }
                return SourceContrast(
                    kind: kind, situation: keys[place].situation, what: keys[place].what, first: first, second: second)
            }
        }
    }

    private func share(
        _ clusters: [(conversation: Int, hits: Double, turns: Double)]
    ) -> SourceContrast.Share? {
        let turns = clusters.reduce(0) { $0 + $1.turns }
        guard turns > 0 else { return nil }
        let value = clusters.reduce(0) { $0 + $1.hits } / turns
        let squares = clusters.reduce(0) { sum, cluster in
            let residual = cluster.hits - value * cluster.turns
            return sum + residual * residual
        }
        let count = Double(clusters.count)
        return SourceContrast.Share(
            value: value, error: count > 1 ? (squares * count / (count - 1)).squareRoot() / turns : nil, turns: turns,
            conversations: clusters.count)
    }
}
