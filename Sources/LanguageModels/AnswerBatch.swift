internal import Output

/// The answers of one call, by place; what asks the same is asked once.
struct AnswerBatch {
    let bodies: [[UInt8]]
    /// Hashes of the bodies: what they are remembered by.
    let names: [String]
    var answers: [ChatAnswer?]
    /// For each request, the first that asks the same.
    private let first: [Int]

    init(_ requests: [ChatRequest], body: (ChatRequest) throws -> [UInt8]) rethrows {
        bodies = try requests.map(body)
        let names = bodies.map { String(ContentHash.sha256($0).prefix(32)) }
        var places: [String: Int] = [:]
        first = names.indices.map { index in
            if let place = places[names[index]] { return place }
            places[names[index]] = index
            return index
        }
        self.names = names
        answers = names.map { _ in nil }
    }

    /// What has to be asked, in order.
    var missing: [Int] { answers.indices.filter { first[$0] == $0 && answers[$0] == nil } }

    var remembered: Int { answers.count { $0 != nil } }

    mutating func fill(_ known: [String: AnswerCache.Answer]) {
        for index in names.indices {
            guard let answer = known[names[index]] else { continue }
            answers[index] = ChatAnswer(result: .success(answer.content), isRemembered: true)
        }
    }

    /// The answers up to the first that did not come.
    mutating func complete() -> [ChatAnswer] {
        for index in answers.indices where first[index] != index {
            guard answers[index] == nil, let answer = answers[first[index]] else { continue }
            answers[index] = ChatAnswer(result: answer.result, isRemembered: true)
        }
        return answers.prefix { $0 != nil }.compactMap(\.self)
    }

    /// Why nothing that was asked was answered, where that is so for all of it and may pass.
    func reasonForSilence(_ asked: [Int]) -> String? {
        let failures = asked.compactMap { answers[$0]?.failure }
        guard !asked.isEmpty, failures.count == asked.count, failures.allSatisfy({ $0.kind == .unavailable }) else {
            return nil
        }
        return failures.first?.description
    }
}

extension ChatAnswer {
    /// Why there is no answer; nil where there is one.
    public var failure: ChatFailure? { if case .failure(let failure) = result { failure } else { nil } }

    /// The answer; nil where there is none.
    public var content: String? { if case .success(let content) = result { content } else { nil } }
}
