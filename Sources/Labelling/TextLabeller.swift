public import GameModel

/// Says what texts are, in the words of a scenario.
///
/// The same text with the same conversation before it gets the same label from the same labeller, whatever stands beside it.
public protocol TextLabeller: Sendable {
    /// Name, version and what else decides what is said, as it stands in labels.
    var name: String { get }
    var scheme: LabelScheme { get }

    /// - Parameters:
    ///   - texts: any number; callers with many give some hundred at a time.
    ///   - control: its threads, its deadline and its listeners.
    /// - Returns: one label a text, in their order; fewer only where the control stopped the work, and then those of the first texts.
    /// - Throws: what keeps the labeller from working at all.
    func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel]
}
