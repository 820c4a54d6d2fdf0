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
    /// Whether reactions are modelled; without them they may still move the state.
    public var hasReactions = true
    /// The reaction whose predictor is 0.
    public var reference: Int
    public var referenceState: Int
    public var referenceResponse: Int
    public var phases: [Int]
    public var prefix: String

    public init(
        types: [String], states: [String], reactionTerms: [Term], moveTerms: [Term] = [], reference: Int = 0,
        referenceState: Int = 0, referenceResponse: Int = 0, phases: [Int] = [], prefix: String = ""
    ) {
        self.types = types
        self.states = states
        self.reactionTerms = reactionTerms
        self.moveTerms = moveTerms
        self.reference = reference
        self.referenceState = referenceState
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
    /// π(a | state), one distribution over true responses per state; empty where responses are read as they are.
    public var responses: [[Double]]

    public init(
        prior: [Double], initial: [[Double]], reactions: [Double], moves: [Double], responses: [[Double]] = []
    ) {
        self.responses = responses
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
    /// Per signature, type and state, how its labels can have come about: one way where they are read as they are, none where the
    /// state is known to be another.
    let readings: [Reading]
    /// Where the readings of each signature, type and state begin, [cells of all signatures + 1].
    let readingStart: [Int]
    /// Which labels may be wrong.
    public let misreading: Misreading
    /// What the rows of shares of true responses are called: states, or one without a name.
    let responseRows: [String]
    let responseLabels: [String]

    var cells: Int { typeCount * stateCount }
    public var conversationCount: Int { start.count - 1 }
    public var transitionCount: Int { signature.count }
    /// Weight of the turns with a reaction, or of those with a move where reactions are not modelled: the observations.
    public var observationWeight: Double { observationWeights.reduce(0, +) }
    /// Coefficients, and free shares of types, of first states and of true responses.
    public var parameterCount: Int {
        typeCount - 1 + typeCount * (stateCount - 1) + reactionNames.count + moveNames.count
            + responseRows.count * (responseLabels.count - 1)
    }
    func readings(of cell: Int) -> Range<Int> { readingStart[cell]..<readingStart[cell + 1] }
    /// The conversation that each transition belongs to.
    var transitionConversations: [Int] {
        (0..<conversationCount).flatMap { [Int](repeating: $0, count: start[$0 + 1] - start[$0]) }
    }
    /// The weight of each transition, 0 where it is no observation.
    let observationWeights: [Double]

    /// - Throws: ``CalibrationError`` if a term names what is not there, or something that a term needs was not observed.
    /// - Complexity: O(transitions), and per signature O(types · states · columns).
    public init(_ design: HiddenDesign, observed: ObservedTransitions) throws(CalibrationError) {
        try self.init(design, LatentChains(observed), Misreading())
    }

    /// - Parameter misreading: which labels may be wrong; matrices in the order of the observations' names.
    /// - Throws: as above.
    public init(
        _ design: HiddenDesign, _ chains: LatentChains, _ misreading: Misreading
    ) throws(CalibrationError) {
        guard !design.types.isEmpty else { throw CalibrationError("types", "are none; there must be at least one") }
        guard !chains.observed.transitions.isEmpty else { throw CalibrationError("the data", "have no transition") }
        let observed = chains.observed.withoutTypeFactor
        var builder = try HiddenBuilder(design, observed, misreading)
        var signature: [Int32] = []
        signature.reserveCapacity(observed.transitions.count)
        for (index, transition) in observed.transitions.enumerated() {
            signature.append(
                try builder.signature(of: transition, index, isClosing: chains.closings.contains(index)))
        }
        let episodes = chains.episodes
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
        observationWeights = observed.transitions.enumerated().map { index, transition in
            let isObserved = design.hasReactions ? transition.reaction != nil : !chains.closings.contains(index)
            return isObserved ? transition.weight : 0
        }
        knownType = try Self.knownTypes(design, observed, cluster)
        (readings, readingStart) = (builder.readings, builder.readingStart)
        self.misreading = misreading
        responseLabels = misreading.responses == nil ? [] : observed.responses
        responseRows = misreading.responses == nil ? [] : builder.responseRows
    }
}
