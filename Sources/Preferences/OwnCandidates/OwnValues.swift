internal import Analysis
internal import ExactEvaluation
internal import GameModel
internal import Labelling

/// An answer with its label.
struct LabelledAnswer: Sendable {
    /// Its place among the prompt's answers.
    let place: Int
    let content: String
    /// [|A|]; nil where nothing says which response it is.
    let response: [Double]?
    /// [K]; where given, they decide what the answer is worth.
    let features: [TextLabel.Amount]?
    /// In payoff units, paid for an answer that is valued by its features; nil for that of its response, or of the responses nearby.
    let cost: Double?
    /// π_ref, as far as it is known.
    let reference: Double

    /// The response that it most probably is; nil where nothing says so.
    var likeliest: Int? {
        response.map { shares in shares.indices.reduce(0) { shares[$1] > shares[$0] ? $1 : $0 } }
    }

    /// Whether the label leaves nothing open that the value depends on.
    var isCertain: Bool {
        if let features { return features.allSatisfy { $0.deviation == 0 } }
        return (response ?? []).count { $0 > 0 } <= 1
    }
}

/// What an answer is worth at a prompt.
struct AnswerWorth: Sendable, Codable {
    /// Mean and standard deviation over the label, in the goal's units.
    var goal = 0.0
    var deviation = 0.0
    /// P(the conversation ends safely).
    var safe = 0.0
    /// [D]; empty where the label is certain.
    var draws: [Double] = []
    /// P(ω | θ), by constraint of the objective; nil for a type that cannot have written the prompt.
    var limited: [Double?] = []
    /// What is expected to follow; nil where nobody asks.
    var outlook: ResponseOutlook?
}

/// What answers are worth where prompts stand, exactly: those that are responses by the policy's action values, those with features by
/// one deviation to them.
struct OwnValues: Sendable {
    private let source: PreferenceSource
    private let objective: Objective
    private let goal: ActionValues
    private let safe: ActionValues
    /// nil where users have foresight.
    let deviations: DeviationValues?
    private let costs: ResponseCosts
    private let draws: LabelDraws
    /// What is expected to follow responses; nil where nobody asks.
    private let anticipations: DecisionAnticipations?
    /// What answers with features are worth where users have foresight.
    private var anticipated: CandidateValues?

    /// - Complexity: a backward pass for each of goal, safe outcomes and limits, twice.
    init(
        _ source: PreferenceSource, definition: GameDefinition, objective: Objective, multipliers: [Double],
        draws: LabelDraws, anticipations: DecisionAnticipations?
    ) throws {
        let values = ExactValues(objective: objective, multipliers: multipliers)
        (self.source, self.objective, self.draws) = (source, objective, draws)
        self.anticipations = anticipations
        goal = try values.asSolved(source.game, source.controller)
        safe = try values.ofSafeOutcomes(source.game, source.controller)
        costs = ResponseCosts(source.game)
        guard source.game.foresight == nil else {
            deviations = nil
            return
        }
        var deviations = try DeviationValues(
            source.controller, game: source.game, definition: definition, objective: objective)
        deviations.add(objective, multipliers: multipliers)
        deviations.add(values.safeObjective, multipliers: [])
        for limit in source.limits?.limits ?? [] { deviations.add(outcome: limit.outcome, of: limit.user) }
        self.deviations = deviations
    }

    /// Makes what answers of some prompts need that have features, where users have foresight.
    ///
    /// - Complexity: one backward pass per 64 different sets of features, for each goal.
    mutating func prepare(_ answers: [LabelledAnswer], definition: GameDefinition, multipliers: [Double]) throws {
        guard deviations == nil else { return }
        var meanings: [FeaturedAnswer] = []
        for answer in answers where answer.features != nil {
            meanings += try drawn(answer)
        }
        anticipated = try CandidateValues(
            meanings, source: source, definition: definition,
            values: ExactValues(objective: objective, multipliers: multipliers))
    }

