/// The answers of one call, by place; what asks the same is asked once.
///
/// Requests are named one by one, as they are about to be sent, so that the work of writing them is done while answers are awaited.
struct AnswerBatch {
    var answers: [ChatAnswer?]
    /// The places that were asked about, in order.
    private(set) var asked: [Int] = []
    /// By the hash of a body: the first place that asks it.
    private var first: [String: Int] = [:]
    /// Places that ask what an earlier one asks, and which.
    private var same: [Int: Int] = [:]

    init(count: Int) { answers = Array(repeating: nil, count: count) }

    /// Whether a place is the first that asks this; otherwise it gets the answer of the first.
    mutating func isFirst(_ place: Int, _ name: String) -> Bool {
        if let other = first[name], other != place {
            same[place] = other
            return false
        }
        first[name] = place
        return true
    }

    mutating func fill(_ place: Int, _ known: AnswerCache.Answer) {
        answers[place] = ChatAnswer(result: .success(known.content), isRemembered: true)
    }

    mutating func note(asked place: Int) { if asked.last != place { asked.append(place) } }

    /// Gives every place that asks what an earlier one asked the answer of that one.
    ///
    /// - Returns: how many got an answer so.
    mutating func shareAnswers() -> Int {
        var shared = 0
        for (place, other) in same {
            guard let answer = answers[other] else { continue }
            answers[place] = ChatAnswer(result: answer.result, isRemembered: true)
            if answer.failure == nil { shared += 1 }
        }
        return shared
    }

    /// The answers up to the first that did not come.
    var complete: [ChatAnswer] { answers.prefix { $0 != nil }.compactMap(\.self) }

    /// Why nothing that was asked was answered, where that is so for all of it and may pass.
    var reasonForSilence: String? {
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
