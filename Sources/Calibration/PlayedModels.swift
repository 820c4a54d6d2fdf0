public import GameModel
internal import NumericalMethods

extension ObservedTransitions {
    /// Why terms cannot be played, or nil: they need a column that depends on the state in a way that only was observed.
    func obstacle(_ terms: [Term], allowing state: Bool) -> String? {
        for term in terms {
            for part in term.parts {
                switch part {
                case .factor(let name):
                    guard let index = factors.firstIndex(where: { $0.name == name }) else { continue }
                    if let echo = echoes[index], echo == nil {
                        return "\(term) follows the state in a way that is not played"
                    }
                case .number(let name):
                    guard let index = numbers.firstIndex(of: name) else { continue }
                    if let scores = runningScores[index], scores == nil {
                        return "\(term) follows the state in a way that is not played"
                    }
                case .state where !state: return "\(term) needs the state, which is hidden"
                case .reaction where !state: return "\(term) needs the reaction that comes after it"
                default: continue
                }
            }
        }
        return nil
    }
}

extension DesignedModel {
    /// Why the model cannot play whole conversations, or nil.
    public func obstacleToPlaying(_ observed: ObservedTransitions) -> String? {
        guard design.kind == .nextState else { return "only models of the next state and hidden models can be played" }
        return observed.obstacle(design.terms, allowing: true)
    }

    /// Plays conversations with a fitted model of the next state.
    ///
    /// Factors and numbers that say how the conversation went so far follow what is played; others stay as they were observed.
    ///
    /// - Parameters:
    ///   - observed: the transitions that the model was made from.
    ///   - fit: the estimates, which are drawn from their distribution for every sample.
    ///   - lengths: a model of the end; without it conversations have the length that they had.
    ///   - control: where it asks to stop, there is no check.
    /// - Throws: ``CalibrationError`` if the model is of another kind, or depends on the state in a way that is not played.
    public func predictiveCheck(
        _ observed: ObservedTransitions, fit: ChoiceFit, lengths: PredictiveCheck.Lengths? = nil, samples: Int,
        seed: UInt64, threads: Int = 1, control: RunControl = RunControl()
    ) throws(CalibrationError) -> PredictiveCheck {
        if let obstacle = obstacleToPlaying(observed) {
            throw CalibrationError("the check of whole conversations", "is not possible: \(obstacle)")
        }
        if let obstacle = lengths.flatMap({ observed.obstacle($0.model.design.terms, allowing: true) }) {
            throw CalibrationError("the length of conversations", "cannot be played: \(obstacle)")
        }
        var usable = observed
        usable.transitions = origin.map { observed.transitions[$0] }
        let columns = try Columns(
            design.terms, of: usable, phases: design.phases,
            references: Columns.References(state: design.referenceState, response: design.referenceResponse))
        let (coefficients, deviations) = (fit.coefficients, try fit.scaled.deviations())
        let player = try ConversationPlayer(usable, lengths: lengths, seed: seed)
        let summary = ConversationSummary(
            categories: categories, firsts: player.episodes.map { usable.transitions[$0.lowerBound].before },
            hasLengths: lengths != nil)
        let actual = player.episodes.map { $0.map { usable.transitions[$0].after ?? 0 } }
        let (count, reference) = (categories.count, design.reference)
        return try PredictiveCheck.compare(
            summary, observed: actual, samples: samples, seed: seed, threads: threads, control: control
        ) { sample in
            let normals = PredictiveCheck.normals(coefficients.count, sample: sample, seed: seed)
            let drawn = zip(coefficients, deviations(normals)).map { $0 + $1 }
            return player.play(sample: sample, begin: { _ in () }) { _, transition, index in
                let row = ConversationPlayer.probabilities(
                    columns.values(transition) ?? [], drawn[...], categories: count, reference: reference)
                return ConversationPlayer.choice(row, player.unit(5, index, sample))
            }
        }
    }
}

