extension ModelDesign {
    /// This model of labels that may be wrong, as one of what is hidden behind them.
    ///
    /// Moves, and reactions that depend on a state which may be misread, become a chain of hidden states, each with its label; all else
    /// that may be misread is summed over turn by turn. Turns that the model cannot use are left out, and a chain ends there.
    ///
    /// - Parameters:
    ///   - misreading: the kinds of labels that matter to this model; matrices in the order of the observations' names.
    ///   - moveTerms: how the state moves beneath a model of reactions.
    /// - Throws: ``CalibrationError`` for a kind of model that cannot take misread labels, and for labels of a state that contradict
    ///   each other.
    /// - Complexity: O(transitions · columns).
    public func hidden(
        behind observed: ObservedTransitions, _ misreading: Misreading, moveTerms: [Term] = []
    ) throws(CalibrationError) -> (model: HiddenModel, leftOut: [(reason: String, weight: Double)]) {
        guard kind == .reactions || kind == .moves else {
            throw CalibrationError(
                "fit",
                "is \(kind.rawValue), which takes labels as they are; with --confusion it may be moves, reactions or hidden"
            )
        }
        let isChain = kind == .moves || misreading.states != nil
        let isUsingReaction = (kind == .moves ? terms : moveTerms).contains { $0.parts.contains(.reaction) }
        var design = HiddenDesign(
            types: ["anyone"], states: isChain ? observed.states : [], reactionTerms: terms,
            moveTerms: kind == .moves ? terms : moveTerms, reference: reference, referenceState: referenceState,
            referenceResponse: referenceResponse, phases: phases, prefix: prefix)
        if kind == .moves {
            // True reactions that are not known need a model; their shares by state are the least that one can say.
            design.hasReactions = isUsingReaction && misreading.reactions != nil
            design.reactionTerms = design.hasReactions ? [Term("state")].compactMap(\.self) : []
            design.reference = 0
        }
        var cutter = ChainCutter(observed, design, misreading, movesUse: isUsingReaction)
        return (try HiddenModel(design, try cutter.chains(), misreading), cutter.leftOut)
    }
}

/// Cuts conversations into chains that a design can use.
private struct ChainCutter {
    let observed: ObservedTransitions
    let design: HiddenDesign
    let misreading: Misreading
    let movesUse: Bool
    private(set) var leftOut: [(reason: String, weight: Double)] = []
    private var kept: [ObservedTransitions.Transition] = []
    private var episodes: [Range<Int>] = []
    private var closings: Set<Int> = []
    private var isChain: Bool { !design.states.isEmpty }

    init(_ observed: ObservedTransitions, _ design: HiddenDesign, _ misreading: Misreading, movesUse: Bool) {
        (self.observed, self.design, self.misreading) = (observed, design, misreading)
        self.movesUse = movesUse
    }

    mutating func chains() throws(CalibrationError) -> LatentChains {
        try checkIsNotOneLabel()
        for range in observed.episodes {
            if isChain { try addChains(range) } else { addTurns(range) }
        }
        guard !kept.isEmpty else { throw CalibrationError("the model", "has no transition that it could use") }
        var cut = observed
        cut.transitions = kept
        return LatentChains(cut, episodes: episodes, closings: closings)
    }

    private mutating func leaveOut(_ reason: String, _ weight: Double) {
        if let index = leftOut.firstIndex(where: { $0.reason == reason }) {
            leftOut[index].weight += weight
        } else {
            leftOut.append((reason, weight))
        }
    }

    /// Turns that do not depend on each other.
    private mutating func addTurns(_ range: Range<Int>) {
        let first = kept.count
        for index in range {
            let transition = observed.transitions[index]
            guard transition.reaction != nil else {
                leaveOut("the reaction was not observed", transition.weight)
                continue
            }
            guard isUsable(transition, design.reactionTerms) else {
                leaveOut("something that a term needs was not observed", transition.weight)
                continue
            }
            kept.append(transition)
        }
        if kept.count > first { episodes.append(first..<kept.count) }
    }

