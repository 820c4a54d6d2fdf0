/// Which model is fitted to observed transitions.
public struct ModelDesign: Sendable, Equatable {
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// Conditional logit of the reaction.
        case reactions
        /// Adjacent-category logit of the state's move.
        case moves
        /// Conditional logit of the state after, which may jump: for prediction, not for scenarios.
        case nextState = "next_state"
        /// Logit of whether the conversation ends with the turn: the hazard of its length.
        case ending
    }

    public var kind: Kind
    public var terms: [Term]
    /// The category whose predictor is 0 (reactions and next states).
    public var reference: Int
    /// The state that has no column of its own.
    public var referenceState: Int
    /// The response that has no column of its own.
    public var referenceResponse: Int
    /// First turns of the phases after the first, rising.
    public var phases: [Int]
    /// What the paths of coefficients begin with, such as `users.distressed`.
    public var prefix: String

    public init(
        kind: Kind, terms: [Term], reference: Int = 0, referenceState: Int = 0, referenceResponse: Int = 0,
        phases: [Int] = [], prefix: String = ""
    ) {
        self.kind = kind
        self.terms = terms
        self.reference = reference
        self.referenceState = referenceState
        self.referenceResponse = referenceResponse
        self.phases = phases
        self.prefix = prefix
    }
}

/// A coefficient and where a scenario has it.
public struct CoefficientPlace: Sendable, Equatable {
    /// The name in tables and covariance files, such as `users.distressed.utility.disclose.empathy`.
    public var path: String
    /// The reaction, or nil for moves.
    public var reaction: String?
    /// The key in the predictor of the scenario; nil where a scenario has no such coefficient.
    public var scenarioKey: String?
    /// Whether it is an intercept, which no prior pulls to 0.
    public var isIntercept: Bool
}

/// A model with its data, ready to be fitted.
public struct DesignedModel: Sendable {
    public let design: ModelDesign
    public let data: ChoiceData
    public let places: [CoefficientPlace]
    /// The transition that each observation comes from.
    public let origin: [Int]
    /// Names of what is chosen, in the order of the categories.
    public let categories: [String]
    /// Transitions that the model does not use, by reason, with their weight.
    public let leftOut: [(reason: String, weight: Double)]

    public var intercepts: Set<Int> { Set(places.indices.filter { places[$0].isIntercept }) }
}

extension ModelDesign {
    /// Builds the choice model for observed transitions.
    ///
    /// - Throws: ``CalibrationError`` if a term names what is not there, or no transition can be used.
    /// - Complexity: O(transitions · columns).
    public func model(for observed: ObservedTransitions) throws(CalibrationError) -> DesignedModel {
        let columns = try Columns(
            terms, of: observed, phases: phases,
            references: Columns.References(state: referenceState, response: referenceResponse))
        if kind == .reactions, terms.contains(where: { $0.parts.contains(.reaction) }) {
            throw CalibrationError("terms", "of a model of reactions have 'reaction'; only moves may depend on it")
        }
        let categories =
            switch kind {
            case .reactions: observed.reactions
            case .moves: ["better", "same", "worse"]
            case .nextState: observed.states
            case .ending: ["goes_on", "ends"]
            }
        let places = places(columns.columns, categories)
        var builder = DesignBuilder(
            design: self, places: places, states: observed.states.count, categories: categories.count)
        for (index, transition) in observed.transitions.enumerated() {
            builder.add(transition, index, columns)
        }
        guard !builder.observations.isEmpty else {
            throw CalibrationError("the \(kind.rawValue) model", "has no transition that it could use")
        }
        return DesignedModel(
            design: self,
            data: ChoiceData(
                model: builder.model, observations: builder.observations, clusterCount: observed.conversations.count),
            places: places, origin: builder.origin, categories: categories, leftOut: builder.leftOut)
    }

    private func places(_ columns: [Column], _ categories: [String]) -> [CoefficientPlace] {
        let start = prefix.isEmpty ? "" : "\(prefix)."
        if kind == .moves {
            let score = columns.map { column in
                CoefficientPlace(
                    path: "\(start)move.\(column.name)", reaction: nil,
                    scenarioKey: column.scenarioKey == "turn" || column.type != nil ? nil : column.scenarioKey,
                    isIntercept: column.name == "bias")
            }
            return score + [
                CoefficientPlace(path: "\(start)move.inertia", reaction: nil, scenarioKey: "inertia", isIntercept: true)
            ]
        }
        let section = kind == .reactions ? "utility" : kind == .nextState ? "next" : "ending"
        return categories.indices.filter { $0 != reference }.flatMap { category in
            columns.map { column in
                CoefficientPlace(
                    path: "\(start)\(section).\(categories[category]).\(column.name)",
                    reaction: kind == .reactions ? categories[category] : nil,
                    scenarioKey: kind == .reactions && column.type == nil ? column.scenarioKey : nil,
                    isIntercept: column.name == "bias")
            }
        }
    }
}

