internal import GameModel
internal import InputErrors
internal import Labelling
internal import Output

/// One line of a candidates file: a prompt, its answers, who may have written it, and what else stands there.
///
/// ```json
/// {"id": "p1", "prompt": "How …?", "prior": {"benign": 0.9, "malicious": 0.1}, "cue": "neutral",
///  "candidates": [{"content": "…", "response": "refuse"}, {"content": "…", "features": {"warmth": 0.8}, "cost": 0.01}]}
/// ```
/// `response` is a name or a distribution over names, a feature a number or `{"mean", "sd"}`. With `reference_probability` in every
/// answer π_ref is known; without, the answers count as equally likely.
struct OwnLine: Sendable {
    /// An answer, as far as it can be read.
    struct Answer: Sendable {
        /// Its place in `candidates`.
        let index: Int
        let content: String
        /// What the line says of it; nil where it says nothing.
        let label: TextLabel?
        /// In payoff units; nil where it is not said.
        let cost: Double?
    }

    /// A message of the prompt, system messages left out.
    struct Said: Sendable {
        let kind: UnlabelledText.Kind
        /// Which of the texts of this kind, as in label files.
        let index: Int
        let content: String
        /// What the line says of it.
        let label: TextLabel?

        var isAnswer: Bool { kind == .answer }
    }

    let number: Int
    /// What labels are joined by.
    let id: String
    /// `id` as it stands in the line; empty without one.
    let sourceID: String
    /// What stands in the line and is not read, as JSON; empty where nothing does.
    let sourceData: String
    let messages: [Message]
    let said: [Said]
    let answers: [Answer]
    /// Answers that cannot be read.
    let faults: [(index: Int, reason: String)]
    /// π_ref by place in `candidates`; nil where it isn't known.
    let reference: [Double]?
    /// [|Θ|] on the simplex; nil where it is not said.
    let prior: [Double]?
    /// What the line says of its last message beside the prompt.
    let label: TextLabel?
    /// Members that are not read, and those of answers and messages that are lost: their names.
    let otherMembers: [String]
    let lostMembers: [String]

    private static let known: Set = ["candidates", "cue", "id", "in_scope", "prior", "prompt", "reaction"]
    private static let knownOfAnswers: Set = [
        "content", "cost", "features", "reference_probability", "response", "role",
    ]
    private static let knownOfMessages: Set = [
        "content", "cue", "features", "in_scope", "reaction", "response", "role",
    ]

