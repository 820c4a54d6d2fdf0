internal import ExactEvaluation
internal import GameModel

/// What answers with features of their own are worth where users have foresight, exactly.
///
/// Such an answer is added to the game as a response that the policy never gives; one deviation to it, and then the policy, is its
/// action value there. Without foresight `DeviationValues` say the same at less cost.
struct CandidateValues: Sendable {
    /// Action values in the goal's units and of a safe end, and where in them an answer stands.
    private struct Table {
        let goal: ActionValues
        let safe: ActionValues
        let limits: LimitRisks?
        let reactions: ReactionTables
        let response: Int
    }

    /// How many answers are added to one game.
    private static let batch = 64

    private let source: PreferenceSource
    private var tables: [FeaturedAnswer: Table] = [:]
    /// Answers that could not be added, with the reason.
    private(set) var faults: [FeaturedAnswer: String] = [:]

    /// - Complexity: one backward pass per 64 different answers, for each goal.
    init(
        _ meanings: [FeaturedAnswer], source: PreferenceSource, definition: GameDefinition, values: ExactValues
    ) throws {
        self.source = source
        var waiting: [(meaning: FeaturedAnswer, response: Response)] = []
        var seen: Set<FeaturedAnswer> = []
        for meaning in meanings where seen.insert(meaning).inserted {
            waiting.append(
                (meaning, Response(name: "candidate \(seen.count)", features: meaning.features, cost: meaning.cost)))
        }
        for start in stride(from: 0, to: waiting.count, by: Self.batch) {
            try add(Array(waiting[start..<min(start + Self.batch, waiting.count)]), to: definition, values)
        }
    }

    private mutating func add(
        _ batch: [(meaning: FeaturedAnswer, response: Response)], to definition: GameDefinition, _ values: ExactValues
    ) throws {
        let first = definition.responses.count
        do {
            var larger = definition
            larger.responses += batch.map(\.response)
            for user in larger.users.indices {
                larger.users[user].agent = WidenedUser(
                    base: larger.users[user].agent, own: definition.responses, added: batch.map(\.meaning.meant))
            }
            let game = try Game(larger)
            let controller = try source.controller.extended(by: batch.count, game: game)
            let goal = try values.asSolved(game, controller)
            let safe = try values.ofSafeOutcomes(game, controller)
            let limits = LimitRisks(source.limits?.limits ?? [], game: game, controller: controller)
            let reactions = ReactionTables(game: game, controller: controller)
            for (index, item) in batch.enumerated() {
                tables[item.meaning] = Table(
                    goal: goal, safe: safe, limits: limits, reactions: reactions, response: first + index)
            }
        } catch let error as GameError {
            for item in batch { faults[item.meaning] = "its features cannot be used in this game: \(error)" }
        }
    }

    /// The action value, the probability of a safe end and those that are limited, over the places where a prompt may stand.
    func value(
        of meaning: FeaturedAnswer, at placement: Placement
    ) -> (goal: Double, safe: Double, limited: [Double?])? {
        guard let table = tables[meaning] else { return nil }
        let risks = table.limits?.risks(at: placement.situations) ?? []
        var value = (goal: 0.0, safe: 0.0, limited: risks.map { $0?[table.response] })
        for place in placement.places {
            func expected(_ values: ActionValues) -> Double {
                values.expected(
                    belief: place.belief, turn: placement.turn, nodes: place.nodes, controller: source.controller)[
                        table.response]
            }
            value.goal += place.share * expected(table.goal)
            value.safe += place.share * expected(table.safe)
        }
        return value
    }

    /// [|M|] the probability of each reaction to an answer over the places where a prompt may stand, by users who expect the policy.
    ///
    /// - Returns: nil for an answer that could not be added.
    func reactions(to meaning: FeaturedAnswer, at placement: Placement) -> [Double]? {
        guard let table = tables[meaning] else { return nil }
        let width = source.game.reactions.count
        var shares = [Double](repeating: 0, count: width)
        for place in placement.places {
            for entry in place.nodes.entries {
                let group = table.reactions.memory.classes[entry.node]
                for (hidden, mass) in place.belief.probabilities.enumerated() where mass > 0 {
                    let row =
                        width
                        * table.reactions.row(
                            turn: placement.turn, hidden: hidden, response: table.response, group: group)
                    let weight = place.share * entry.probability * mass
                    for reaction in 0..<width { shares[reaction] += weight * table.reactions.reaction[row + reaction] }
                }
            }
        }
        return shares
    }
}

extension Policy {
    /// The same policy in a game with more responses, which it never gives.
    ///
    /// - Throws: `GameError` if the policy remembers responses by name: it knows no others.
    fileprivate func extended(by count: Int, game: Game) throws(GameError) -> Policy {
        guard memory.branches == 1 else {
            throw GameError(
                "policy",
                "remembers what was answered by name, and features have none; label the answer with a response")
        }
        let none = [Double](repeating: 0, count: count)
        let rows = (0..<memory.nodeCount).flatMap { Array(strategy(at: $0)) + none }
        return try Policy(memory: memory, strategies: rows, game: game)
    }
}
