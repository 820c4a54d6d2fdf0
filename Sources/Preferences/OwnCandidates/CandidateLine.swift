internal import GameModel
internal import Output

/// One line of a candidates file: a prompt, its answers, and who may have written it.
///
/// ```json
/// {"prompt": "How …?", "prior": {"benign": 0.9, "malicious": 0.1}, "cue": "neutral",
///  "candidates": [{"content": "…", "response": "refuse"}, {"content": "…", "features": {"warmth": 0.8}, "cost": 0.01}]}
/// ```
/// With `reference_probability` in every answer π_ref is known; without, the answers count as equally likely.
struct CandidateLine {
    /// What the game has to know of an answer.
    enum Meaning: Hashable {
        /// It is what a response of the scenario is.
        case response(Int)
        /// It has these features, one per feature of the game, and this cost.
        case features([Double], cost: Double)
    }

    let messages: [Message]
    let candidates: [(content: String, meaning: Meaning)]
    /// π_ref, one probability per candidate; nil where it isn't known.
    let reference: [Double]?
    /// [|Θ|] on the simplex.
    let prior: [Double]
    /// The cue of the last message; nil where it isn't known.
    let cue: Int?
    /// Whether the line says something of who wrote the prompt.
    let tellsUser: Bool

    /// - Throws: ``PreferenceError`` with the reason why the line cannot be placed in the game.
    init(_ bytes: [UInt8], game: Game) throws(PreferenceError) {
        let line: JSONValue
        do throws(JSONError) { line = try JSONValue(strictly: bytes) } catch {
            throw PreferenceError("this is not JSON: \(error)")
        }
        guard let members = line.objectValue else { throw PreferenceError("this is not a JSON object") }
        let known = ["candidates", "cue", "prior", "prompt"]
        if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw PreferenceError("\(other) is not known; the members are \(known.joined(separator: ", "))")
        }
        messages = try Self.messages(members["prompt"])
        prior = try Self.prior(members["prior"], game: game)
        cue = try Self.cue(members["cue"], game: game)
        tellsUser = members["prior"] != nil || cue != nil
        guard let list = members["candidates"]?.arrayValue, list.count >= 2 else {
            throw PreferenceError("candidates must be a list of at least 2 answers")
        }
        var candidates: [(content: String, meaning: Meaning)] = []
        for (index, item) in list.enumerated() {
            do throws(PreferenceError) { candidates.append(try Self.candidate(item, game: game)) } catch {
                throw PreferenceError("candidates[\(index)]: \(error)")
            }
        }
        self.candidates = candidates
        reference = try Self.reference(list)
    }

    /// Either every answer has a probability, or none has.
    private static func reference(_ list: [JSONValue]) throws(PreferenceError) -> [Double]? {
        let given = list.map { $0["reference_probability"] }
        guard given.contains(where: { $0 != nil }) else { return nil }
        var shares: [Double] = []
        for (index, value) in given.enumerated() {
            guard let share = value?.doubleValue, share > 0, share <= 1 else {
                throw PreferenceError(
                    "candidates[\(index)]: reference_probability must be above 0 and at most 1, in every answer or in none"
                )
            }
            shares.append(share)
        }
        let total = shares.reduce(0, +)
        guard abs(total - 1) <= 1e-6 else {
            throw PreferenceError("reference_probability sums to \(total) over the candidates; it must sum to 1")
        }
        return shares.map { $0 / total }
    }

    private static func messages(_ value: JSONValue?) throws(PreferenceError) -> [Message] {
        if let text = value?.stringValue {
            guard !text.isEmpty else { throw PreferenceError("prompt is empty") }
            return [Message(role: .user, content: text)]
        }
        guard let list = value?.arrayValue, !list.isEmpty else {
            throw PreferenceError("prompt must be a text or a list of messages")
        }
        var messages: [Message] = []
        for item in list {
            guard let role = item["role"]?.stringValue.flatMap(Message.Role.init(rawValue:)),
                let content = item["content"]?.stringValue, !content.isEmpty, item.objectValue?.count == 2
            else {
                throw PreferenceError(
                    "a message of the prompt needs role (system, user or assistant) and content, no more")
            }
            messages.append(Message(role: role, content: content))
        }
        guard messages.last?.role == .user else { throw PreferenceError("the prompt must end in a user message") }
        guard messages.first(where: { $0.role != .system })?.role == .user else {
            throw PreferenceError("the prompt must begin with a user message")
        }
        return messages
    }

    private static func prior(_ value: JSONValue?, game: Game) throws(PreferenceError) -> [Double] {
        guard let value else { return game.prior }
        guard let members = value.objectValue else {
            throw PreferenceError("prior must give a probability to user types")
        }
        var prior = game.users.map { _ in 0.0 }
        for (name, share) in members.sorted(by: { $0.key < $1.key }) {
            guard let user = game.users.firstIndex(of: name) else {
                throw PreferenceError(
                    "prior names \(name); the user types are \(game.users.joined(separator: ", "))")
            }
            guard let share = share.doubleValue, share >= 0 else {
                throw PreferenceError("prior.\(name) must be a probability")
            }
            prior[user] = share
        }
        let total = prior.reduce(0, +)
        guard abs(total - 1) <= 1e-6 else { throw PreferenceError("prior sums to \(total); it must sum to 1") }
        return prior.map { $0 / total }
    }

    private static func cue(_ value: JSONValue?, game: Game) throws(PreferenceError) -> Int? {
        guard let value, value != .null else { return nil }
        guard let name = value.stringValue, let cue = game.cues.firstIndex(of: name) else {
            throw PreferenceError("cue must be one of \(game.cues.joined(separator: ", "))")
        }
        return cue
    }

    private static func candidate(
        _ item: JSONValue, game: Game
    ) throws(PreferenceError) -> (content: String, meaning: Meaning) {
        guard let content = item["content"]?.stringValue, !content.isEmpty else {
            throw PreferenceError("content must be a text that isn't empty")
        }
        switch (item["response"], item["features"]) {
        case (let response?, nil):
            guard let name = response.stringValue, let index = game.responses.firstIndex(where: { $0.name == name })
            else {
                throw PreferenceError("response must be one of \(game.responses.map(\.name).joined(separator: ", "))")
            }
            return (content, .response(index))
        case (nil, let features?):
            let cost = item["cost"] ?? .number(0)
            guard let cost = cost.doubleValue, cost >= 0 else { throw PreferenceError("cost must be at least 0") }
            return (content, .features(try self.features(features, game: game), cost: cost))
        default: throw PreferenceError("an answer needs either response or features")
        }
    }

    private static func features(_ value: JSONValue, game: Game) throws(PreferenceError) -> [Double] {
        guard let members = value.objectValue else { throw PreferenceError("features must give a number to features") }
        var features = game.features.map { _ in 0.0 }
        for (name, amount) in members.sorted(by: { $0.key < $1.key }) {
            guard let index = game.features.firstIndex(of: name) else {
                throw PreferenceError(
                    "features names \(name); the features are \(game.features.joined(separator: ", "))")
            }
            guard let amount = amount.doubleValue, amount >= 0, amount <= 1 else {
                throw PreferenceError("features.\(name) must be from 0 to 1")
            }
            features[index] = amount
        }
        return features
    }
}
