internal import Documents
internal import GameModel

/// `opening`: the messages before the model's first response, per cue.
struct OpeningSection {
    let cues: NameTable

    private static let keys = ["role", "content"]

    /// - Returns: one list of messages per cue, or nil after reporting.
    func read(_ root: Fields) -> [[Message]]? {
        guard let reader = root.required("opening") else { return nil }
        if cues.isImplicit {
            guard reader.isSequence else {
                reader.error("\(reader.found); it must be a list of messages, since the scenario has no cues")
                return nil
            }
            return messages(reader).map { [$0] }
        }
        if reader.isSequence {
            reader.error("is a list; it must have one list of messages per cue, since the scenario has cues")
            return nil
        }
        return TextsSection(cues: cues).perCue(reader, of: "lists of messages", read: messages)
    }

    private func messages(_ reader: NodeReader) -> [Message]? {
        guard let entries = reader.list(of: "messages") else { return nil }
        guard let first = entries.first, let last = entries.last else {
            reader.error("is empty; it must have at least one message")
            return nil
        }
        let messages = entries.map { message($0) }
        if let message = messages.first, message?.role == .assistant {
            first.error("is the assistant's; the first message must be the system's or the user's")
        }
        if let message = messages.last, let role = message?.role, role != .user {
            last.error("is the \(role.rawValue)'s; the last message must be the user's, since the model answers it")
        }
        let read = messages.compactMap(\.self)
        return read.count == entries.count ? read : nil
    }

    private func message(_ reader: NodeReader) -> Message? {
        guard let fields = reader.mapping(of: "'role' and 'content'") else { return nil }
        fields.rejectUnknown(except: Self.keys)
        let role = fields.required("role").flatMap { choice($0) }
        let content = fields.required("content")?.text()
        guard let role, let content else { return nil }
        return Message(role: role, content: content)
    }

    private func choice(_ reader: NodeReader) -> Message.Role? {
        let names = Message.Role.allCases.map(\.rawValue)
        return reader.choice(of: names).flatMap(Message.Role.init(rawValue:))
    }
}
