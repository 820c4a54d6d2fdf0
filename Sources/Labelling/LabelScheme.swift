public import GameModel

/// What may be said of a text: the names of a scenario, each with what it means.
///
/// All distributions over names in this room have one entry a name, in the order in which they stand here.
public struct LabelScheme: Sendable, Equatable {
    /// A name of the scenario.
    public struct Name: Sendable, Equatable {
        /// As it stands in the scenario, and in label files.
        public let name: String
        /// One or two sentences: what counts and what does not; nil where the scenario says nothing.
        public let meaning: String?

        public init(name: String, meaning: String? = nil) {
            self.name = name
            self.meaning = meaning
        }
    }

    /// The scenario's name.
    public let scenario: String
    /// What an answer of the model may be: |A|, in the game's order.
    public let responses: [Name]
    /// Numbers in [0, 1] that describe an answer: K, in the game's order.
    public let features: [Name]
    /// How a message of a user may read: |C|, in the game's order.
    public let cues: [Name]
    /// What a message of a user may look like, by reaction of the game. A reaction that shows as another one is not among them: that
    /// somebody feigns is not for a reader of words to tell.
    public let reactions: [Name]
    /// The reactions' indices in the game, in the same order.
    public let reactionIndices: [Int]
    /// User types: |Θ|, in the game's order.
    public let users: [Name]

    /// - Parameters:
    ///   - meaning: what a name of a kind means, by its index in the game; nil where nothing is said.
    public init(scenario: String, game: Game, meaning: (Kind, Int) -> String? = { _, _ in nil }) {
        self.scenario = scenario
        responses = game.responses.enumerated().map { Name(name: $1.name, meaning: meaning(.response, $0)) }
        features = game.features.enumerated().map { Name(name: $1, meaning: meaning(.feature, $0)) }
        cues = game.cues.enumerated().map { Name(name: $1, meaning: meaning(.cue, $0)) }
        users = game.users.enumerated().map { Name(name: $1, meaning: meaning(.user, $0)) }
        reactionIndices = game.reactions.indices.filter {
            if case .continuesShowing = game.reactions[$0].effect { false } else { true }
        }
        reactions = reactionIndices.map {
            Name(name: game.reactions[$0].name, meaning: meaning(.reaction, $0))
        }
    }

    /// What a name names.
    public enum Kind: Sendable { case response, feature, cue, reaction, user }
}
