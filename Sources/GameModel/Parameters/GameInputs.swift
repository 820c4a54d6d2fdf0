public import InputErrors

/// What a game and its objective are made from, as values: what parameters are read from and set in.
///
/// ```swift
/// let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
/// let share = try inputs.parameter("users.malicious.prior")
/// let other = try inputs.setting(share, to: 0.3)
/// let game = try other.game()
/// ```
public struct GameInputs: Sendable {
    public var definition: GameDefinition
    public var objective: Objective

    public init(definition: GameDefinition, objective: Objective) {
        self.definition = definition
        self.objective = objective
    }

    /// Compiles the game.
    ///
    /// - Throws: `GameError` if the values make no game.
    public func game() throws(GameError) -> Game { try Game(definition) }
}

/// Why a parameter cannot be found or set.
public struct ParameterError: InputProblem, Equatable {
    /// The path as it was given.
    public let path: String
    public let problem: String
    /// Whether there is no such parameter, so that a similar name may have been meant.
    public let isUnknown: Bool

    init(_ path: String, _ problem: String, isUnknown: Bool = false) {
        self.path = path
        self.problem = problem
        self.isUnknown = isUnknown
    }

    public var description: String { "\(path) \(problem)" }
}
