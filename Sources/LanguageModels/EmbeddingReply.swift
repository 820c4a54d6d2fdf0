internal import Output

/// What stands in the answer of `/v1/embeddings`.
struct EmbeddingReply {
    /// In the order of the texts.
    let vectors: [[Float]]
    let tokens: Int

    /// - Throws: ``ChatFailure`` of kind `unusable` where it is not one vector of finite numbers a text.
    init(_ body: [UInt8], count: Int, key: ModelKey?) throws(ChatFailure) {
        func failure(_ text: String) -> ChatFailure {
            ChatFailure(.unusable, text + RequestVerdict.excerpt(body, key: key))
        }
        guard let document = try? JSONValue(strictly: body) else { throw failure("the answer is not JSON") }
        guard let data = document["data"]?.arrayValue, data.count == count else {
            throw failure("the answer does not have one vector a text")
        }
        var vectors = [[Float]?](repeating: nil, count: count)
        for (place, item) in data.enumerated() {
            let index = item["index"]?.integerValue ?? place
            guard vectors.indices.contains(index), vectors[index] == nil,
                let numbers = item["embedding"]?.arrayValue, !numbers.isEmpty
            else { throw failure("the answer does not have one vector a text") }
            let vector = numbers.compactMap { $0.doubleValue.map { Float($0) } }.filter(\.isFinite)
            guard vector.count == numbers.count else { throw failure("a vector holds what is no number") }
            vectors[index] = vector
        }
        self.vectors = vectors.compactMap(\.self)
        tokens = max(0, document["usage"]?["prompt_tokens"]?.integerValue ?? 0)
    }
}
