public import GameModel
public import Solver

/// The best that the constraints allow, as one limit varies and the others are held.
public struct LimitCurve: Sendable, Equatable {
    /// A stretch along which the same policies are mixed and the value is linear.
    public struct Piece: Sendable, Equatable {
        public let lower: Double
        public let upper: Double
        public let valueAtLower: Double
        public let valueAtUpper: Double
        /// No policy that keeps the limits is worth more by more than this, anywhere on the piece; finite.
        public let gap: Double
        /// No policy that keeps the limits is worth more than this where the piece begins, and where it ends.
        public let upperAtLower: Double
        public let upperAtUpper: Double
        /// Whether no more is left open than was asked for.
        public let isComplete: Bool
        /// What the goal gains per unit of the limit.
        public var price: Double { (valueAtUpper - valueAtLower) / (upper - lower) }
    }

    /// Where the pieces begin and end; 0 where there are none.
    var start: Double { pieces.first?.lower ?? 0 }
    var end: Double { pieces.last?.upper ?? 0 }

    /// From the lowest limit that can be kept to the end of the interval.
    public let pieces: [Piece]
    /// No policy keeps a limit below this, where it lies inside the interval; what is said of it is off by at most ``edgeGap``.
    public let edge: Double?
    public let edgeGap: Double
    /// No policy that keeps the limits is worth more by more than this, anywhere on the curve.
    public let gap: Double
    /// Whether no piece leaves more open than was asked for, and the search came to its end.
    public let isComplete: Bool
    /// Calls of the planner.
    public let searches: Int
}

/// Where the first responses of the best policy under constraints switch, as one limit varies.
///
/// The best value is concave and piecewise linear in a limit: it is the value of a linear program over all policies, of which the limit
/// is a right-hand side. The program over the policies found so far is solved exactly, piece by piece, from its tangents; the
/// planner is asked inside the piece that leaves most open, until no piece leaves more open than the settings' gap. A concave function
/// that is nowhere below a straight line and meets it inside is that line, so that one proof inside a piece proves all of it; and it
/// lies below the lines of the pieces on either side, drawn on.
///
/// At the ends of a piece the program has a mixture of policies each; in between the mixture of these two is optimal. Shares of responses
/// are linear along a piece, so that the likeliest response changes where two of them cross. Where several mixtures are worth the
/// same, another one may open otherwise.
///
/// Source: parametric linear programming, Gass & Saaty 1955 (doi:10.1002/nav.3800020106); column generation as in
/// ``ConstrainedPlanner``.
public struct LimitQuery: Sendable {
    let inputs: GameInputs
    let decisions: [History]
    let settings: ConstrainedPlannerSettings
    let shouldStop: @Sendable () -> Bool
    let onAnswer: @Sendable (_ gap: Double?) -> Void

    /// Pieces that may be found; more are not looked for.
    static let pieceLimit = 400
    /// Searches for proofs where responses switch, beyond what the gap asks for.
    static let exactLimit = 64

    /// - Throws: ``AnalysisError`` if there are no constraints, or users have foresight or a KL term counts.
    public init(
        inputs: GameInputs, decisions: [History], settings: ConstrainedPlannerSettings,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        onAnswer: @escaping @Sendable (_ gap: Double?) -> Void = { _ in }
    ) throws(AnalysisError) {
        guard !inputs.objective.constraints.isEmpty, inputs.objective.klWeight == 0,
            inputs.definition.users.allSatisfy({ $0.agent.foresight == nil })
        else {
            throw AnalysisError(
                "a limit's boundary is planned for constraints without a KL term and users without foresight; sample it"
            )
        }
        self.inputs = inputs
        self.decisions = decisions
        self.settings = settings
        self.shouldStop = shouldStop
        self.onAnswer = onAnswer
    }

    /// The curve of the best value, and where the responses switch at each decision.
    ///
    /// - Throws: ``AnalysisError`` if the number is no limit, or no policy keeps the limits anywhere in the interval.
    /// - Complexity: about two calls of the planner per piece.
    public func lines(along variation: Variation) throws -> (curve: LimitCurve, lines: [DecisionLine]) {
        guard case .limit(let constraint) = variation.parameter.location else {
            throw AnalysisError("\(variation.parameter) is no limit")
        }
        var search = try LimitSearch(policy: self, constraint: constraint)
        let curve = try search.curve(from: variation.lower, to: variation.upper)
        return (curve, try decisions.indices.map { try search.line($0, curve: curve) })
    }
}