    /// Every answer of a prompt.
    ///
    /// - Returns: what each is worth, or why it cannot be valued.
    /// - Complexity: O(places · H · |A|), and for each answer with features D · H · |M| calls of agents.
    func worth(
        of answers: [LabelledAnswer], at placement: Placement
    ) throws -> [Result<AnswerWorth, PreferenceError>] {
        let named = try named(at: placement)
        return try answers.map { answer in
            if answer.features == nil { return .success(mixture(answer, named)) }
            if answer.isCertain, let response = sameResponse(answer) { return .success(named[response]) }
            do { return .success(try featured(answer, at: placement)) } catch let error as GameError {
                return .failure(PreferenceError("its features cannot be used in this game: \(error)"))
            } catch let error as PreferenceError { return .failure(error) }
        }
    }

    /// The response that an answer with features is for certain: the one that it is labelled as, or else the nearest, if it has the features
    /// and the cost of that to the last digit.
    private func sameResponse(_ answer: LabelledAnswer) -> Int? {
        let meant = meant(by: answer)
        guard let response = meant.firstIndex(of: 1), let features = answer.features?.map(\.mean) else { return nil }
        let own = source.game.responses[response]
        return own.features == features && own.cost == cost(of: answer) ? response : nil
    }

    private func cost(of answer: LabelledAnswer) -> Double {
        answer.cost ?? costs.cost(of: answer.response, features: (answer.features ?? []).map(\.mean))
    }

    /// What an answer with features may be.
    private func drawn(_ answer: LabelledAnswer) throws -> [FeaturedAnswer] {
        guard let amounts = answer.features else { return [] }
        let (cost, meant) = (cost(of: answer), meant(by: answer))
        return (answer.isCertain ? [amounts.map(\.mean)] : try draws.features(amounts, place: answer.place)).map {
            FeaturedAnswer(features: $0, cost: cost, meant: meant)
        }
    }

    /// [|A|] Which response an answer is to users who know responses by name only: the nearest, where no label says it.
    private func meant(by answer: LabelledAnswer) -> [Double] {
        if let response = answer.response { return response }
        let nearest = source.game.nearestResponse(to: (answer.features ?? []).map(\.mean))
        return source.game.responses.indices.map { $0 == nearest ? 1 : 0 }
    }

    // MARK: By name

    /// Every response.
    private func named(at placement: Placement) throws -> [AnswerWorth] {
        var worth = source.game.responses.map { _ in AnswerWorth() }
        let risks = source.limits?.risks(at: placement.situations) ?? []
        for response in worth.indices { worth[response].limited = risks.map { $0?[response] } }
        for place in placement.places {
            let goal = goal.expected(
                belief: place.belief, turn: placement.turn, nodes: place.nodes, controller: source.controller)
            let safe = safe.expected(
                belief: place.belief, turn: placement.turn, nodes: place.nodes, controller: source.controller)
            for response in worth.indices {
                worth[response].goal += place.share * goal[response]
                worth[response].safe += place.share * safe[response]
            }
            guard let anticipations, let node = place.nodes.only else { continue }
            let expected = anticipations(belief: place.belief, turn: placement.turn, node: node)
            for (response, anticipation) in expected.enumerated() {
                let outlook = ResponseOutlook(risk: anticipation.risk, reactions: anticipation.reactions)
                worth[response].outlook =
                    worth[response].outlook.map { $0.adding(outlook, weight: place.share) }
                    ?? outlook.scaled(by: place.share)
            }
        }
        return worth
    }

    /// A mixture over responses.
    private func mixture(_ answer: LabelledAnswer, _ named: [AnswerWorth]) -> AnswerWorth {
        let shares = answer.response ?? []
        if let only = answer.likeliest, answer.isCertain { return named[only] }
        var worth = AnswerWorth()
        for (share, response) in zip(shares, named) {
            worth.goal += share * response.goal
            worth.safe += share * response.safe
            worth.limited =
                worth.limited.isEmpty
                ? response.limited.map { $0.map { share * $0 } }
                : zip(worth.limited, response.limited).map { sum, risk in
                    risk.flatMap { risk in sum.map { $0 + share * risk } }
                }
            guard let outlook = response.outlook else { continue }
            worth.outlook = worth.outlook.map { $0.adding(outlook, weight: share) } ?? outlook.scaled(by: share)
        }
        let variance = zip(shares, named).reduce(0) { sum, pair in
            sum + pair.0 * (pair.1.goal - worth.goal) * (pair.1.goal - worth.goal)
        }
        worth.deviation = variance.squareRoot()
        worth.draws = draws.responses(shares, place: answer.place).map { named[$0].goal }
        return worth
    }

