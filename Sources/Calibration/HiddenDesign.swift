/// A model of conversations whose user type and state were not observed.
///
/// θ ~ prior; x₁ ~ initial_θ; then, turn by turn, a reaction from a conditional logit and a move from an adjacent-category
/// logit, both with terms that may depend on the hidden type (`factor:type`) and the hidden state (`state`).
public struct HiddenDesign: Sendable, Equatable {
    /// Names of the latent types; one for a model without.
    public var types: [String]
    /// Names of the hidden states, from best to worst; empty where the state is observed (or there is none) and only types
    /// are latent.
    public var states: [String]
    public var reactionTerms: [Term]
    public var moveTerms: [Term]
    /// The reaction whose predictor is 0.
    public var reference: Int
    public var referenceResponse: Int
    public var phases: [Int]
    public var prefix: String

    public init(
        types: [String], states: [String], reactionTerms: [Term], moveTerms: [Term] = [], reference: Int = 0,
        referenceResponse: Int = 0, phases: [Int] = [], prefix: String = ""
    ) {
        self.types = types
        self.states = states
        self.reactionTerms = reactionTerms
        self.moveTerms = moveTerms
        self.reference = reference
        self.referenceResponse = referenceResponse
        self.phases = phases
        self.prefix = prefix
    }
}

/// Values of everything in a hidden model.
public struct HiddenParameters: Sendable, Equatable {
    /// One share per type, on the simplex.
    public var prior: [Double]
    /// One distribution over states per type.
    public var initial: [[Double]]
    /// Coefficients of the reactions.
    public var reactions: [Double]
    /// Coefficients of the moves; empty with fewer than two hidden states.
    public var moves: [Double]

    public init(prior: [Double], initial: [[Double]], reactions: [Double], moves: [Double]) {
        self.prior = prior
        self.initial = initial
        self.reactions = reactions
        self.moves = moves
    }
}

/// A hidden model together with the conversations it is fitted to, indexed so that the expectation step only looks up.
///
/// Transitions that the model cannot tell apart share a signature; tables are computed per signature, type and state.
public struct HiddenModel: Sendable {
    public let design: HiddenDesign
    public let reactions: ChoiceModel
    public let moves: ChoiceModel
    /// The same in coordinates of one scale, for searches and errors.
    let scaledReactions: StandardisedModel
    let scaledMoves: StandardisedModel
    public let reactionNames: [String]
    public let moveNames: [String]
    let reactionLabels: [String]
    let reactionColumns: Columns
    let moveColumns: Columns
    let typeCount: Int
    let stateCount: Int
    /// The signature of each transition, conversation after conversation.
    let signature: [Int32]
    /// Where each conversation begins, [conversations + 1].
    let start: [Int]
    /// How often each conversation was seen; 0 leaves it out.
    var weight: [Double]
    /// The type of each conversation where it was observed; −1 where it is latent.
    let knownType: [Int]
    /// The conversation that each of them is in the observations.
    let cluster: [Int]
    let clusterCount: Int
    /// Per signature, type and state: the alternative that was chosen; −1 where no reaction was observed, −2 where the state
    /// is known to be another.
    let reactionAlternative: [Int]
    /// The same for moves: the first alternative of the context, or −1.
    let moveContext: [Int]

    var cells: Int { typeCount * stateCount }
    public var conversationCount: Int { start.count - 1 }
    public var transitionCount: Int { signature.count }
    /// Weight of the turns with a reaction: the observations that a loss is a mean over.
    public var observationWeight: Double { observationWeights.reduce(0, +) }
    /// Coefficients, and free shares of types and of first states.
    public var parameterCount: Int {
        typeCount - 1 + typeCount * (stateCount - 1) + reactionNames.count + moveNames.count
    }
    /// The conversation that each transition belongs to.
    var transitionConversations: [Int] {
        (0..<conversationCount).flatMap { [Int](repeating: $0, count: start[$0 + 1] - start[$0]) }
    }
    /// The weight of each transition, 0 where no reaction was observed.
    let observationWeights: [Double]

    /// - Throws: ``CalibrationError`` if a term names what is not there, or something that a term needs was not observed.
    /// - Complexity: O(transitions), and per signature O(types · states · columns).
    public init(_ design: HiddenDesign, observed: ObservedTransitions) throws(CalibrationError) {
        guard !design.types.isEmpty else { throw CalibrationError("types", "are none; there must be at least one") }
        guard !observed.transitions.isEmpty else { throw CalibrationError("the data", "have no transition") }
        let observed = observed.withoutTypeFactor
        var builder = try HiddenBuilder(design, observed)
        var signature: [Int32] = []
        signature.reserveCapacity(observed.transitions.count)
        for (index, transition) in observed.transitions.enumerated() {
            signature.append(try builder.signature(of: transition, index))
        }
        let episodes = observed.episodes
        self.design = design
        reactions = builder.reactions
        moves = builder.moves
        scaledReactions = StandardisedModel(builder.reactions)
        scaledMoves = StandardisedModel(builder.moves)
        reactionNames = builder.reactions.parameters
        moveNames = builder.moves.parameters
        reactionLabels = observed.reactions
        reactionColumns = builder.reactionColumns
        moveColumns = builder.moveColumns
        typeCount = design.types.count
        stateCount = max(design.states.count, 1)
        self.signature = signature
        start = [0] + episodes.map(\.upperBound)
        cluster = episodes.map { observed.transitions[$0.lowerBound].conversation }
        clusterCount = max(observed.conversations.count, (cluster.max() ?? -1) + 1)
        weight = episodes.map { observed.transitions[$0.lowerBound].weight }
        for range in episodes {
            let weights = observed.transitions[range].map(\.weight)
            guard weights.allSatisfy({ $0 == weights[0] }) else {
                throw CalibrationError(
                    "conversation \(observed.name(of: observed.transitions[range.lowerBound].conversation))",
                    "has turns of different weight; a model of whole conversations needs one weight for each")
            }
        }
        observationWeights = observed.transitions.map { $0.reaction == nil ? 0 : $0.weight }
        knownType = try Self.knownTypes(design, observed, cluster)
        reactionAlternative = builder.reactionAlternative
        moveContext = builder.moveContext
    }
}

