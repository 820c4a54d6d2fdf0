internal import ExactEvaluation
internal import GameModel

/// What answers are worth at the first turn, exactly.
///
/// An answer with features of its own is added to the game as a response that the policy never gives; one deviation to it,
/// and then the policy, is its action value there.
struct CandidateValues {
    /// Action values in the goal's units and of a safe end, and where in them an answer stands.
    private struct Table {
        let goal: ActionValues
        let safe: ActionValues
        let response: Int
    }

    /// How many answers are added to one game.
    private static let batch = 64

    private let source: PreferenceSource
    private var tables: [CandidateLine.Meaning: Table] = [:]
    /// Answers that could not be added, with the reason.
    private(set) var faults: [CandidateLine.Meaning: String] = [:]

    /// - Complexity: one backward pass per 64 different answers with features, for each goal.
    init(
        _ meanings: [CandidateLine.Meaning], source: PreferenceSource, definition: GameDefinition,
        values: ExactValues
    ) throws {
        self.source = source
        let goal = try values.asSolved(source.game, source.controller)
        let safe = try values.ofSafeOutcomes(source.game, source.controller)
        for response in source.game.responses.indices {
            tables[.response(response)] = Table(goal: goal, safe: safe, response: response)
        }
        var waiting: [(meaning: CandidateLine.Meaning, response: Response)] = []
        var seen: Set<CandidateLine.Meaning> = []
        for meaning in meanings {
            guard case .features(let features, let cost) = meaning, seen.insert(meaning).inserted else { continue }
            waiting.append((meaning, Response(name: "candidate \(seen.count)", features: features, cost: cost)))
        }
        for start in stride(from: 0, to: waiting.count, by: Self.batch) {
            try add(Array(waiting[start..<min(start + Self.batch, waiting.count)]), to: definition, values)
        }
    }

    private mutating func add(
        _ batch: [(meaning: CandidateLine.Meaning, response: Response)], to definition: GameDefinition,
        _ values: ExactValues
    ) throws {
        let first = definition.responses.count
        do {
            var larger = definition
            larger.responses += batch.map(\.response)
            let game = try Game(larger)
            let controller = try source.controller.extended(by: batch.count, game: game)
            let goal = try values.asSolved(game, controller)
            let safe = try values.ofSafeOutcomes(game, controller)
            for (index, item) in batch.enumerated() {
                tables[item.meaning] = Table(goal: goal, safe: safe, response: first + index)
            }
        } catch let error as GameError {
            for item in batch { faults[item.meaning] = "its features cannot be used in this game: \(error)" }
        }
    }

    /// Σ_c P(c) Q(b_c, n_c, a) over the cues that may have been shown: the action value and the probability of a safe end.
    func value(
        of meaning: CandidateLine.Meaning, openings: [(cue: Int, belief: Belief, share: Double)]
    ) -> (goal: Double, safe: Double)? {
        guard let table = tables[meaning] else { return nil }
        var value = (goal: 0.0, safe: 0.0)
        for opening in openings {
            let nodes = source.controller.memory.initial[opening.cue]
            value.goal +=
                opening.share
                * table.goal.expected(
                    belief: opening.belief, turn: 1, nodes: nodes, controller: source.controller)[table.response]
            value.safe +=
                opening.share
                * table.safe.expected(
                    belief: opening.belief, turn: 1, nodes: nodes, controller: source.controller)[table.response]
        }
        return value
    }
}

extension Policy {
    /// The same policy in a game with more responses, which it never gives.
    fileprivate func extended(by count: Int, game: Game) throws(GameError) -> Policy {
        let none = [Double](repeating: 0, count: count)
        let rows = (0..<memory.nodeCount).flatMap { Array(strategy(at: $0)) + none }
        return try Policy(memory: memory, strategies: rows, game: game)
    }
}