    // MARK: By features

    private func featured(_ answer: LabelledAnswer, at placement: Placement) throws -> AnswerWorth {
        let drawn = try drawn(answer)
        var (goals, safe, limited): ([Double], Double, [Double?]) = ([], 0, [])
        var reactions = anticipations == nil ? [] : [Double](repeating: 0, count: source.game.reactions.count)
        if let deviations {
            let ways = try ways(answer, placement)
            for draw in drawn {
                var values = [Double](repeating: 0, count: deviations.count)
                for way in ways {
                    let taken = FeaturedAnswer(
                        features: draw.features, cost: draw.cost, meant: way.meant ?? draw.meant)
                    let worth = try deviations.values(
                        taken, at: way.decision, reactions: &reactions, weight: way.share / Double(drawn.count))
                    for index in values.indices { values[index] += way.share * worth[index] }
                }
                goals.append(values[0])
                safe += values[1] / Double(drawn.count)
                let risks = values.dropFirst(2).map { $0 / Double(drawn.count) }
                limited = limited.isEmpty ? risks : zip(limited, risks).map { sum, risk in sum.map { $0 + risk } }
            }
            limited = zip(limited, source.limits?.masses(at: placement.situations) ?? []).map { risk, mass in
                mass > 0 ? risk.map { $0 / mass } : nil
            }
        } else {
            for meaning in drawn {
                guard let anticipated, let value = anticipated.value(of: meaning, at: placement) else {
                    throw PreferenceError(anticipated?.faults[meaning] ?? "it has no value")
                }
                goals.append(value.goal)
                safe += value.safe / Double(drawn.count)
                if let shares = anticipated.reactions(to: meaning, at: placement), anticipations != nil {
                    for index in reactions.indices { reactions[index] += shares[index] / Double(drawn.count) }
                }
                limited =
                    limited.isEmpty
                    ? value.limited.map { $0.map { $0 / Double(drawn.count) } }
                    : zip(limited, value.limited).map { sum, risk in
                        risk.flatMap { risk in sum.map { $0 + risk / Double(drawn.count) } }
                    }
            }
        }
        var worth = AnswerWorth()
        worth.goal = goals.count == 1 ? goals[0] : goals.reduce(0, +) / Double(goals.count)
        (worth.safe, worth.limited) = (safe, limited)
        if anticipations != nil { worth.outlook = ResponseOutlook(risk: 1 - safe, reactions: reactions) }
        guard !answer.isCertain else { return worth }
        let variance = goals.reduce(0) { $0 + ($1 - worth.goal) * ($1 - worth.goal) } / Double(goals.count)
        worth.deviation = variance.squareRoot()
        worth.draws = goals
        return worth
    }

    /// One response that an answer may be, to users and to the policy's memory alike.
    private struct Way {
        let share: Double
        /// [|A|]; nil for what the label says as a whole.
        let meant: [Double]?
        let decision: DeviationValues.Decision
    }

    /// What an answer may be taken for: each response by itself where the policy tells them apart, by what it remembers or by which policy of
    /// a mixture it follows, since users who know responses by name have then reacted to that response too; else all of them at once.
    private func ways(_ answer: LabelledAnswer, _ placement: Placement) throws -> [Way] {
        guard let deviations else { return [] }
        let policy = source.controller
        let tells = policy.memory.branches > 1 || placement.places.contains { $0.nodes.only == nil }
        func way(_ response: Int?, share: Double, meant: [Double]?) throws -> Way {
            guard let places = placement.places(after: response, of: policy, game: source.game) else {
                throw PreferenceError(
                    "the policy remembers what was answered by name, and the answer has features only; label it with a "
                        + "response too")
            }
            return Way(
                share: share, meant: meant, decision: deviations.decision(turn: placement.turn, places: places))
        }
        guard tells, placement.turn < source.game.horizon, let shares = answer.response else {
            return [try way(nil, share: 1, meant: nil)]
        }
        return try shares.indices.filter { shares[$0] > 0 }.map { response in
            try way(response, share: shares[response], meant: shares.indices.map { $0 == response ? 1 : 0 })
        }
    }
}