    /// - Throws: ``PreferenceError`` with the reason why nothing of the line can be used.
    init(_ line: TextLine, scheme: LabelScheme) throws(PreferenceError) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(strictly: line.bytes) } catch {
            throw PreferenceError("this is not JSON: \(error)")
        }
        guard let members = value.objectValue else { throw PreferenceError("this is not a JSON object") }
        let reader = LabelMembers(scheme)
        do throws(InputError) {
            number = line.number
            id = try LabelLine.id(members["id"], number: line.number)
            sourceID = members["id"] == nil || members["id"] == .null ? "" : id
            let list = members["candidates"]?.arrayValue ?? []
            guard list.count >= 2 else { throw InputError("candidates must be a list of at least 2 answers") }
            let prompt = try OwnPromptReader(reader: reader, answers: list.count).read(members["prompt"])
            (messages, said) = (prompt.messages, prompt.said)
            prior = try Self.prior(members["prior"], reader)
            label = try Self.label(members, ["cue", "reaction", "in_scope"], reader)
            (answers, faults) = Self.answers(list, reader)
            reference = try Self.reference(list)
            let others = members.filter { !Self.known.contains($0.key) }
            do throws(JSONError) { sourceData = others.isEmpty ? "" : try JSONValue.object(others).text() } catch {
                throw InputError("\(error)")
            }
            otherMembers = others.keys.sorted()
            lostMembers =
                Self.lost(list, Self.knownOfAnswers, "candidates[]")
                + Self.lost(members["prompt"]?.arrayValue ?? [], Self.knownOfMessages, "prompt[]")
        } catch { throw PreferenceError(error.description) }
    }

    private static func lost(_ items: [JSONValue], _ known: Set<String>, _ place: String) -> [String] {
        var names: Set<String> = []
        for item in items { names.formUnion((item.objectValue ?? [:]).keys.filter { !known.contains($0) }) }
        return names.sorted().map { "\(place).\($0)" }
    }

    /// The label in some members; nil where none of them stands there.
    static func label(
        _ members: [String: JSONValue], _ keys: [String], _ reader: LabelMembers
    ) throws(InputError) -> TextLabel? {
        let own = members.filter { keys.contains($0.key) && $0.value != .null }
        return own.isEmpty ? nil : try reader.label(own)
    }

    private static func prior(_ value: JSONValue?, _ reader: LabelMembers) throws(InputError) -> [Double]? {
        guard let value, value != .null else { return nil }
        guard let members = value.objectValue else {
            throw InputError("prior must give a probability to user types")
        }
        let users = reader.scheme.users.map(\.name)
        if let other = members.keys.sorted().first(where: { !users.contains($0) }) {
            throw InputError("prior names \(other); the user types are \(users.joined(separator: ", "))")
        }
        return try reader.distribution(value, "prior", reader.scheme.users)
    }

    private static func answers(
        _ list: [JSONValue], _ reader: LabelMembers
    ) -> ([Answer], [(index: Int, reason: String)]) {
        var (answers, faults): ([Answer], [(index: Int, reason: String)]) = ([], [])
        for (index, item) in list.enumerated() {
            do throws(InputError) { answers.append(try answer(item, index, reader)) } catch {
                faults.append((index, "candidates[\(index)]: \(error)"))
            }
        }
        return (answers, faults)
    }

    private static func answer(_ item: JSONValue, _ index: Int, _ reader: LabelMembers) throws(InputError) -> Answer {
        guard let content = item["content"]?.stringValue, !content.isEmpty else {
            throw InputError("content must be a text that isn't empty")
        }
        if let role = item["role"], role != .string(Message.Role.assistant.rawValue) {
            throw InputError("its role must be assistant, if it has one")
        }
        let label = try label(item.objectValue ?? [:], ["response", "features"], reader)
        guard let cost = item["cost"], cost != .null else {
            return Answer(index: index, content: content, label: label, cost: nil)
        }
        guard let cost = cost.doubleValue, cost >= 0, cost <= GameLimits.amounts.upperBound else {
            throw InputError("cost must be at least 0")
        }
        return Answer(index: index, content: content, label: label, cost: cost)
    }

    /// Either every answer has a probability, or none has.
    private static func reference(_ list: [JSONValue]) throws(InputError) -> [Double]? {
        let given = list.map { $0["reference_probability"] }
        guard given.contains(where: { $0 != nil }) else { return nil }
        var shares: [Double] = []
        for (index, value) in given.enumerated() {
            guard let share = value?.doubleValue, share > 0, share <= 1 else {
                throw InputError(
                    "candidates[\(index)]: reference_probability must be above 0 and at most 1, in every answer or in none"
                )
            }
            shares.append(share)
        }
        let total = shares.reduce(0, +)
        guard abs(total - 1) <= LabelMembers.sumTolerance else {
            throw InputError("reference_probability sums to \(total) over the candidates; it must sum to 1")
        }
        return shares.map { $0 / total }
    }
}

/// Reads the prompt of a line: its messages, and what stands beside them.
private struct OwnPromptReader {
    let reader: LabelMembers
    /// How many candidates the line has: answers of the history are counted after them.
    let answers: Int

    func read(_ value: JSONValue?) throws(InputError) -> (messages: [Message], said: [OwnLine.Said]) {
        if let text = value?.stringValue {
            guard !text.isEmpty else { throw InputError("prompt is empty") }
            return (
                [Message(role: .user, content: text)],
                [OwnLine.Said(kind: .opening, index: 0, content: text, label: nil)]
            )
        }
        guard let list = value?.arrayValue, !list.isEmpty else {
            throw InputError("prompt must be a text or a list of messages")
        }
        var messages: [Message] = []
        for item in list {
            guard let role = item["role"]?.stringValue.flatMap(Message.Role.init(rawValue:)),
                let content = item["content"]?.stringValue, !content.isEmpty
            else {
                throw InputError("a message of the prompt needs role (system, user or assistant) and content")
            }
            messages.append(Message(role: role, content: content))
        }
        guard messages.last?.role == .user else { throw InputError("the prompt must end in a user message") }
        guard messages.first(where: { $0.role != .system })?.role == .user else {
            throw InputError("the prompt must begin with a user message")
        }
        return (messages, try said(messages, list))
    }

    private func said(_ messages: [Message], _ list: [JSONValue]) throws(InputError) -> [OwnLine.Said] {
        var (said, counts): ([OwnLine.Said], [UnlabelledText.Kind: Int]) = ([], [.answer: answers])
        for (place, message) in messages.enumerated() where message.role != .system {
            let kind: UnlabelledText.Kind =
                message.role == .assistant ? .answer : counts[.opening] == nil ? .opening : .message
            let index = counts[kind, default: 0]
            counts[kind] = index + 1
            let keys = kind == .answer ? ["response", "features"] : ["cue", "reaction", "in_scope"]
            do throws(InputError) {
                said.append(
                    OwnLine.Said(
                        kind: kind, index: index, content: message.content,
                        label: try OwnLine.label(list[place].objectValue ?? [:], keys, reader)))
            } catch { throw InputError("prompt[\(place)]: \(error)") }
        }
        return said
    }
}
