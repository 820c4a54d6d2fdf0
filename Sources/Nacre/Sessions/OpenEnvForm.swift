internal import Conversations
internal import Output

/// Requests and replies of sessions in the forms of OpenEnv.
enum OpenEnvForm {
    /// A request that does not yet say which session it is about.
    struct Call {
        var members: [String: JSONValue]

        func named(_ session: String) -> JSONValue {
            .object(members.merging(["session": .string(session)]) { _, new in new })
        }
    }

    /// `{"seed", "episode", "user"}`, with `episode_id` for whoever names sessions.
    static func reset(_ data: JSONValue) throws(SessionFault) -> Call {
        guard let members = data.objectValue else { throw SessionFault(.badRequest, "a reset is a JSON object") }
        var call = members.filter { ["seed", "episode", "user"].contains($0.key) }
        call["op"] = .string("reset")
        return Call(members: call)
    }

    /// `{"message": "…"}`: words, or one of response, features, strategy and text as a JSON object in them; or that object itself.
    ///
    /// Words that are a JSON object and no action are refused: they are a mistake of a program, which would be played as if a model had
    /// said so.
    static func step(_ action: JSONValue) throws(SessionFault) -> Call {
        guard var members = action.objectValue else {
            throw SessionFault(.badRequest, "action must be an object with the member message")
        }
        members["metadata"] = nil
        guard let message = members["message"] else {
            guard members.keys.contains(where: { SessionAction.members.contains($0) }) else {
                throw SessionFault(.badRequest, "action needs the member message")
            }
            members["op"] = .string("step")
            return Call(members: members)
        }
        if let other = members.keys.filter({ $0 != "message" }).min() {
            throw SessionFault(.badRequest, "action has no member \(other)")
        }
        // Clients that try to read a model's answer as JSON give a number or a list as such: those are its words too.
        let text = message.stringValue ?? (try? message.text()) ?? ""
        var call: [String: JSONValue] = ["text": .string(text)]
        if let inner = (try? JSONValue(strictly: Array(text.utf8)))?.objectValue {
            guard inner.count == 1, let name = inner.keys.first, SessionAction.members.contains(name) else {
                throw SessionFault(
                    .badRequest,
                    "message is a JSON object and no action: it takes exactly one of "
                        + SessionAction.members.sorted().joined(separator: ", "))
            }
            call = inner
        }
        call["op"] = .string("step")
        return Call(members: call)
    }

    /// What went wrong, if something did.
    static func fault(_ reply: JSONValue) -> SessionFault? {
        guard let error = reply["error"] else { return nil }
        let code = error["code"]?.stringValue.flatMap { SessionFault.Code(rawValue: $0) } ?? .cannot
        return SessionFault(code, error["message"]?.stringValue ?? "")
    }

    /// `{"observation", "reward", "done"}`.
    static func observation(_ reply: JSONValue) -> JSONValue {
        var members = reply.objectValue ?? [:]
        let (reward, done) = (members.removeValue(forKey: "reward"), members.removeValue(forKey: "done"))
        // Harnesses show an observation to the model that they train or judge: it holds nothing of how its answer was read.
        for name in ["session", "label", "seed", "episode"] { members[name] = nil }
        return .object(["observation": .object(members), "reward": reward ?? .null, "done": done ?? .bool(false)])
    }

    /// `{"episode_id", "step_count", …}`; of a session that is not open only that nothing was played.
    ///
    /// - Parameter name: what the client calls the session.
    static func state(_ host: SessionHost, _ session: String, name: String) -> JSONValue {
        let reply = host.reply(to: .object(["op": .string("state"), "session": .string(session)]))
        var members = reply["error"] == nil ? reply.objectValue ?? [:] : [:]
        let isOver = members["done"] == .bool(true)
        let turn = members["turn"]?.integerValue ?? 1
        members["session"] = nil
        members["step_count"] = .integer(isOver ? turn : turn - 1)
        members["episode_id"] = .string(name)
        return .object(members)
    }

    static func error(_ message: String, _ code: String) -> JSONValue {
        .object([
            "type": .string("error"), "data": .object(["message": .string(message), "code": .string(code)]),
        ])
    }

    /// What an environment without tools says to whoever looks for some (JSON-RPC 2.0).
    static func toolless(_ call: JSONValue?, code: Int? = nil) -> JSONValue {
        let id = call?["id"].flatMap { $0.stringValue != nil || $0.integerValue != nil ? $0 : nil } ?? .null
        let isCall = call?["jsonrpc"] == .string("2.0") && call?["method"]?.stringValue != nil
        let (number, message) =
            isCall
            ? (-32601, "this environment has no tools; answers are given by step")
            : (-32600, "this is no JSON-RPC 2.0 request")
        return .object([
            "jsonrpc": .string("2.0"), "id": id,
            "error": .object(["code": .integer(code ?? number), "message": .string(message)]),
        ])
    }
}
