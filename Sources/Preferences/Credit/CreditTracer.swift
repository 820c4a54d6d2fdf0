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
        filter = HistoryFilter(game: game, policy: policy, deviations: deviations, earns: true)
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
        if let user = conversation.user, let excluded = situations.first(where: { $0.user(user) <= 0 }) {
            throw PreferenceError(
                "no user of type \(game.users[user]) comes to turn \(excluded.turn) as it is labelled")
        }
        for (index, situation) in situations.prefix(conversation.exchanges.count).enumerated() {
            let next = index + 1 < situations.count ? situations[index + 1] : nil
            turns.append(try turn(index, conversation, situation, next: next))
        }
        let opening = situations[0].value(CreditMeasures.payoff) - measures.start[CreditMeasures.payoff]
        let sum = turns.reduce(opening) { $0 + ($1.shaped ?? 0) }
        let isWhole = conversation.end != .open && turns.allSatisfy { $0.chance != nil }
        return ConversationCredit(
            conversation: conversation, turns: turns, opening: opening,
            payoff: isWhole ? measures.start[CreditMeasures.payoff] + sum : nil)
    }

    private func turn(
        _ index: Int, _ conversation: CreditConversation, _ situation: CreditSituation, next: CreditSituation?
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
        // What was earned before is known as well as the user and the answers are: what the user does tells more of that, too.
        let before = earned(situation, conversation) + discount * said
        var after: Double?
        if let outcome {
            after = try ended(outcome, conversation, situation, index: index)
        } else if let next {
            after = earned(next, conversation) + game.discounts[index + 1] * next.value(CreditMeasures.payoff)
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
        let isNamed = answer.possibilities.allSatisfy { $0.response != nil && $0.draws == nil }
        return ConversationCredit.Turn(
            situation: situation, mixed: mixed, response: response,
            advantage: advantage, chance: after.map { $0 - before },
            unsafeBefore: 1 - situation.value(CreditMeasures.safe), unsafeAfter: unsafeAfter,
            ofUser: isNamed ? ofUser : nil, isCertain: isNamed && answer.possibilities.count == 1)
    }

    /// Whether an answer is a response for certain, which the situation has the values of.
    private func isOne(_ answer: AnswerEvidence, _ response: Int) -> Bool {
        guard answer.possibilities.count == 1, let only = answer.possibilities.first else { return false }
        return only.share == 1 && only.response == response && only.draws == nil
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
        let earned = game.users.indices.map { user in
            stride(from: 1, to: key.count, by: 2).reduce(0) {
                $0 + game.discounts[$1 / 2] * game.stagePayoff[user * game.responses.count + key[$1]]
            }
        }
        let places = try placement.places.map { place in
            let given = game.foresight == nil ? nil : AnticipatedNode(reactions, node: try node(of: place))
            let belief = try place.belief.updated(
                turn: placement.turn, response: response, observation: seen, game: game, given: given
            ).belief
            let nodes = place.nodes.after(response, of: measures.policy).moved(
                after: response, by: seen, memory: measures.policy.memory, game: game)
            guard nodes.entries.allSatisfy({ $0.node >= 0 }) else {
                throw PreferenceError("leads to where the policy has nothing to say; take another, such as reference")
            }
            // Where every answer is known, so is what they earned.
            return Placement.Place(
                nodes: nodes, belief: belief, share: place.share,
                earned: belief.probabilities.enumerated().map { $0.element * earned[game.user(of: $0.offset)] })
        }
        return Placement(turn: placement.turn + 1, places: places)
    }

    // MARK: What was said and earned

    /// [measures] Q of an answer, over all that it may be.
    private func said(_ answer: AnswerEvidence, _ situation: CreditSituation) throws -> [Double] {
        var said = measures.measures.map { _ in 0.0 }
        for possibility in answer.possibilities {
            let values: [Double]
            if let draws = possibility.draws {
                values = try featured(draws, possibility.response, situation)
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
        _ draws: [FeaturedAnswer], _ response: Int?, _ situation: CreditSituation
    ) throws -> [Double] {
        guard let deviations else { throw Self.featuresAreForeseen }
        guard let places = situation.placement.places(after: response, of: measures.policy, game: game) else {
            throw HistoryFilter.needsName(turn: situation.turn)
        }
        let decision = deviations.decision(turn: situation.turn, places: places)
        var (sums, none) = ([Double](repeating: 0, count: deviations.count), [Double]())
        for draw in draws {
            let values = try deviations.values(draw, at: decision, reactions: &none)
            for index in sums.indices { sums[index] += values[index] / Double(draws.count) }
        }
        let outcomes = game.outcomes.indices.map { outcome in
            game.users.indices.reduce(0) { $0 + sums[2 + outcome * game.users.count + $1] }
        }
        return Array(sums[..<2]) + outcomes
    }

    private static var featuresAreForeseen: PreferenceError {
        PreferenceError(
            "has answers with features, and some users have foresight: label its answers with responses alone")
    }

    /// What the answers before a situation earned: the mean over who it may have been, or of the known type.
    private func earned(_ situation: CreditSituation, _ conversation: CreditConversation) -> Double {
        if let user = conversation.user { return situation.earned(user) }
        return game.users.indices.reduce(0) { $0 + situation.earned($1) * situation.user($1) }
    }

    // MARK: The end

    /// What the conversation came to: the mean over all that can have happened, given how it ended and everything that was seen.
    ///
    /// A reaction may have ended it in this outcome, γ^{t−1} w_θ(ω), or at the horizon it ended by itself after any reaction that goes on,
    /// γ^T w_θ(timeout); and what was said and earned before is as probable as users then end it so.
    ///
    /// - Throws: ``PreferenceError`` where no user, or none of the known type, ends it so.
    private func ended(
        _ outcome: Int, _ conversation: CreditConversation, _ situation: CreditSituation, index: Int
    ) throws -> Double {
        let (answer, message) = conversation.exchanges[index]
        let turn = situation.turn
        let isTimeout = outcome == game.timeout && turn == game.horizon
        // How well each reaction goes with the end, and with what is known of the last message; and what then is left of w.
        let ways: [(likelihood: Double, discount: Double)] = game.reactions.indices.map { reaction in
            switch game.reactions[reaction].effect {
            case .ends(let end):
                return (end == outcome ? message.reaction?[reaction] ?? 1 : 0, game.discounts[turn - 1])
            case .continues, .continuesShowing:
                let shown = game.shownReactions[game.continuingRanks[reaction]]
                return (isTimeout ? message.reaction?[shown] ?? 1 : 0, game.discounts[turn])
            }
        }
        // [|Θ|] P(θ, the end), and the payoff of each, times that.
        var (users, payoffs) = (game.users.map { _ in 0.0 }, game.users.map { _ in 0.0 })
        for place in situation.placement.places {
            for possibility in answer.possibilities {
                for draw in try draws(of: possibility, at: place, turn: turn) {
                    for (hidden, mass) in place.belief.probabilities.enumerated() where mass > 0 {
                        let user = game.user(of: hidden)
                        var (share, ending) = (0.0, 0.0)
                        for (reaction, way) in ways.enumerated() where way.likelihood > 0 {
                            let weight = way.likelihood * draw.reaction(hidden, reaction)
                            share += weight
                            ending += weight * way.discount
                        }
                        let weight = place.share * possibility.share * draw.share
                        users[user] += weight * mass * share
                        payoffs[user] +=
                            weight
                            * (place.earned[hidden] * share
                                + mass
                                * (share * game.discounts[turn - 1] * draw.stage[user]
                                    + ending * game.outcomePayoff[user * game.outcomes.count + outcome]))
                    }
                }
            }
        }
        let total = users.reduce(0, +)
        guard conversation.user.map({ users[$0] > 0 }) ?? (total > 0) else {
            let who = conversation.user.map { "user of type \(game.users[$0])" } ?? "user of this scenario"
            throw PreferenceError(
                "no \(who) ends the conversation in \(game.outcomes[outcome].name) after answer \(index + 1), as it is "
                    + "labelled")
        }
        return conversation.user.map { payoffs[$0] / users[$0] } ?? payoffs.reduce(0, +) / total
    }

    /// How users meet one of the things that an answer may be.
    private struct Draw {
        let share: Double
        /// [|Θ|] r_θ.
        let stage: [Double]
        /// react_θ(m | t, x, a), by hidden state and reaction.
        let reaction: (Int, Int) -> Double
    }

    private func draws(
        of possibility: AnswerEvidence.Possibility, at place: Placement.Place, turn: Int
    ) throws -> [Draw] {
        let count = game.reactions.count
        if let draws = possibility.draws {
            guard let deviations else { throw Self.featuresAreForeseen }
            return try draws.map { draw in
                let rows = try deviations.reactions(draw, turn: turn)
                return Draw(
                    share: 1 / Double(draws.count), stage: game.users.indices.map { deviations.stage(draw, of: $0) },
                    reaction: { rows[$0 * count + $1] })
            }
        }
        let response = possibility.response ?? 0
        let group = measures.policy.memory.classes[try node(of: place)]
        return [
            Draw(
                share: 1, stage: game.users.indices.map { game.stagePayoff[$0 * game.responses.count + response] },
                reaction: { [reactions] hidden, reaction in
                    let row = reactions.row(turn: turn, hidden: hidden, response: response, group: group)
                    return reactions.reaction[row * count + reaction]
                })
        ]
    }

    /// The node whose policy users expect; without foresight any.
    ///
    /// - Throws: ``PreferenceError`` where users have foresight and the policy may be at several.
    private func node(of place: Placement.Place) throws(PreferenceError) -> Int {
        if let only = place.nodes.only { return only }
        guard game.foresight == nil else {
            throw PreferenceError(
                "has users with foresight, and the policy is a mixture: they cannot tell which of its policies they meet"
            )
        }
        return place.nodes.entries[0].node
    }
}