extension HiddenModel {
    /// Why the model cannot play whole conversations, or nil.
    public func obstacleToPlaying(_ observed: ObservedTransitions) -> String? {
        let factors = design.reactionTerms + design.moveTerms
        for term in factors {
            for part in term.parts {
                guard case .factor(let name) = part, name != "type",
                    let index = observed.factors.firstIndex(where: { $0.name == name }), observed.echoes[index] != nil
                else { continue }
                return "\(term) follows what users said before, which a hidden model does not play"
            }
        }
        return design.states.isEmpty && factors.contains { $0.parts.contains(.state) }
            ? "the state is neither hidden nor played" : nil
    }

    /// Plays the reactions of conversations with a fitted hidden model: a type, a first state, and turn by turn a reaction and a
    /// move. Turns without an observed reaction are left out on both sides.
    ///
    /// - Parameters: as in ``DesignedModel/predictiveCheck(_:fit:lengths:samples:seed:threads:control:)``.
    /// - Throws: ``CalibrationError`` if the model cannot be played, or the fit has no covariance.
    public func predictiveCheck(
        _ observed: ObservedTransitions, fit: HiddenFit, lengths: PredictiveCheck.Lengths? = nil, samples: Int,
        seed: UInt64, threads: Int = 1, control: RunControl = RunControl()
    ) throws(CalibrationError) -> PredictiveCheck {
        if let obstacle = obstacleToPlaying(observed)
            ?? lengths.flatMap({ observed.obstacle($0.model.design.terms, allowing: false) })
        {
            throw CalibrationError("the check of whole conversations", "is not possible: \(obstacle)")
        }
        guard let scaled = fit.scaled else {
            throw CalibrationError(
                "the check of whole conversations", "needs a covariance, which the fit does not have")
        }
        var usable = observed.withoutTypeFactor
        (usable.echoes, usable.runningScores) = ([:], [:])
        usable.transitions.removeAll { $0.reaction == nil }
        let deviations = try scaled.deviations()
        let player = try ConversationPlayer(usable, lengths: lengths, seed: seed)
        let summary = ConversationSummary(
            categories: reactionLabels, firsts: player.episodes.map { _ in nil }, hasLengths: lengths != nil)
        let actual = player.episodes.map { $0.map { usable.transitions[$0].reaction ?? 0 } }
        let free = FreeShares(fit.parameters)
        return try PredictiveCheck.compare(
            summary, observed: actual, samples: samples, seed: seed, threads: threads, control: control
        ) { sample in
            let normals = PredictiveCheck.normals(fit.names.count, sample: sample, seed: seed)
            let drawn = moved(fit.parameters, by: deviations(normals), free)
            return player.play(
                sample: sample,
                begin: { number -> (type: Int, state: Int) in
                    let type = ConversationPlayer.choice(drawn.prior, player.unit(10, UInt64(number), sample))
                    return (
                        type, ConversationPlayer.choice(drawn.initial[type], player.unit(11, UInt64(number), sample))
                    )
                },
                step: { hidden, transition, index in
                    step(&hidden, transition, drawn, player.unit(5, index, sample), player.unit(7, index, sample))
                })
        }
    }

    private func step(
        _ hidden: inout (type: Int, state: Int), _ transition: ObservedTransitions.Transition,
        _ drawn: HiddenParameters,
        _ first: Double, _ second: Double
    ) -> Int {
        var imagined = transition
        imagined.levels.append(hidden.type)
        imagined.before = design.states.isEmpty ? transition.before : hidden.state
        let row = ConversationPlayer.probabilities(
            reactionColumns.values(imagined) ?? [], drawn.reactions[...], categories: reactionLabels.count,
            reference: design.reference)
        let reaction = ConversationPlayer.choice(row, first)
        guard stateCount > 1 else { return reaction }
        imagined.reaction = reaction
        let values = moveColumns.values(imagined) ?? []
        let score = values.indices.reduce(0) { $0 + values[$1] * drawn.moves[$1] }
        let weights = [
            hidden.state > 0 ? Libm.exp(-score) : 0, Libm.exp(drawn.moves[values.count]),
            hidden.state < stateCount - 1 ? Libm.exp(score) : 0,
        ]
        let total = weights.reduce(0, +)
        hidden.state += ConversationPlayer.choice(weights.map { $0 / total }, second) - 1
        return reaction
    }
}
