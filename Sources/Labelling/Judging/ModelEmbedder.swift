public import GameModel
public import LanguageModels

/// The vectors of a model that embeds texts, for the classifier of ``LexicalMaker``.
public struct ModelEmbedder: TextEmbedder {
    public let model: any EmbeddingModel

    public init(_ model: any EmbeddingModel) { self.model = model }

    public var name: String { "vectors of \(model.name)" }

    public func embeddings(_ texts: [String], _ control: RunControl) throws -> [[Double]] {
        try model.embeddings(texts, control).map { $0.map(Double.init) }
    }
}
