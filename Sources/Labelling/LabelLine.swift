internal import GameModel
public import InputErrors
public import Output

/// One line of a file of texts: a prompt with answers, a message of a user, or a conversation; with the labels that stand in it.
///
/// ```json
/// {"id": "p1", "prompt": "How …?", "cue": "neutral", "candidates": [{"content": "…", "response": "refuse"}, {"content": "…"}]}
/// {"id": "r1", "after": "I can't help with that.", "content": "But why?", "reaction": "insist"}
/// {"id": "c1", "messages": [{"role": "user", "content": "How …?"}, {"role": "assistant", "content": "…"}]}
/// ```
/// Without an `id`, a line is named by its number.
public struct LabelLine: Sendable, Equatable {
    /// A text, and what the line itself says of it; nil where it says nothing.
    public struct Entry: Sendable, Equatable {
        public let text: UnlabelledText
        public let given: TextLabel?
    }

    /// From 1.
    public let number: Int
    public let id: String
    /// The texts: of a prompt its own messages first, then its answers. Answers within a prompt's history are counted after the
    /// candidates, so that a candidate's index is its place in `candidates`.
    public let entries: [Entry]

    /// - Parameters:
    ///   - scheme: the names that labels are read by; nil where labels of the line do not matter.
    /// - Throws: `LineError` with the place of what is wrong.
    public init(_ line: TextLine, scheme: LabelScheme?) throws(LineError) {
        if let problem = line.problem { throw problem }
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(strictly: line.bytes) } catch {
            throw line.error(at: error.byte ?? 0, "is not JSON: \(error.problem)")
        }
        do throws(InputError) {
            guard let members = value.objectValue else { throw InputError("is not a JSON object") }
            let id = try Self.id(members["id"], number: line.number)
            self.init(number: line.number, id: id, entries: try LabelEntries(id: id, scheme: scheme).entries(members))
        } catch { throw line.error(at: 0, error.description) }
    }

    private init(number: Int, id: String, entries: [Entry]) {
        self.number = number
        self.id = id
        self.entries = entries
    }

    /// The name of a line: its `id`, a text or a whole number, else its number.
    ///
    /// - Throws: `InputError` for an id of another kind.
    public static func id(_ value: JSONValue?, number: Int) throws(InputError) -> String {
        guard let value, value != .null else { return "\(number)" }
        if let text = value.stringValue, !text.isEmpty { return text }
        if let whole = value.integerValue { return "\(whole)" }
        throw InputError("id must be a text that isn't empty, or a whole number")
    }
}

/// Makes the entries of one line.
struct LabelEntries {
    let id: String
    let scheme: LabelScheme?

    func entries(_ members: [String: JSONValue]) throws(InputError) -> [LabelLine.Entry] {
        if let candidates = members["candidates"] { return try prompt(members, candidates) }
        if let messages = members["messages"] { return try conversation(messages, lastIsAnswered: false) }
        if let turns = members["conversations"] { return try conversation(try shared(turns), lastIsAnswered: false) }
        if members["content"] != nil { return [try message(members)] }
        if let prompt = members["prompt"] { return try self.prompt(prompt, of: members) }
        throw InputError(
            "has neither prompt and candidates, nor messages, nor content: one of them is needed (docs/labels.md)")
    }

    private func prompt(
        _ members: [String: JSONValue], _ candidates: JSONValue
    ) throws(InputError) -> [LabelLine.Entry] {
        guard let list = candidates.arrayValue, !list.isEmpty else {
            throw InputError("candidates must be a list of answers")
        }
        guard let prompt = members["prompt"] else { throw InputError("prompt is needed beside candidates") }
        let history = try self.prompt(prompt, of: members)
        let messages = try self.messages(prompt)
        var answers: [LabelLine.Entry] = []
        for (index, item) in list.enumerated() {
            guard let content = item["content"]?.stringValue, !content.isEmpty else {
                throw InputError("candidates[\(index)].content must be a text that isn't empty")
            }
            let text = UnlabelledText(id: id, kind: .answer, index: index, content: content, before: messages)
            answers.append(
                LabelLine.Entry(text: text, given: try given(item.objectValue ?? [:], "candidates[\(index)]", .answer)))
        }
        return history.map { $0.shifted(by: $0.text.kind == .answer ? list.count : 0) } + answers
    }

    /// The messages of a prompt; what stands beside the prompt is about its last message.
    private func prompt(
        _ value: JSONValue, of members: [String: JSONValue]
    ) throws(InputError) -> [LabelLine.Entry] {
        var entries = try conversation(value, lastIsAnswered: true)
        if let last = entries.indices.last(where: { entries[$0].text.kind != .answer }),
            let given = try given(members, "the line", entries[last].text.kind)
        {
            entries[last] = LabelLine.Entry(text: entries[last].text, given: given)
        }
        return entries
    }

