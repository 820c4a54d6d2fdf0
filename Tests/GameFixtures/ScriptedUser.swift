public import GameModel

/// A user agent made of two closures: for tests that need an agent to answer exactly so, right or wrong.
public struct ScriptedUser: UserAgent {
    /// The arguments of a question for reactions.
    public typealias Reactions = @Sendable (_ turn: Int, _ state: Int, _ response: Int) throws(GameError) -> [Double]
    /// The arguments of a question for moves.
    public typealias Moves =
        @Sendable (_ state: Int, _ response: Int, _ reaction: Int) throws(GameError) -> AdjacentMove

    public var dependsOnTurn: Bool
    public var reactions: Reactions
    public var moves: Moves
    /// How the user has foresight; nil unless a test sets it, together with ``utilities``.
    public var foresight: UserForesight?
    public var utilities: @Sendable (_ turn: Int, _ state: Int, _ response: Int) throws(GameError) -> [Double?] = {
        _, _, _ in []
    }

    public init(
        dependsOnTurn: Bool = false, moves: @escaping Moves = { _, _, _ in .none }, reactions: @escaping Reactions
    ) {
        self.dependsOnTurn = dependsOnTurn
        self.reactions = reactions
        self.moves = moves
    }

    public func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        try reactions(turn, state, response)
    }

    public func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        try utilities(turn, state, response)
    }

    public func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try moves(state, response, reaction)
    }
}