/// Collects contexts and choices, transition by transition.
private struct DesignBuilder {
    let design: ModelDesign
    let states: Int
    let categories: Int
    var model: ChoiceModel
    var observations: [ChoiceData.Observation] = []
    var origin: [Int] = []
    private var contexts: [[Double]: Int] = [:]
    private var reasons: [String] = []
    private var weights: [Double] = []

    init(design: ModelDesign, places: [CoefficientPlace], states: Int, categories: Int) {
        self.design = design
        self.states = states
        self.categories = categories
        model = ChoiceModel(parameters: places.map(\.path))
    }

    var leftOut: [(reason: String, weight: Double)] { Array(zip(reasons, weights)) }

    private mutating func leaveOut(_ reason: String, _ weight: Double) {
        let index = reasons.firstIndex(of: reason) ?? reasons.count
        if index == reasons.count {
            reasons.append(reason)
            weights.append(0)
        }
        weights[index] += weight
    }

    mutating func add(_ transition: ObservedTransitions.Transition, _ index: Int, _ columns: Columns) {
        guard let values = columns.values(transition) else {
            return leaveOut("something that a term needs was not observed", transition.weight)
        }
        let chosen: Int
        switch design.kind {
        case .reactions:
            guard let reaction = transition.reaction else {
                return leaveOut("the reaction was not observed", transition.weight)
            }
            chosen = reaction
        case .nextState:
            guard let after = transition.after else {
                return leaveOut("the state after was not observed", transition.weight)
            }
            chosen = after
        case .ending:
            guard let ends = transition.ends else {
                return leaveOut("whether the conversation ended was not observed", transition.weight)
            }
            chosen = ends ? 1 : 0
        case .moves:
            guard let before = transition.before, let after = transition.after else {
                return leaveOut("the state before or after was not observed", transition.weight)
            }
            guard abs(after - before) <= 1 else {
                return leaveOut("the state jumped over another, which the model of moves excludes", transition.weight)
            }
            chosen = after - before + 1
        }
        let before = design.kind == .moves ? transition.before : nil
        let context = context(values, before: before)
        guard let alternative = model.alternative(of: context, category: chosen) else {
            return leaveOut("the choice does not exist in its context", transition.weight)
        }
        origin.append(index)
        observations.append(
            ChoiceData.Observation(
                cluster: transition.conversation, context: context, alternative: alternative, weight: transition.weight)
        )
    }

    private mutating func context(_ values: [Double], before: Int?) -> Int {
        // For moves the alternatives depend on the state, even where no term does: only the ends of the range differ.
        let end = before.map { $0 == 0 ? 1.0 : $0 == states - 1 ? 2 : 0 } ?? 0
        let key = [end] + values
        if let known = contexts[key] { return known }
        let context = model.append(before.map { moves(values, state: $0) } ?? choices(values))
        contexts[key] = context
        return context
    }

    private func choices(_ values: [Double]) -> [ChoiceModel.Alternative] {
        ChoiceModel.choices(values, categories: categories, reference: design.reference)
    }

    private func moves(_ values: [Double], state: Int) -> [ChoiceModel.Alternative] {
        ChoiceModel.moves(values, state: state, of: states)
    }
}

extension ChoiceModel {
    /// Alternatives of a conditional logit with one predictor per category and none for the reference.
    static func choices(_ values: [Double], categories: Int, reference: Int) -> [Alternative] {
        var next = 0
        return (0..<categories).map { category in
            guard category != reference else { return ChoiceModel.Alternative(category: category, entries: []) }
            defer { next += values.count }
            return ChoiceModel.Alternative(
                category: category, entries: values.enumerated().map { ChoiceModel.Entry(next + $0.offset, $0.element) }
            )
        }
    }

    /// Alternatives of an adjacent-category logit: exp(−d) : exp(inertia) : exp(+d), without what would leave the range.
    static func moves(_ values: [Double], state: Int, of states: Int) -> [Alternative] {
        let score = values.enumerated().map { ChoiceModel.Entry($0.offset, $0.element) }
        let negative = score.map { ChoiceModel.Entry($0.parameter, -$0.value) }
        return [
            state > 0 ? ChoiceModel.Alternative(category: 0, entries: negative) : nil,
            ChoiceModel.Alternative(category: 1, entries: [ChoiceModel.Entry(values.count, 1)]),
            state < states - 1 ? ChoiceModel.Alternative(category: 2, entries: score) : nil,
        ].compactMap(\.self)
    }
}
