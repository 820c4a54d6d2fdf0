public import GameModel
public import Output

/// Says what texts are, in the words of a scenario.
///
/// The same text with the same conversation before it gets the same label from the same labeller, whatever stands beside it.
public protocol TextLabeller: Sendable {
    /// Name, version and what else decides what is said, as it stands in labels.
    var name: String { get }
    var scheme: LabelScheme { get }
    /// How far the labeller can be trusted and what it was made from, as it stands in manifests: settings, figures on held-out texts.
    var account: JSONValue { get }
    /// The same for people: lines, each ended by a line feed; empty where there is nothing to say.
    var accountText: String { get }

    /// Whether labels rest on answers of somebody who is asked, which are remembered: they are found again there rather than kept.
    var isRemembered: Bool { get }

    /// - Parameters:
    ///   - texts: any number; callers with many give some hundred at a time.
    ///   - control: its threads, its deadline and its listeners.
    /// - Returns: one label a text, in their order; fewer only where the control stopped the work, and then those of the first texts.
    /// - Throws: what keeps the labeller from working at all.
    func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel]
}

extension TextLabeller {
    public var account: JSONValue { .object(["labeller": .string(name)]) }

    public var accountText: String { "" }

    public var isRemembered: Bool { false }
}

/// Makes a labeller from a scenario's words and from examples: a way of labelling, with its settings as the conforming value.
public protocol LabellerMaker: Sendable {
    /// - Throws: what keeps the labeller from being made, such as examples that are not enough.
    func labeller(_ material: LabelMaterial, _ control: RunControl) throws -> any TextLabeller
}

/// What labellers are made from.
public struct LabelMaterial: Sendable {
    public let scheme: LabelScheme
    /// Per response its features: [|A|, K].
    public let features: [[Double]]
    /// The scenario's own words.
    public let texts: Texts
    /// Texts that somebody has labelled.
    public let examples: [LabelledText]
    /// Where the largest probability of a label is lower, the labeller abstains.
    public let abstainBelow: Double

    public init(
        scheme: LabelScheme, features: [[Double]], texts: Texts, examples: [LabelledText] = [],
        abstainBelow: Double = 0.5
    ) {
        self.scheme = scheme
        self.features = features
        self.texts = texts
        self.examples = examples
        self.abstainBelow = abstainBelow
    }
}

/// A text with the label that somebody gave it.
public struct LabelledText: Sendable, Equatable {
    public let text: UnlabelledText
    public let label: TextLabel

    public init(_ text: UnlabelledText, _ label: TextLabel) {
        self.text = text
        self.label = label
    }
}
