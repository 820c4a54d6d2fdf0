public import Documents
public import GameModel
internal import Output
public import UserAgents

/// A scenario file, read and compiled: the game, what it is played for, and its words.
///
/// ```swift
/// let scenario = try Scenario.load(path: "scenarios/self-harm-question.yaml")
/// print(scenario.title, scenario.game.responses.count, scenario.warnings.count)
/// ```
///
/// The format is described in `docs/scenario-format.md`, and `scenarios/schema/scenario.v1.json` is its JSON Schema; an editor
/// uses it when a file begins with `# yaml-language-server: $schema=schema/scenario.v1.json`.
public struct Scenario: Sendable {
    /// The file's name, as the caller gave it.
    public let file: String
    public let name: String
    /// The title for people; the name where the file gives none.
    public let title: String
    public let titles: ScenarioTitles
    /// What counts as each of the scenario's names, for whoever labels texts.
    public let meanings: ScenarioMeanings
    public internal(set) var definition: GameDefinition
    public internal(set) var game: Game
    public var objective: Objective
    /// The objective as the file gives it.
    package let fileObjective: Objective
    /// The numbers that were set to other values than the file's, in the order they were set in; see ``setting(_:)``.
    public internal(set) var changes: [ParameterChange] = []
    public let wording: Texts
    /// δ_θ per user type as the file gives it, in [0, 1]; 0 is a myopic user.
    public internal(set) var foresight: [Double]
    /// Whether users are played as ones who look ahead; see ``assuming(_:)``.
    public internal(set) var assumption: ForesightAssumption
    /// How uncertain the users' coefficients are, where the file says so.
    public let uncertainty: ParameterUncertainty?
    /// One predictor per user type, or none where the scenario says nothing of satisfaction.
    public let satisfaction: [SatisfactionPredictor]
    /// SHA-256 of the file's bytes, in hexadecimal.
    public let fileHash: String
    /// SHA-256 of what defines the game, in hexadecimal: names in order and exact numbers, but not the scenario's own name,
    /// texts, titles, meanings, comments, the objective or the uncertainty. Files with the same game hash define the same game; so do
    /// scenarios with numbers that were set, whose hash is that of the numbers they have.
    public internal(set) var gameHash: String
    /// The file's text, without a byte order mark.
    public let sourceText: String
    /// What looks wrong but is allowed, in the order of the file.
    public let warnings: [Diagnostic]

    /// Reads a scenario from a regular file.
    ///
    /// - Parameter path: the file; diagnostics name it as it is given here.
    /// - Throws: ``DocumentError`` with every problem of the file.
    public static func load(path: String) throws(DocumentError) -> Scenario {
        try ScenarioReader.read(try FileBytes.load(path), file: path)
    }

    /// Reads a scenario from a text.
    ///
    /// - Parameter file: the name that diagnostics give.
    /// - Throws: ``DocumentError`` with every problem of the text.
    public static func parse(_ text: String, file: String) throws(DocumentError) -> Scenario {
        try ScenarioReader.read(Array(text.utf8), file: file)
    }

    /// The name that was probably meant by one that does not exist, if one is close.
    public static func suggestion(for name: String, among names: [String]) -> String? {
        Suggestion.nearest(to: name, among: names)
    }
}

/// What a scenario calls things for people; nil where the file gives no title.
public struct ScenarioTitles: Sendable, Equatable {
    public var description: String?
    public var features: [String?]
    public var responses: [String?]
    public var outcomes: [String?]
    /// Empty where cues are a list of names.
    public var cues: [String?]
    public var reactions: [String?]
    public var users: [String?]
}

/// What counts as each of a scenario's names and what does not, one or two sentences each; nil where the file says nothing.
///
/// They are what labels of texts go by. They change no number, and are no part of the game's hash.
public struct ScenarioMeanings: Sendable, Equatable {
    /// [K], in the game's order; empty where the scenario has no features.
    public var features: [String?]
    /// [|A|].
    public var responses: [String?]
    /// [|C|]; empty where cues are a list of names, or left out.
    public var cues: [String?]
    /// One a reaction.
    public var reactions: [String?]
    /// [|Θ|].
    public var users: [String?]
}
