internal import Output

/// Reads messages of any form: `role` and `content`, or `from` and `value`.
enum MessageReader {
    /// A list of messages, or nil if it is something else.
    static func messages(_ value: JSONValue?) -> [AuditedMessage]? {
        guard let list = value?.arrayValue else { return nil }
        var messages: [AuditedMessage] = []
        for item in list {
            guard let members = item.objectValue else { return nil }
            messages.append(message(members))
        }
        return messages
    }

    /// A text as it stands, outside a message.
    static func plain(_ text: String) -> AuditedMessage {
        AuditedMessage(role: .none, text: text, hasOtherContent: false, whole: text)
    }

    static func message(_ members: [String: JSONValue]) -> AuditedMessage {
        var (text, other, extra) = ("", false, "")
        let content = members["content"] ?? members["value"]
        switch content {
        case .string(let said): text = said
        case .array(let parts):
            for part in parts {
                if let said = part.stringValue ?? part["text"]?.stringValue ?? part["content"]?.stringValue {
                    text += said
                } else if part.objectValue != nil {
                    other = true
                    extra += described(part)
                }
            }
        case .object(let part):
            other = !part.isEmpty
            extra = described(.object(part))
        default: break
        }
        for name in ["tool_calls", "function_call", "audio", "refusal"] {
            guard let value = members[name], value != .null, value != .array([]), value != .string("") else { continue }
            other = true
            extra += described(value)
        }
        let role = role(members)
        return AuditedMessage(
            role: role, text: text, hasOtherContent: other || isCall(members),
            whole: extra.isEmpty ? text : text + extra)
    }

    private static func described(_ value: JSONValue) -> String { "\u{3}" + ((try? value.text()) ?? "") }

    /// ShareGPT writes calls of tools as texts with a role of their own.
    private static func isCall(_ members: [String: JSONValue]) -> Bool {
        members["from"]?.stringValue == "function_call" && members["value"]?.stringValue?.isEmpty == false
    }

    private static func role(_ members: [String: JSONValue]) -> AuditedMessage.Role {
        guard let name = (members["role"] ?? members["from"])?.stringValue else { return .missing }
        return switch name {
        case "system", "developer": .system
        case "user", "human": .user
        case "assistant", "gpt", "function_call": .assistant
        case "tool", "function", "ipython", "observation": .tool
        default: .unknown(name)
        }
    }
}

extension AuditedMessage.Role: CustomStringConvertible {
    var description: String {
        switch self {
        case .system: "system"
        case .user: "user"
        case .assistant: "assistant"
        case .tool: "tool"
        case .unknown(let name): name
        case .missing, .none: ""
        }
    }
}
