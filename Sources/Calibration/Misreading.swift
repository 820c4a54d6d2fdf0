/// Which labels of observations may be wrong, and how: a confusion matrix for each kind.
///
/// A label then is a sign of a true name, and a model sums over the true names:
/// P(labels | x) = Σ_a Σ_r π(a | x) C^A(â | a) P(r | x, a) C^R(r̂ | r), with C^X(x̂ | x) for the state.
///
/// Source: Dawid & Skene 1979, Applied Statistics 28 (doi:10.2307/2346806), for labels as signs of a true class; Hausman, Abrevaya & Scott-Morton
/// 1998, J. Econometrics 87 (doi:10.1016/S0304-4076(98)00015-3), for choices that are misclassified.
public struct Misreading: Sendable, Equatable {
    public var states: ConfusionMatrix?
    public var responses: ConfusionMatrix?
    public var reactions: ConfusionMatrix?
    /// f(a), by response: what features a response has that was taken for another one. Empty where features were observed themselves.
    public var responseFeatures: [[Double]]

    public init(
        states: ConfusionMatrix? = nil, responses: ConfusionMatrix? = nil, reactions: ConfusionMatrix? = nil,
        responseFeatures: [[Double]] = []
    ) {
        self.states = states
        self.responses = responses
        self.reactions = reactions
        self.responseFeatures = responseFeatures
    }

    public var isEmpty: Bool { states == nil && responses == nil && reactions == nil }

    /// The three kinds, in the order in which readings name their cells.
    var matrices: [ConfusionMatrix?] { [states, responses, reactions] }
}

/// One way in which the labels of a turn can have come about: what is true, and the cells of the matrices that turned it into labels.
struct Reading: Sendable {
    /// No cell of a matrix, no alternative, no share.
    static let none: Int32 = -1

    /// The alternative of the true reaction; `none` where no reaction was observed.
    var reactionAlternative = none
    /// The first alternative of the move's context; `none` where nothing follows.
    var moveContext = none
    /// Row · |A| + a among the shares of true responses; `none` where responses are read as they are.
    var response = none
    /// i · K + j in the matrices of states, responses and reactions; `none` where the label is the name.
    var cells: (state: Int32, response: Int32, reaction: Int32) = (none, none, none)
}

/// P(label | truth) of every reading, at given matrices.
struct ReadingWeights: Sendable {
    private let flat: [[Double]]

    /// - Parameter shares: [kind][K][K], empty for kinds that are read as they are.
    init(_ shares: [[[Double]]]) { flat = shares.map { $0.flatMap(\.self) } }

    init(_ misreading: Misreading) { self.init(misreading.matrices.map { $0?.shares ?? [] }) }

    func weight(_ reading: Reading) -> Double {
        var weight = 1.0
        if reading.cells.state >= 0 { weight *= flat[0][Int(reading.cells.state)] }
        if reading.cells.response >= 0 { weight *= flat[1][Int(reading.cells.response)] }
        if reading.cells.reaction >= 0 { weight *= flat[2][Int(reading.cells.reaction)] }
        return weight
    }
}
