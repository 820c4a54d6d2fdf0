internal import Output

/// Whether the same answer is worth the same at every prompt of a file: then its labels say nothing about the prompts.
///
/// Answers are the same that stand for one response by name; those with features or uncertain labels are not compared.
struct ValueLedger {
    private struct Met {
        let score: Double
        let prompt: ContentHash.Fingerprint
        var isMetAgain = false
    }

    private var met: [String: Met] = [:]
    private var prompts: Set<ContentHash.Fingerprint> = []
    private var varies = false

    /// Fewer prompts say nothing.
    private static let fewest = 3

    /// Takes in a row of a form of ours.
    mutating func add(_ row: [String: JSONValue]) {
        guard !varies, let prompt = row["prompt_id"]?.stringValue else { return }
        let key = ContentHash.fingerprint(Array(prompt.utf8))
        for side in ["chosen", "rejected"] {
            add(row["\(side)_response"], row["score_\(side)"], row["score_\(side)_sd"], key)
        }
        for answer in row["completions"]?.arrayValue ?? [] { add(answer["response"], answer["q"], answer["q_sd"], key) }
    }

    private mutating func add(
        _ name: JSONValue?, _ score: JSONValue?, _ deviation: JSONValue?, _ prompt: ContentHash.Fingerprint
    ) {
        guard let name = name?.stringValue, let score = score?.doubleValue else { return }
        guard name != OwnCandidates.featuresName, (deviation?.doubleValue ?? 0) == 0 else {
            // What cannot be compared may well depend on the prompt.
            varies = true
            return
        }
        prompts.insert(prompt)
        guard var known = met[name] else {
            met[name] = Met(score: score, prompt: prompt)
            return
        }
        guard known.prompt != prompt else { return }
        if !ValueTies.areEqual(known.score, score, scale: 0) { varies = true }
        known.isMetAgain = true
        met[name] = known
    }

    /// What is wrong, once all rows are known.
    var fault: AuditFault? {
        guard !varies, prompts.count >= Self.fewest, met.values.contains(where: \.isMetAgain) else { return nil }
        return .warning(
            .sameValues, "",
            "every response has the same score at all of \(prompts.count) prompts: the values do not depend on the prompt",
            "whatever is asked, the same answer is taught; give the prompts cues, priors or labels of their own")
    }
}
