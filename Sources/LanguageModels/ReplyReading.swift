package import InputErrors
package import Output

/// How answers of an address are read, apart from how they came: what is tried with answers that no model gives.
package enum ReplyReading {
    /// The content of an answer of `/v1/chat/completions`.
    package static func chat(_ body: [UInt8], schema: JSONValue?) throws(ChatFailure) -> String {
        try ChatReply(body, schema: schema, key: nil).content
    }

    /// The vectors of an answer of `/v1/embeddings`, of so many texts.
    package static func embeddings(_ body: [UInt8], count: Int) throws(ChatFailure) -> [[Float]] {
        try EmbeddingReply(body, count: count, key: nil).vectors
    }

    /// The content of a line of a batch's answers; nil where the line reports an error.
    package static func batchLine(_ bytes: [UInt8]) throws(InputError) -> String? {
        let line = try BatchLine(bytes)
        _ = BatchRequest.parts(line.id)
        return try? line.result.get().content
    }

    /// How long the header `Retry-After` asks to wait.
    package static func pause(_ header: String) -> Duration? { RequestVerdict.pause(header) }
}