    /// Turns that follow each other; the state after the last has a label too.
    private mutating func addChains(_ range: Range<Int>) throws(CalibrationError) {
        var first = kept.count
        func label(before index: Int) throws(CalibrationError) -> Int? {
            let own = observed.transitions[index].before
            guard index > range.lowerBound, isNext(index) else { return own }
            let after = observed.transitions[index - 1].after
            if let own, let after, own != after {
                throw CalibrationError(
                    "conversation \(observed.name(of: observed.transitions[index].conversation))",
                    "has a state of two labels after turn \(observed.transitions[index - 1].turn): "
                        + "\(observed.states[after]) and \(observed.states[own]); with --confusion each state has one label"
                )
            }
            return own ?? after
        }
        for index in range {
            var transition = observed.transitions[index]
            transition.before = try label(before: index)
            guard isUsable(transition, design.moveTerms), !movesUse || transition.reaction != nil else {
                leaveOut("something that a term needs was not observed", transition.weight)
                close(from: &first, with: transition.before)
                continue
            }
            if design.hasReactions, transition.reaction != nil, !isUsable(transition, design.reactionTerms) {
                leaveOut("something that a term of the reactions needs was not observed", transition.weight)
                transition.reaction = nil
            }
            let isLast = index + 1 == range.upperBound || !isNext(index + 1)
            let next = isLast ? transition.after : try label(before: index + 1)
            guard misreading.states != nil || isMove(from: transition, to: next) else { continue }
            kept.append(transition)
            // Where the next state is known, what comes after it does not depend on what came before it.
            if isLast || misreading.states == nil { close(from: &first, with: next) }
        }
    }

    /// Whether states that are read as they are make a move.
    private mutating func isMove(from transition: ObservedTransitions.Transition, to next: Int?) -> Bool {
        guard let before = transition.before, let next else {
            leaveOut("the state before or after was not observed", transition.weight)
            return false
        }
        guard abs(next - before) <= 1 else {
            leaveOut("the state jumped over another, which the model of moves excludes", transition.weight)
            return false
        }
        return true
    }

    /// Ends a chain with the label of the state that it led to.
    private mutating func close(from first: inout Int, with label: Int?) {
        guard kept.count > first else { return }
        if let label {
            var closing = kept[kept.count - 1]
            (closing.before, closing.response, closing.reaction, closing.after) = (label, nil, nil, nil)
            closings.insert(kept.count)
            kept.append(closing)
        }
        episodes.append(first..<kept.count)
        first = kept.count
    }

    /// Whether a turn follows the one before it in the file.
    private func isNext(_ index: Int) -> Bool {
        observed.transitions[index].turn == observed.transitions[index - 1].turn + 1
    }

    /// Whether everything is there that terms need of what was read as it is.
    private func isUsable(_ transition: ObservedTransitions.Transition, _ terms: [Term]) -> Bool {
        terms.flatMap(\.parts).allSatisfy { part in
            switch part {
            case .state: isChain || transition.before != nil
            case .response: transition.response != nil
            case .features, .feature: isFeatured(transition)
            case .turn, .phase, .reaction: true
            case .factor(let name):
                observed.factors.firstIndex { $0.name == name }.map { transition.levels[$0] >= 0 } ?? true
            case .number(let name):
                observed.numbers.firstIndex(of: name).map { !transition.numbers[$0].isNaN } ?? true
            }
        }
    }

    private func isFeatured(_ transition: ObservedTransitions.Transition) -> Bool {
        transition.features.count == observed.features.count && !transition.features.contains(where: \.isNaN)
    }

    /// - Throws: ``CalibrationError`` where the label of the reaction is that of the next state: it is then wrong once, not twice.
    private func checkIsNotOneLabel() throws(CalibrationError) {
        guard isChain, design.hasReactions, misreading.states != nil, observed.states == observed.reactions else {
            return
        }
        let pairs = zip(observed.transitions, observed.transitions.dropFirst()).filter { one, next in
            one.conversation == next.conversation && one.reaction != nil && next.before != nil
        }
        guard !pairs.isEmpty, pairs.allSatisfy({ $0.reaction == $1.before }) else { return }
        throw CalibrationError(
            "the reaction",
            "is the state before the next turn in every row: one label, which is wrong once and not twice. "
                + "Fit moves, or hidden states behind the reactions")
    }
}
