internal import ExactEvaluation
internal import GameModel

/// Follows a conversation through the game: a Bayes filter over (type, state) and the policy's memory, for which labels are virtual
/// evidence.
///
/// Every message of the user multiplies the probability of each (type, state, next state, shown reaction, cue) by the likelihoods of its
/// label, and every answer is a mixture of what its label says it may be; the policy's memory follows each of the possible sequences. What
/// the answers earned is followed in the same way, since what users do then tells which answer it was that they got. So
/// the sum over all sequences of certain labels, each with the product of its probabilities, is what comes out (and what tests compare
/// with).
///
/// Source: Pearl 1988, Probabilistic Reasoning in Intelligent Systems, 2.2.2 (virtual evidence).
struct HistoryFilter: Sendable {
    private let game: Game
    private let policy: Policy
    /// How users react who have foresight; nil without them.
    private let reactions: ReactionTables?
    /// How they react to features; nil where users have foresight.
    private let deviations: DeviationValues?

    /// How many places are followed at once: they multiply where a mixture of policies meets uncertain answers.
    private static let most = 100_000

    /// Whether it follows what answers earn.
    private let earns: Bool

    init(_ source: PreferenceSource, deviations: DeviationValues?) {
        self.init(game: source.game, policy: source.controller, deviations: deviations)
    }

    /// - Parameter earns: whether placements say what the answers before them earned.
    init(game: Game, policy: Policy, deviations: DeviationValues?, earns: Bool = false) {
        (self.game, self.policy, self.earns) = (game, policy, earns)
        reactions = game.foresight == nil ? nil : ReactionTables(game: game, controller: policy)
        self.deviations = deviations
    }

    /// Places a prompt.
    ///
    /// - Parameters:
    ///   - prior: [|Θ|] on the simplex.
    ///   - opening: what is known of the first message.
    ///   - exchanges: the answers that followed, each with what is known of the user's next message.
    /// - Throws: ``PreferenceError`` with the reason why the conversation has no place in the game.
    /// - Complexity: O(turns · places · |A| · |O| · H).
    func placement(
        prior: [Double], opening: MessageEvidence, exchanges: [(answer: AnswerEvidence, message: MessageEvidence)]
    ) throws(PreferenceError) -> Placement {
        let turn = exchanges.count + 1
        guard turn <= game.horizon else {
            throw PreferenceError(
                "the user speaks \(turn) times, and a conversation of this scenario has \(game.horizon) "
                    + "\(game.horizon == 1 ? "turn" : "turns") at most (horizon)")
        }
        guard !exchanges.isEmpty else { return try first(prior: prior, cue: opening.cue) }
        var state = try opened(prior: prior, opening: opening)
        for (index, exchange) in exchanges.enumerated() {
            state = try next(state, turn: index + 1, exchange)
        }
        return placement(state, turn: turn)
    }

    /// Places a conversation before every one of its answers, and after the last exchange.
    ///
    /// - Returns: one placement more than there are exchanges.
    /// - Throws: as ``placement(prior:opening:exchanges:)``.
    func placements(
        prior: [Double], opening: MessageEvidence, exchanges: [(answer: AnswerEvidence, message: MessageEvidence)]
    ) throws(PreferenceError) -> [Placement] {
        var placements = [try first(prior: prior, cue: opening.cue)]
        guard !exchanges.isEmpty else { return placements }
        var state = try opened(prior: prior, opening: opening)
        for (index, exchange) in exchanges.enumerated() {
            state = try next(state, turn: index + 1, exchange)
            placements.append(placement(state, turn: index + 2))
        }
        return placements
    }

    private func opened(prior: [Double], opening: MessageEvidence) throws(PreferenceError) -> FilterState {
        var state = FilterState()
        for cue in game.cues.indices where (opening.cue?[cue] ?? 1) > 0 {
            var measure = BeliefMeasure(opening: cue, game: game, prior: prior)
            if let share = opening.cue?[cue] { measure.divide(by: 1 / share) }
            if measure.mass > 0 { state.add(measure, earned: nothing, at: policy.memory.initial[cue]) }
        }
        guard state.normalise() else { throw impossibleOpening(opening.cue) }
        return state
    }

    private func placement(_ state: FilterState, turn: Int) -> Placement {
        let places = state.places.compactMap { place in
            place.measure.belief.map { belief in
                let mass = place.measure.mass
                return Placement.Place(
                    nodes: place.nodes, belief: belief, share: mass, earned: place.earned.map { $0 / mass })
            }
        }
        return Placement(turn: turn, places: places)
    }

    /// [H] What is earned before the first answer.
    private var nothing: [Double] { earns ? [Double](repeating: 0, count: game.hiddenCount) : [] }