    private func conversation(_ value: JSONValue, lastIsAnswered: Bool) throws(InputError) -> [LabelLine.Entry] {
        let messages = try messages(value)
        if lastIsAnswered, messages.last?.role != .user { throw InputError("the prompt must end in a user message") }
        let items = value.arrayValue
        var (entries, counts): ([LabelLine.Entry], [UnlabelledText.Kind: Int]) = ([], [:])
        for (index, message) in messages.enumerated() where message.role != .system {
            let kind: UnlabelledText.Kind =
                message.role == .assistant ? .answer : counts[.opening] == nil ? .opening : .message
            let text = UnlabelledText(
                id: id, kind: kind, index: counts[kind, default: 0], content: message.content, at: index, of: messages)
            counts[kind, default: 0] += 1
            let members = items?[index].objectValue ?? [:]
            entries.append(LabelLine.Entry(text: text, given: try given(members, "messages[\(index)]", kind)))
        }
        return entries
    }

    /// ShareGPT's form as messages: `from` is the role, `value` the text; labels stand beside them.
    private func shared(_ value: JSONValue) throws(InputError) -> JSONValue {
        guard let list = value.arrayValue else { throw InputError("conversations must be a list of messages") }
        let roles = ["human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant", "system": "system"]
        var messages: [JSONValue] = []
        for (index, item) in list.enumerated() {
            guard var members = item.objectValue, let role = members["from"]?.stringValue.flatMap({ roles[$0] }) else {
                throw InputError("conversations[\(index)].from must be system, human or gpt")
            }
            members["role"] = .string(role)
            members["content"] = members["value"]
            messages.append(.object(members))
        }
        return .array(messages)
    }

    private func message(_ members: [String: JSONValue]) throws(InputError) -> LabelLine.Entry {
        guard let content = members["content"]?.stringValue, !content.isEmpty else {
            throw InputError("content must be a text that isn't empty")
        }
        var before: [Message] = []
        if let after = members["after"], after != .null {
            guard let text = after.stringValue else { throw InputError("after must be the text that was answered") }
            before = [Message(role: .assistant, content: text)]
        }
        let text = UnlabelledText(id: id, kind: .message, index: 0, content: content, before: before)
        return LabelLine.Entry(text: text, given: try given(members, "the line", .message))
    }

    private func messages(_ value: JSONValue) throws(InputError) -> [Message] {
        if let text = value.stringValue {
            guard !text.isEmpty else { throw InputError("prompt is empty") }
            return [Message(role: .user, content: text)]
        }
        guard let list = value.arrayValue, !list.isEmpty else {
            throw InputError("a conversation must be a text or a list of messages")
        }
        var messages: [Message] = []
        for (index, item) in list.enumerated() {
            guard let role = item["role"]?.stringValue.flatMap(Self.role) else {
                throw InputError("messages[\(index)].role must be system, user or assistant")
            }
            guard let content = item["content"].flatMap(Self.content), !content.isEmpty else {
                throw InputError("messages[\(index)].content must be a text that isn't empty, or parts of text")
            }
            messages.append(Message(role: role, content: content))
        }
        guard messages.first(where: { $0.role != .system })?.role == .user else {
            throw InputError("a conversation must begin with a user message")
        }
        return messages
    }

    /// OpenAI's API calls a system message of its newer models `developer`.
    private static func role(_ name: String) -> Message.Role? {
        name == "developer" ? .system : Message.Role(rawValue: name)
    }

    /// A text, or parts that are all texts, as chat APIs have them: `[{"type": "text", "text": "…"}]`.
    private static func content(_ value: JSONValue) -> String? {
        guard let parts = value.arrayValue else { return value.stringValue }
        let texts = parts.compactMap { part in
            part["type"].map { $0 == .string("text") } == false ? nil : part["text"]?.stringValue
        }
        return texts.count == parts.count ? texts.joined(separator: "\n") : nil
    }

    /// What the members say of a text of this kind; nil where they say nothing.
    private func given(
        _ members: [String: JSONValue], _ place: String, _ kind: UnlabelledText.Kind
    ) throws(InputError) -> TextLabel? {
        guard let scheme else { return nil }
        let keys = kind == .answer ? ["response", "features"] : ["cue", "reaction", "in_scope"]
        let own = members.filter { keys.contains($0.key) && $0.value != .null }
        guard !own.isEmpty else { return nil }
        do throws(InputError) { return try LabelMembers(scheme).label(own) } catch {
            throw InputError("\(place): \(error)")
        }
    }
}

extension LabelLine.Entry {
    fileprivate func shifted(by count: Int) -> Self {
        guard count > 0 else { return self }
        return Self(text: text.numbered(text.index + count), given: given)
    }
}
