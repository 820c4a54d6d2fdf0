internal import ExactEvaluation
package import GameModel

/// Where a model loses against a policy that was solved for: by turn and situation, exact at every answer that was given.
///
/// At a history h with the posterior b over (type, state) the answer a loses γ^{t−1} [V(b, n) − Q(b, n, a)]: what the solved policy is worth
/// there, and what it is worth to give this answer once and follow the solved policy afterwards. By the performance-difference lemma the
/// mean sum of losses is J(solved) − J(model), where no user has foresight and the users who came are those of the prior.
///
/// Source: Kakade & Langford 2002, "Approximately optimal approximate reinforcement learning", ICML, Lemma 6.1.
package struct RegretTable: Sendable {
    /// What a solved policy is and what it is for.
    package struct Solved: Sendable {
        package let policy: Policy
        package let objective: Objective
        /// μ per constraint of the objective.
        package let multipliers: [Double]

        package init(policy: Policy, objective: Objective, multipliers: [Double]) {
            self.policy = policy
            self.objective = objective
            self.multipliers = multipliers
        }
    }

    /// The answers to one observation in one turn.
    package struct Row: Sendable, Equatable {
        /// From 1.
        package let turn: Int
        /// What the model had seen last.
        package let observation: Int
        package var visits = 0
        /// Sum of the losses, in the goal's units.
        package var loss = 0.0
        /// [|A|] what was answered: the sum of the labels.
        package var given: [Double]
        /// [|A|] how often each response would have been worth most.
        package var best: [Int]
    }

    /// By loss, the largest first.
    package private(set) var rows: [Row] = []
    /// The sum of losses of every conversation, in the order that they were given in.
    package private(set) var losses: [Double]
    /// Conversations whose history has probability 0 for the prior, and which are valued up to there.
    package private(set) var implausible = 0

    /// - Parameters:
    ///   - conversations: finished ones.
    ///   - game: the scenario's, with its own prior: what the model may believe.
    ///   - expected: whom users with foresight expected.
    /// - Throws: `GameError` if an answer's features make no game, or a price is none.
    /// - Complexity: one compilation and one backward pass per turn and 64 different answers.
    package init(
        _ conversations: [SpokenConversation], game: Game, definition: GameDefinition, solved: Solved,
        expected: Policy
    ) throws {
        losses = conversations.map { _ in 0 }
        var places = conversations.map { Place($0, solved: solved.policy, expected: expected, game: game) }
        var cells: [[Int]: Row] = [:]
        var own: Values?
        for turn in 0..<(conversations.map(\.turns.count).max() ?? 0) {
            let here = conversations.indices.filter { turn < conversations[$0].turns.count && places[$0] != nil }
            let meanings = here.map { conversations[$0].turns[turn].meaning }
            try WidenedGame.visit(meanings, game: game, definition: definition) { widened, positions in
                let values: Values
                if let own, widened.game === game {
                    values = own
                } else {
                    values = try Values(widened, solved, expected)
                    if widened.game === game { own = values }
                }
                for (position, response) in positions {
                    let index = here[position]
                    guard let place = places[index] else { continue }
                    let conversation = conversations[index]
                    let (loss, best) = values.loss(of: response, at: place, turn: turn + 1, own: game.responses.count)
                    losses[index] += loss
                    let observation = conversation.observation(at: turn, in: game)
                    cells[[turn, observation], default: Row(turn: turn + 1, observation, game)].add(
                        loss, conversation.turns[turn].meaning, best: best)
                    guard turn + 1 < conversation.turns.count else { continue }
                    places[index] = values.next(
                        place, response, conversation.observation(at: turn + 1, in: game), turn: turn + 1)
                    if places[index] == nil { implausible += 1 }
                }
            }
        }
        rows = cells.values.sorted {
            ($1.loss, $0.turn, $0.observation) < ($0.loss, $1.turn, $1.observation)
        }
    }

    /// Where the solved policy and whoever users expect stand in a conversation, and what is believed there.
    private struct Place {
        var belief: Belief
        var nodes: NodeDistribution
        var expected: NodeDistribution

        init?(_ conversation: SpokenConversation, solved: Policy, expected: Policy, game: Game) {
            let cue = conversation.openingCue
            guard let opened = try? Belief.opening(cue, game: game) else { return nil }
            belief = opened.belief
            nodes = solved.memory.initial[cue]
            self.expected = expected.memory.initial[cue]
        }
    }

    /// The tables of one widened game.
    private struct Values {
        let game: Game
        let solved: Policy
        let expected: Policy
        let objective: Objective
        let values: ActionValues
        let reactions: ReactionTables?

        init(_ widened: WidenedGame, _ solved: Solved, _ expected: Policy) throws(GameError) {
            game = widened.game
            self.solved = try widened.widened(solved.policy)
            self.expected = try widened.widened(expected)
            objective = widened.widened(solved.objective)
            values = try ActionValues(
                self.solved, game: game, objective: objective, multipliers: solved.multipliers)
            reactions = game.foresight == nil ? nil : ReactionTables(game: game, controller: self.expected)
        }

        /// What an answer loses, discounted, and which of the scenario's responses is worth most.
        func loss(of response: Int, at place: Place, turn: Int, own: Int) -> (loss: Double, best: Int) {
            let row = values.expected(belief: place.belief, turn: turn, nodes: place.nodes, controller: solved)
            let value = values.value(
                belief: place.belief, turn: turn, nodes: place.nodes, controller: solved, objective: objective,
                game: game)
            let weight = objective.goal == .payoff ? game.discounts[turn - 1] : 1
            let best = (0..<own).reduce(0) { row[$1] > row[$0] ? $1 : $0 }
            return (weight * (value - row[response]), best)
        }

        /// What is believed after an answer and what was seen then; nil where that has probability 0.
        func next(_ place: Place, _ response: Int, _ observation: Int, turn: Int) -> Place? {
            var next = place
            let given = place.expected.only.flatMap { node in reactions.map { AnticipatedNode($0, node: node) } }
            guard game.foresight == nil || given != nil,
                let updated = try? place.belief.updated(
                    turn: turn, response: response, observation: observation, game: game, given: given)
            else { return nil }
            next.belief = updated.belief
            next.nodes = place.nodes.after(response, of: solved).moved(
                after: response, by: observation, memory: solved.memory, game: game)
            next.expected = place.expected.moved(
                after: response, by: observation, memory: expected.memory, game: game)
            return next
        }
    }
}

extension RegretTable.Row {
    fileprivate init(turn: Int, _ observation: Int, _ game: Game) {
        self.turn = turn
        self.observation = observation
        given = game.responses.map { _ in 0 }
        best = game.responses.map { _ in 0 }
    }

    fileprivate mutating func add(_ loss: Double, _ meaning: AnswerMeaning, best: Int) {
        visits += 1
        self.loss += loss
        for (response, share) in meaning.response.enumerated() { given[response] += share }
        self.best[best] += 1
    }
}
