internal import ExactEvaluation
package import GameModel
package import Labelling
internal import Simulation
internal import Synchronization

/// The users of a scenario as an environment: whoever answers them, in whatever program, gets what `simulate` plays, turn by turn.
///
/// A value: sessions are given in and out, so that any number of them run beside each other, and each depends on its own answers alone.
///
/// ```swift
/// let environment = try Environment(game: game, definition: definition, texts: texts, expected: policy)
/// var step = try environment.reset(seed: 1, episode: 0)
/// while step.session.outcome == nil {
///     step = try environment.step([(step.session, .response(0))])[0].get()
/// }
/// ```
package struct Environment: Sendable {
    package let game: Game
    /// Whom users with foresight expect, and whose value is the potential of shaped rewards.
    package let expected: Policy
    package let reward: Session.Reward
    /// Says what texts are; nil where texts are refused.
    package let labeller: (any TextLabeller)?
    /// Whether what is known is followed, for whoever asks.
    package let believes: Bool
    /// V of ``expected`` before anything is said, in payoff units.
    package let value: Double
    private let users: SimulatedUsers
    private let values: ActionValues
    private let objective: Objective
    private let openings: OpeningDraws

    /// - Parameters:
    ///   - definition: that of the game.
    ///   - expected: whom users with foresight expect.
    /// - Throws: `GameError` where rewards are to be shaped and discounting leaves nothing of late payoffs; and where what is known is to be
    ///   followed of users with foresight, and they expect a mixture of policies.
    /// - Complexity: one evaluation and one backward pass.
    package init(
        game: Game, definition: GameDefinition, texts: Texts, expected: Policy, reward: Session.Reward = .payoff,
        believes: Bool = false, labeller: (any TextLabeller)? = nil
    ) throws {
        (self.game, self.expected, self.reward, self.labeller) = (game, expected, reward, labeller)
        self.believes = believes
        if reward == .shaped { try game.checkLatePayoffs() }
        if believes || reward == .shaped { try Knowledge.check(game: game, policy: expected) }
        users = SimulatedUsers(game: game, definition: definition, texts: texts, expected: expected)
        objective = Objective(goal: .payoff, reference: game.responses.map { _ in 1 / Double(game.responses.count) })
        values = try ActionValues(expected, game: game, objective: objective, multipliers: [])
        value = Evaluation(expected, game: game).payoff
        openings = OpeningDraws(userCount: game.users.count)
    }

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - episode: from 0; with the seed it decides who comes, and what they do.
    ///   - user: the type of who comes; nil for the prior.
    /// - Throws: ``SessionFault`` for an opening that nobody has.
    /// - Complexity: O(H).
    package func reset(seed: UInt64, episode: Int, user: Int? = nil) throws -> SessionStep {
        let opening = try user.map { try openings.columns(of: $0, users) }
        var session = Session(conversation: users.begin(seed: seed, episode: episode, opening: opening))
        guard believes || reward == .shaped else {
            return SessionStep(session: session, reward: 0, meaning: nil, reaction: nil)
        }
        do {
            session.conversation.knowledge = try Knowledge(
                opening: session.conversation.cue, game: game, policy: expected)
        } catch { throw SessionFault(.cannot, "\(error)") }
        guard reward == .shaped else {
            return SessionStep(session: session, reward: 0, meaning: nil, reaction: nil)
        }
        session.potential = try potential(session.conversation)
        session.total = session.potential - value
        return SessionStep(session: session, reward: session.total, meaning: nil, reaction: nil)
    }

    /// Plays a turn of every session.
    ///
    /// - Parameter moves: different sessions; the same session twice plays the same turn twice.
    /// - Returns: one a move, in their order.
    /// - Throws: what keeps the labeller from working at all.
    /// - Complexity: O(1) a response; labels and features cost one compilation of the game per 64 different ones.
    package func step(
        _ moves: [(session: Session, action: SessionAction)], _ control: RunControl = RunControl()
    ) throws -> [Result<SessionStep, SessionFault>] {
        var results = moves.map { _ in Result<SessionStep, SessionFault>.failure(SessionFault(.cannot, "")) }
        var (rounds, places) = ([SimulatedUsers.Round](), [Int]())
        let answers = try answers(moves, control)
        for (place, answer) in answers.enumerated() {
            switch answer {
            case .failure(let fault): results[place] = .failure(fault)
            case .success(let answer):
                rounds.append(SimulatedUsers.Round(moves[place].session.conversation, answer))
                places.append(place)
            }
        }
        do {
            try users.react(&rounds)
        } catch {
            // One answer that makes no game must not cost the others theirs.
            guard rounds.count > 1 else {
                for place in places { results[place] = .failure(SessionFault(.cannot, "\(error)")) }
                return results
            }
            return try moves.map { try step([$0], control)[0] }
        }
        for (place, round) in zip(places, rounds) { results[place] = ended(round, moves[place].session) }
        return results
    }

    /// The session after a turn, with the turn's reward.
    private func ended(_ round: SimulatedUsers.Round, _ before: Session) -> Result<SessionStep, SessionFault> {
        var (round, session) = (round, before)
        users.say(nil, in: &round)
        session.conversation = round.conversation
        session.outcome = round.outcome
        var earned = round.conversation.earned
        if reward == .shaped {
            do throws(SessionFault) {
                session.potential = round.outcome == nil ? try potential(round.conversation) : 0
            } catch { return .failure(error) }
            earned += session.potential - before.potential
        }
        session.total += earned
        return .success(
            SessionStep(
                session: session, reward: earned, meaning: round.answer.meaning, reaction: round.event.reaction))
    }

    /// Φ(b_t) = γ^{t−1} V(b_t): what the conversation is worth under ``expected`` to who knows what was seen and said.
    private func potential(_ conversation: OpenConversation) throws(SessionFault) -> Double {
        guard let knowledge = conversation.knowledge, let nodes = knowledge.nodes else {
            throw SessionFault(
                .cannot, "the policy whose value shapes rewards says nothing after this history; take reference")
        }
        let turn = conversation.turn
        return game.discounts[turn - 1]
            * values.value(
                belief: knowledge.belief, turn: turn, nodes: nodes, controller: expected, objective: objective,
                game: game)
    }

    // MARK: Answers

    private func answers(
        _ moves: [(session: Session, action: SessionAction)], _ control: RunControl
    ) throws -> [Result<SpokenAnswer, SessionFault>] {
        var read = try labelled(moves, control)
        return moves.enumerated().map { place, move in
            guard move.session.outcome == nil else {
                return .failure(SessionFault(.finished, "the conversation is over; reset begins another"))
            }
            let conversation = move.session.conversation
            switch move.action {
            case .response(let response): return .success(said(response, conversation))
            case .strategy(let strategy):
                let columns = AliasTable.columns(
                    probabilities: strategy, events: game.responses.indices.map { UInt32($0) })
                let word = RandomDraws.word(
                    seed: conversation.seed, episode: UInt64(conversation.episode), turn: conversation.turn,
                    purpose: .response)
                return .success(said(Int(AliasTable.draw(columns[...], word: word)), conversation))
            case .features(let features):
                let meaning = AnswerMeaning(
                    response: AnswerReading.nearest(to: features, game: game), features: features, isNamed: false)
                let text = users.answer(meaning.likeliest, in: conversation)
                return .success(SpokenAnswer(text: text, meaning: meaning))
            case .text(let text):
                guard labeller != nil else {
                    return .failure(SessionFault(.noLabel, "texts are not labelled here; give a response or features"))
                }
                guard let meaning = read.removeValue(forKey: place) else {
                    return .failure(SessionFault(.noLabel, "the labeller says nothing of the answer"))
                }
                return .success(SpokenAnswer(text: text, meaning: meaning))
            }
        }
    }

    private func said(_ response: Int, _ conversation: OpenConversation) -> SpokenAnswer {
        SpokenAnswer(text: users.answer(response, in: conversation), meaning: AnswerMeaning(response, in: game))
    }

    /// What the texts among the moves are, by place; the labeller is asked once.
    private func labelled(
        _ moves: [(session: Session, action: SessionAction)], _ control: RunControl
    ) throws -> [Int: AnswerMeaning] {
        guard let labeller else { return [:] }
        var (texts, places) = ([UnlabelledText](), [Int]())
        for (place, move) in moves.enumerated() where move.session.outcome == nil {
            guard case .text(let text) = move.action else { continue }
            texts.append(ModelAnswers.text(text, in: move.session.conversation))
            places.append(place)
        }
        guard !texts.isEmpty else { return [:] }
        var meanings: [Int: AnswerMeaning] = [:]
        for (place, label) in zip(places, try labeller.labels(texts, control)) {
            let conversation = moves[place].session.conversation
            meanings[place] = AnswerReading.mean.meaning(
                of: label, game: game, seed: conversation.seed, episode: conversation.episode,
                turn: conversation.turn)
        }
        return meanings
    }
}

/// The opening draws of user types, each made when it is first asked for.
private final class OpeningDraws: Sendable {
    private let made: Mutex<[[AliasColumn]?]>

    init(userCount: Int) { made = Mutex([[AliasColumn]?](repeating: nil, count: userCount)) }

    func columns(of user: Int, _ users: SimulatedUsers) throws -> [AliasColumn] {
        try made.withLock { known in
            if let columns = known[user] { return columns }
            let columns = try users.opening(of: user)
            known[user] = columns
            return columns
        }
    }
}
