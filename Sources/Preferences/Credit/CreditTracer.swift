internal import ExactEvaluation
package import GameModel
internal import Labelling
internal import NumericalMethods
internal import Synchronization

/// Gives credit to the answers of conversations, under a policy that would have gone on in place of whoever answered.
///
/// Situations that many conversations come to are worked out once.
package final class CreditTracer: Sendable {
    package let measures: CreditMeasures
    private let definition: GameDefinition
    private let filter: HistoryFilter
    private let deviations: DeviationValues?
    private let reactions: ReactionTables
    /// Situations before the first answer, by cue; all others follow from them.
    private let openings = Followers()
    private let remembered = Atomic<Int>(0)

    /// Situations that are remembered: some kilobytes each.
    package static let most = 20_000

    private var game: Game { measures.game }

    /// - Parameter definition: that of the game.
    /// - Complexity: a backward pass a measure, and one an outcome and type for answers that have features of their own.
    package init(_ policy: Policy, game: Game, definition: GameDefinition) throws {
        measures = try CreditMeasures(policy, game: game)
        self.definition = definition
        deviations = game.foresight == nil ? try Self.deviations(policy, game, definition) : nil
        filter = HistoryFilter(game: game, policy: policy, deviations: deviations)
        reactions = ReactionTables(game: game, controller: policy)
    }

    /// Values answers by their features: payoff, safe ends, and each outcome of each type.
    private static func deviations(
        _ policy: Policy, _ game: Game, _ definition: GameDefinition
    ) throws -> DeviationValues {
        let flat = game.responses.map { _ in 1 / Double(game.responses.count) }
        var values = try DeviationValues(
            policy, game: game, definition: definition, objective: Objective(goal: .payoff, reference: flat))
        values.add(Objective(goal: .payoff, reference: flat), multipliers: [])
        values.add(Objective(goal: .safeOutcomes, reference: flat), multipliers: [])
        for outcome in game.outcomes.indices {
            for user in game.users.indices { values.add(outcome: outcome, of: user) }
        }
        return values
    }

    /// - Throws: ``PreferenceError`` with the reason why the conversation has no place in the game.
    /// - Complexity: O(turns · measures · |Θ| · H · |A|); where all labels are certain, once per situation.
    package func credit(_ conversation: CreditConversation) throws -> ConversationCredit {
        let situations = try situations(conversation)
        var turns: [ConversationCredit.Turn] = []
        // [|Θ|] What the answers so far earned, were the user of each type.
        var earned = game.users.map { _ in 0.0 }
        for (index, situation) in situations.prefix(conversation.exchanges.count).enumerated() {
            if let user = conversation.user, situation.user(user) <= 0 {
                throw PreferenceError(
                    "no user of type \(game.users[user]) comes to turn \(index + 1) as it is labelled")
            }
            let next = index + 1 < situations.count ? situations[index + 1] : nil
            turns.append(try turn(index, conversation, situation, next: next, &earned))
        }
        let opening = situations[0].value(CreditMeasures.payoff) - measures.start[CreditMeasures.payoff]
        let sum = turns.reduce(opening) { $0 + ($1.shaped ?? 0) }
        let isWhole = conversation.end != .open && turns.allSatisfy { $0.chance != nil }
        return ConversationCredit(
            conversation: conversation, turns: turns, opening: opening,
            payoff: isWhole ? measures.start[CreditMeasures.payoff] + sum : nil)
    }

    private func turn(
        _ index: Int, _ conversation: CreditConversation, _ situation: CreditSituation, next: CreditSituation?,
        _ earned: inout [Double]
    ) throws -> ConversationCredit.Turn {
        let answer = conversation.exchanges[index].answer
        let response = CreditSituation.best(conversation.said[index])
        let mixed = isOne(answer, response) ? nil : try said(answer, situation)
        let said = mixed?[CreditMeasures.payoff] ?? situation.value(CreditMeasures.payoff, after: response)
        let discount = game.discounts[index]
        let isLast = index == conversation.exchanges.count - 1
        let outcome: Int? = if isLast, case .outcome(let outcome) = conversation.end { outcome } else { nil }
        let value = situation.value(CreditMeasures.payoff)
        let advantage = discount * (said - value)
        // What was earned before is known as well as the user is: what the user does tells more of that, too.
        let before = mean(earned, of: conversation, situation.user) + discount * said
        for user in earned.indices { earned[user] += discount * stage(answer, of: user) }
        var after: Double?
        if let outcome {
            let users = try ended(outcome, conversation, situation, index: index)
            after = mean(earned, of: conversation) { users[$0] } + ending(outcome, conversation, users, index: index)
        } else if let next {
            after =
                mean(earned, of: conversation, next.user)
                + game.discounts[index + 1] * next.value(CreditMeasures.payoff)
        }
        let unsafeAfter =
            outcome.map { game.outcomes[$0].isSafe ? 0.0 : 1 }
            ?? next.map { 1 - $0.value(CreditMeasures.safe) }
        let ofUser = conversation.user.flatMap { situation.ofUser($0) }.map { part in
            (
                said: answer.possibilities.reduce(0.0) {
                    $0 + $1.share * part[$1.response ?? 0]
                }, value: part.value, best: part.best
            )
        }
        let isNamed = answer.possibilities.allSatisfy { $0.response != nil && $0.features == nil }
        return ConversationCredit.Turn(
            situation: situation, mixed: mixed, response: response,
            advantage: advantage, chance: after.map { $0 - before },
            unsafeBefore: 1 - situation.value(CreditMeasures.safe), unsafeAfter: unsafeAfter,
            ofUser: isNamed ? ofUser : nil, isCertain: isNamed && answer.possibilities.count == 1)
    }

    /// Whether an answer is a response for certain, which the situation has the values of.
    private func isOne(_ answer: AnswerEvidence, _ response: Int) -> Bool {
        guard answer.possibilities.count == 1, let only = answer.possibilities.first else { return false }
        return only.share == 1 && only.response == response && only.features == nil
    }

    // MARK: Situations

    /// Before every answer, and after the last message where the conversation goes on.
    private func situations(_ conversation: CreditConversation) throws -> [CreditSituation] {
        let goesOn =
            conversation.end == .open && conversation.exchanges.last?.message.reaction != nil
            && conversation.exchanges.count < game.horizon
        guard conversation.exchanges.count <= game.horizon else {
            throw PreferenceError(
                "has \(conversation.exchanges.count) answers, and a conversation of this scenario has \(game.horizon) turns "
                    + "at most (horizon)")
        }
        guard let codes = conversation.codes(game, isPrior: conversation.prior == game.prior), !goesOn else {
            let exchanges = goesOn ? conversation.exchanges : conversation.exchanges.dropLast()
            return try filter.placements(
                prior: conversation.prior, opening: conversation.opening, exchanges: Array(exchanges)
            ).map { CreditSituation($0, key: nil, measures) }
        }
        var situations: [CreditSituation] = []
        for count in stride(from: 1, through: codes.count, by: 2) {
            let code = count == 1 ? codes[0] : codes[count - 2] * observations + codes[count - 1]
            if let found = follower(of: situations.last, code) {
                situations.append(found)
                continue
            }
            let key = Array(codes[..<count])
            let placement =
                try situations.last.map { try next($0.placement, key) }
                ?? filter.placements(prior: conversation.prior, opening: conversation.opening, exchanges: [])[0]
            let hasRoom = remembered.load(ordering: .relaxed) < Self.most
            let situation = CreditSituation(placement, key: key, measures, isShared: hasRoom)
            situations.append(hasRoom ? keep(situation, after: situations.last, code) : situation)
        }
        return situations
    }

    /// What can be seen after an answer: a reaction as it looks, and a cue.
    private var observations: Int { game.shownReactions.count * game.cues.count }

    /// The remembered situation that a code leads to, from the beginning where none was before.
    private func follower(of situation: CreditSituation?, _ code: Int) -> CreditSituation? {
        if let situation { situation.followers[code] } else { openings[code] }
    }

    /// Remembers a situation. Whoever comes second takes what the first has made.
    private func keep(_ situation: CreditSituation, after last: CreditSituation?, _ code: Int) -> CreditSituation {
        let (kept, isNew) =
            if let last { last.followers.keep(situation, code: code) } else { openings.keep(situation, code: code) }
        if isNew { remembered.wrappingAdd(1, ordering: .relaxed) }
        return kept
    }

    /// The place after one more certain answer and observation.
    private func next(_ placement: Placement, _ key: [Int]) throws -> Placement {
        let (response, seen) = (key[key.count - 2], game.cues.count + key[key.count - 1])
        let places = try placement.places.map { place in
            var given: AnticipatedNode?
            if game.foresight != nil {
                guard let node = place.nodes.only else {
                    throw PreferenceError(
                        "has users with foresight, and the policy is a mixture: they cannot tell which of its policies they meet"
                    )
                }
                given = AnticipatedNode(reactions, node: node)
            }
            let belief = try place.belief.updated(
                turn: placement.turn, response: response, observation: seen, game: game, given: given
            ).belief
            let nodes = place.nodes.after(response, of: measures.policy).moved(
                after: response, by: seen, memory: measures.policy.memory, game: game)
            guard nodes.entries.allSatisfy({ $0.node >= 0 }) else {
                throw PreferenceError("leads to where the policy has nothing to say; take another, such as reference")
            }
            return Placement.Place(nodes: nodes, belief: belief, share: place.share)
        }
        return Placement(turn: placement.turn + 1, places: places)
    }

    // MARK: What was said and earned

    /// [measures] Q of an answer, over all that it may be.
    private func said(_ answer: AnswerEvidence, _ situation: CreditSituation) throws -> [Double] {
        var said = measures.measures.map { _ in 0.0 }
        for possibility in answer.possibilities {
            let values: [Double]
            if let features = possibility.features {
                values = try featured(features, possibility.response, situation)
            } else {
                let response = possibility.response ?? 0
                values = situation.values(after: response)
            }
            for measure in said.indices { said[measure] += possibility.share * values[measure] }
        }
        return said
    }

    /// The mean over draws of features.
    private func featured(
        _ draws: [[Double]], _ response: Int?, _ situation: CreditSituation
    ) throws -> [Double] {
        guard let deviations else {
            throw PreferenceError(
                "has answers with features, and some users have foresight: label its answers with responses alone")
        }
        let places = situation.placement.places.flatMap { place in
            place.nodes.entries.map { entry in
                DeviationValues.Place(
                    node: entry.node, share: place.share * entry.probability, belief: place.belief,
                    exits: exits(response))
            }
        }
        let decision = deviations.decision(turn: situation.turn, places: places)
        let cost = response.map { game.responses[$0].cost } ?? 0
        var (sums, none) = ([Double](repeating: 0, count: deviations.count), [Double]())
        for features in draws {
            let values = try deviations.values(features, cost: cost, at: decision, reactions: &none)
            for index in sums.indices { sums[index] += values[index] / Double(draws.count) }
        }
        let outcomes = game.outcomes.indices.map { outcome in
            game.users.indices.reduce(0) { $0 + sums[2 + outcome * game.users.count + $1] }
        }
        return Array(sums[..<2]) + outcomes
    }

    /// [branches] where a memory goes that follows responses.
    private func exits(_ response: Int?) -> [Double] {
        let branches = measures.policy.memory.branches
        guard branches > 1 else { return [1] }
        return (0..<branches).map { $0 == response ? 1 : 0 }
    }

    /// r_θ(a) for users of one type.
    private func stage(_ answer: AnswerEvidence, of user: Int) -> Double {
        answer.possibilities.reduce(0) { sum, possibility in
            guard let draws = possibility.features else {
                let earned = game.stagePayoff[user * game.responses.count + (possibility.response ?? 0)]
                return sum + possibility.share * earned
            }
            let cost = possibility.response.map { game.responses[$0].cost } ?? 0
            let total = draws.reduce(0.0) { total, features in
                total + zip(definition.users[user].exposure, features).reduce(-cost) { $0 + $1.0 * $1.1 }
            }
            return sum + possibility.share * total / Double(draws.count)
        }
    }

    /// The mean over who it may have been; of the known type where it is known.
    ///
    /// - Parameter posterior: P(θ) by type.
    private func mean(
        _ values: [Double], of conversation: CreditConversation, _ posterior: (Int) -> Double
    ) -> Double {
        if let user = conversation.user { return values[user] }
        return values.enumerated().reduce(0) { $0 + $1.element * posterior($1.offset) }
    }

    /// γ^{t−1} w_θ(ω), or γ^T w_θ(timeout).
    private func ending(
        _ outcome: Int, _ conversation: CreditConversation, _ users: [Double], index: Int
    ) -> Double {
        let discount =
            outcome == game.timeout && !isEnding(conversation, index)
            ? game.discounts[index + 1] : game.discounts[index]
        let payoffs = game.users.indices.map { game.outcomePayoff[$0 * game.outcomes.count + outcome] }
        return discount * mean(payoffs, of: conversation) { users[$0] }
    }

    /// Whether the last reaction itself ended the conversation.
    private func isEnding(_ conversation: CreditConversation, _ index: Int) -> Bool {
        guard let reaction = conversation.exchanges[index].message.reaction else { return false }
        return game.reactions.indices.contains { reaction[$0] > 0 && game.continuingRanks[$0] < 0 }
    }

    /// P(θ | everything, and that it ended so); at the horizon a conversation ends by itself, after any reaction.
    ///
    /// - Throws: ``PreferenceError`` where no user, or none of the known type, ends it so.
    private func ended(
        _ outcome: Int, _ conversation: CreditConversation, _ situation: CreditSituation, index: Int
    ) throws(PreferenceError) -> [Double] {
        let seen = conversation.exchanges[index].message.reaction
        let isTimeout = outcome == game.timeout && index + 1 == game.horizon
        // How well each reaction goes with the end, and with what is known of the last message.
        let likelihood = game.reactions.indices.map { reaction in
            switch game.reactions[reaction].effect {
            case .ends(let end): end == outcome ? seen?[reaction] ?? 1 : 0
            case .continues, .continuesShowing:
                isTimeout ? seen?[game.shownReactions[game.continuingRanks[reaction]]] ?? 1 : 0
            }
        }
        var users = game.users.map { _ in 0.0 }
        for place in situation.placement.places {
            for (hidden, mass) in place.belief.probabilities.enumerated() where mass > 0 {
                for (response, share) in conversation.said[index].enumerated() where share > 0 {
                    let group = place.nodes.only.map { measures.policy.memory.classes[$0] } ?? 0
                    let row = reactions.row(turn: situation.turn, hidden: hidden, response: response, group: group)
                    for (reaction, weight) in likelihood.enumerated() where weight > 0 {
                        users[game.user(of: hidden)] +=
                            place.share * mass * share * weight
                            * reactions.reaction[row * game.reactions.count + reaction]
                    }
                }
            }
        }
        let total = users.reduce(0, +)
        guard conversation.user.map({ users[$0] > 0 }) ?? (total > 0) else {
            // How users react to features of their own is asked of the response that is nearest: where that says nobody, it says nothing.
            let isNamed = conversation.exchanges[index].answer.possibilities.allSatisfy { $0.features == nil }
            guard isNamed else { return situation.users }
            let who = conversation.user.map { "user of type \(game.users[$0])" } ?? "user of this scenario"
            throw PreferenceError(
                "no \(who) ends the conversation in \(game.outcomes[outcome].name) after answer \(index + 1), as it is "
                    + "labelled")
        }
        return users.map { $0 / total }
    }
}