/// Finds signatures and fills their tables of contexts.
private struct HiddenBuilder {
    let design: HiddenDesign
    let extended: ObservedTransitions
    let reactionColumns: Columns
    let moveColumns: Columns
    var reactions: ChoiceModel
    var moves: ChoiceModel
    var reactionAlternative: [Int] = []
    var moveContext: [Int] = []
    private var known: [[Double]: Int32] = [:]
    private var reactionContexts: [[Double]: Int] = [:]
    private var moveContexts: [[Double]: Int] = [:]
    private let dependsOnTurn: Bool
    private let dependsOnPhase: Bool

    init(_ design: HiddenDesign, _ observed: ObservedTransitions) throws(CalibrationError) {
        self.design = design
        var extended = observed
        extended.transitions = []
        extended.factors.append(ObservedTransitions.Factor(name: "type", levels: design.types))
        if !design.states.isEmpty { extended.states = design.states }
        self.extended = extended
        let references = Columns.References(response: design.referenceResponse)
        reactionColumns = try Columns(design.reactionTerms, of: extended, phases: design.phases, references: references)
        moveColumns = try Columns(design.moveTerms, of: extended, phases: design.phases, references: references)
        let names = reactionColumns.columns.map(\.name)
        let start = design.prefix.isEmpty ? "" : "\(design.prefix)."
        reactions = ChoiceModel(
            parameters: observed.reactions.indices.filter { $0 != design.reference }.flatMap { reaction in
                names.map { "\(start)utility.\(observed.reactions[reaction]).\($0)" }
            })
        let hasMoves = design.states.count > 1
        moves = ChoiceModel(
            parameters: hasMoves ? moveColumns.columns.map { "\(start)move.\($0.name)" } + ["\(start)move.inertia"] : []
        )
        let parts = (design.reactionTerms + design.moveTerms).flatMap(\.parts)
        dependsOnTurn = parts.contains(.turn)
        dependsOnPhase = parts.contains(.phase)
    }

    mutating func signature(of transition: ObservedTransitions.Transition, _ index: Int) throws(CalibrationError)
        -> Int32
    {
        let head = [
            Double(transition.before ?? -1), Double(transition.response ?? -1), Double(transition.reaction ?? -1),
            dependsOnTurn ? Double(transition.turn) : 0,
            dependsOnPhase ? Double(design.phases.count { transition.turn >= $0 }) : 0,
        ]
        let key = head + transition.features + transition.levels.map(Double.init) + transition.numbers
        if let found = known[key] { return found }
        let number = Int32(known.count)
        known[key] = number
        for type in design.types.indices {
            for state in 0..<max(design.states.count, 1) { try addCell(transition, index, type: type, state: state) }
        }
        return number
    }

    private mutating func addCell(
        _ transition: ObservedTransitions.Transition, _ index: Int, type: Int, state: Int
    ) throws(CalibrationError) {
        let isHidden = !design.states.isEmpty
        if isHidden, let before = transition.before, before != state {
            reactionAlternative.append(-2)
            moveContext.append(-1)
            return
        }
        var imagined = transition
        imagined.levels.append(type)
        if isHidden { imagined.before = state }
        if let reaction = transition.reaction {
            guard let values = reactionColumns.values(imagined) else { throw Self.unobserved(index, "reactions") }
            let context: Int
            if let found = reactionContexts[values] {
                context = found
            } else {
                context = reactions.append(
                    ChoiceModel.choices(values, categories: extended.reactions.count, reference: design.reference))
                reactionContexts[values] = context
            }
            reactionAlternative.append(reactions.alternatives(of: context).lowerBound + reaction)
        } else {
            reactionAlternative.append(-1)
        }
        guard design.states.count > 1 else { return moveContext.append(-1) }
        guard let values = moveColumns.values(imagined) else { throw Self.unobserved(index, "moves") }
        let key = [Double(state)] + values
        let context: Int
        if let found = moveContexts[key] {
            context = found
        } else {
            context = moves.append(ChoiceModel.moves(values, state: state, of: design.states.count))
            moveContexts[key] = context
        }
        moveContext.append(moves.alternatives(of: context).lowerBound)
    }

    private static func unobserved(_ index: Int, _ model: String) -> CalibrationError {
        CalibrationError("transition \(index + 1)", "lacks something that a term of the \(model) needs")
    }
}
