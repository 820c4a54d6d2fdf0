public import GameModel

/// A model that turns texts into vectors: one behind an address, or a stub of a test.
public protocol EmbeddingModel: Sendable {
    /// What stands in manifests and labels: the model's name as its address knows it.
    var name: String { get }

    /// - Parameters:
    ///   - texts: any number; how many are asked for at once is the model's affair.
    ///   - control: its deadline, its question whether to stop, and its listeners.
    /// - Returns: one vector a text, in their order and all of one length; fewer only where the control stopped the work, and then those of
    ///   the first texts.
    /// - Throws: ``ChatFailure`` for a text that has no vector after all tries, and what keeps the model from answering at all.
    func embeddings(_ texts: [String], _ control: RunControl) throws -> [[Float]]
}