    /// The first turn.
    private func first(prior: [Double], cue: [Double]?) throws(PreferenceError) -> Placement {
        var opened: [(cue: Int, belief: Belief, share: Double)] = []
        for index in game.cues.indices where (cue?[index] ?? 1) > 0 {
            guard let opening = try? Belief.opening(index, game: game, prior: prior) else { continue }
            opened.append((index, opening.belief, (cue?[index] ?? 1) * opening.likelihood))
        }
        guard !opened.isEmpty else { throw impossibleOpening(cue) }
        // Without a cue the shares are those of the cues, which sum to 1 as they are.
        let total = cue == nil ? 1 : opened.reduce(0) { $0 + $1.share }
        return Placement(
            turn: 1,
            places: opened.map {
                Placement.Place(
                    nodes: policy.memory.initial[$0.cue], belief: $0.belief,
                    share: opened.count == 1 && cue != nil ? 1 : $0.share / total, earned: nothing)
            })
    }

    private func impossibleOpening(_ cue: [Double]?) -> PreferenceError {
        let names = game.cues.indices.filter { (cue?[$0] ?? 1) > 0 }.map { game.cues[$0] }
        return PreferenceError("no user type of the prior can open with the cue \(names.joined(separator: ", "))")
    }

    private func next(
        _ state: FilterState, turn: Int, _ exchange: (answer: AnswerEvidence, message: MessageEvidence)
    ) throws(PreferenceError) -> FilterState {
        let shown = try likelihoods(exchange.message, turn: turn)
        var after = FilterState()
        for place in state.places {
            for step in try steps(exchange.answer, at: place.nodes, turn: turn) {
                for (rank, likelihood) in shown.enumerated() where likelihood > 0 {
                    let moved = place.measure.advanced(by: step.table, shown: rank, game: game)
                    guard moved.mass > 0 else { continue }
                    let earned = earned(place, step, shown: rank)
                    for cue in game.cues.indices {
                        let weight = step.share * likelihood * (exchange.message.cue?[cue] ?? 1)
                        guard weight > 0 else { continue }
                        let seen = moved.seeing(cue: cue, game: game)
                        guard seen.mass > 0 else { continue }
                        let nodes = step.nodes.moved(
                            after: step.response, by: game.observations.index(shown: rank, cue: cue),
                            memory: policy.memory, game: game)
                        after.add(
                            seen, earned: BeliefMeasure.seeing(earned, cue: cue, game: game), weight: weight, at: nodes)
                    }
                }
            }
            guard after.places.count <= Self.most else {
                throw PreferenceError(
                    "the policy is a mixture, and with uncertain labels of the history more than \(Self.most) places of its "
                        + "memory are possible; give one policy, or certain labels")
            }
        }
        guard after.normalise() else {
            throw PreferenceError(
                "no user of this scenario writes message \(turn + 1) after answer \(turn), as the two are labelled, and "
                    + "still goes on")
        }
        return after
    }

    /// [H] What was earned before an answer, and by it.
    private func earned(_ place: FilterState.Place, _ step: Step, shown: Int) -> [Double] {
        guard earns else { return [] }
        let before = BeliefMeasure.advanced(place.earned, by: step.table, shown: shown, game: game)
        let own = BeliefMeasure.advanced(place.measure.probabilities, by: step.earned, shown: shown, game: game)
        return zip(before, own).map { $0 + $1 }
    }

    /// [S] by rank of what is shown. That the conversation went on is certain: of a label only what it gives to reactions that go on
    /// counts. As a likelihood that need not sum to 1, since the posterior is divided by its mass.
    private func likelihoods(_ message: MessageEvidence, turn: Int) throws(PreferenceError) -> [Double] {
        guard let reaction = message.reaction else {
            guard !message.isAbstained else {
                throw PreferenceError(
                    "the labeller of message \(turn + 1) of the user abstained (--use-abstained takes it), and a reaction is needed"
                )
            }
            throw PreferenceError(
                "message \(turn + 1) of the user has no label: a reaction is needed, in the line or among the labels")
        }
        let onward = game.shownReactions.map { reaction[$0] }
        guard onward.contains(where: { $0 > 0 }) else {
            let ending = game.reactions.indices.filter { reaction[$0] > 0 }.map { game.reactions[$0].name }
            throw PreferenceError(
                "message \(turn + 1) of the user is labelled \(ending.joined(separator: ", ")), after which the "
                    + "conversation is over")
        }
        return onward
    }

    /// One way in which an answer may have gone on.
    private struct Step {
        let share: Double
        /// [H, 3, S].
        let table: [Double]
        /// [H, 3, S] The same times what the answer earns, in payoff units of the whole conversation; empty where nobody asks.
        let earned: [Double]
        /// What the policy's memory takes the answer for.
        let response: Int
        /// Where the policy may be, once it has said so.
        let nodes: NodeDistribution
    }

    static func needsName(turn: Int) -> PreferenceError {
        PreferenceError(
            "answer \(turn) has features and no response, and the policy remembers what was answered by name; label it "
                + "with a response too")
    }

    /// The ways in which an answer may have gone on: as few as the policy's memory can tell apart.
    private func steps(_ answer: AnswerEvidence, at nodes: NodeDistribution, turn: Int) throws(PreferenceError)
        -> [Step]
    {
        let tells = policy.memory.branches > 1 || nodes.only == nil
        var steps: [Step] = []
        for possibility in answer.possibilities where possibility.share > 0 {
            let (table, earned) = try tables(possibility, at: nodes, turn: turn)
            guard tells else {
                func sum(_ old: [Double]?, _ new: [Double]) -> [Double] {
                    guard let old else { return new.map { possibility.share * $0 } }
                    return zip(old, new).map { $0 + possibility.share * $1 }
                }
                steps = [
                    Step(
                        share: 1, table: sum(steps.first?.table, table), earned: sum(steps.first?.earned, earned),
                        response: 0, nodes: nodes)
                ]
                continue
            }
            guard let response = possibility.response else {
                guard policy.memory.branches == 1 else { throw Self.needsName(turn: turn) }
                // Which policy of a mixture it follows is as open as before.
                steps.append(
                    Step(share: possibility.share, table: table, earned: earned, response: 0, nodes: nodes))
                continue
            }
            steps.append(
                Step(
                    share: possibility.share, table: table, earned: earned, response: response,
                    nodes: nodes.after(response, of: policy)))
        }
        return steps
    }

    /// [H, 3, S] How a conversation goes on, and the same times what the answer earned; the latter empty where nobody asks.
    private func tables(
        _ possibility: AnswerEvidence.Possibility, at nodes: NodeDistribution, turn: Int
    ) throws(PreferenceError) -> (table: [Double], earned: [Double]) {
        if let draws = possibility.draws { return try tables(draws, turn: turn) }
        let response = possibility.response ?? 0
        let table = try table(response, at: nodes, turn: turn)
        guard earns else { return (table, []) }
        let stage = game.users.indices.map { game.stagePayoff[$0 * game.responses.count + response] }
        return (table, earned(table, stage, turn: turn))
    }

    /// A table times γ^{t−1} r_θ.
    private func earned(_ table: [Double], _ stage: [Double], turn: Int) -> [Double] {
        let width = 3 * game.shownReactions.count
        return table.enumerated().map { index, share in
            share * game.discounts[turn - 1] * stage[game.user(of: index / width)]
        }
    }

    private func table(
        _ response: Int, at nodes: NodeDistribution, turn: Int
    ) throws(PreferenceError) -> [Double] {
        let width = 3 * game.shownReactions.count
        var table: [Double] = []
        table.reserveCapacity(game.hiddenCount * width)
        for hidden in 0..<game.hiddenCount {
            guard let reactions else {
                let row = game.row(turn: turn, hidden: hidden, response: response) * width
                table += game.advance[row..<row + width]
                continue
            }
            guard let node = nodes.only else {
                throw PreferenceError(
                    "the policy is a mixture, and some users have foresight: they cannot tell which of its policies they "
                        + "meet; give one policy")
            }
            let row =
                reactions.row(
                    turn: turn, hidden: hidden, response: response, group: policy.memory.classes[node]) * width
            table += reactions.advance[row..<row + width]
        }
        return table
    }

    /// The mean over draws of features.
    private func tables(
        _ draws: [FeaturedAnswer], turn: Int
    ) throws(PreferenceError) -> (table: [Double], earned: [Double]) {
        guard let deviations else {
            throw PreferenceError(
                "answer \(turn) has features, and some users have foresight: how they react to features in a history is "
                    + "not known; label it with a response")
        }
        let zeros = [Double](repeating: 0, count: game.hiddenCount * 3 * game.shownReactions.count)
        var mean = (table: zeros, earned: earns ? zeros : [])
        for draw in draws {
            do throws(GameError) {
                let table = try deviations.steps(draw, turn: turn)
                for index in table.indices { mean.table[index] += table[index] / Double(draws.count) }
                guard earns else { continue }
                let stage = game.users.indices.map { deviations.stage(draw, of: $0) }
                let earned = earned(table, stage, turn: turn)
                for index in earned.indices { mean.earned[index] += earned[index] / Double(draws.count) }
            } catch { throw PreferenceError("answer \(turn): its features cannot be used in this game: \(error)") }
        }
        return mean
    }
}
