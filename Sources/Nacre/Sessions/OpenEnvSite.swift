internal import Conversations
internal import GameModel
internal import Output
package import Pages

/// The sessions of a scenario in the words of OpenEnv: HTTP for who asks now and then, a socket for who plays.
///
/// A socket is a session of its own, which ends with it. Over HTTP a session is named by `episode_id`, or is the one that nobody names.
///
/// Source: the server of PyPI openenv-core 0.3.0 (addresses, messages and error codes).
package struct OpenEnvSite: LoopbackSite {
    let host: SessionHost
    let port: UInt16

    package init(_ host: SessionHost, port: UInt16) { (self.host, self.port) = (host, port) }

    package var address: String { "http://127.0.0.1:\(port)" }

    package func refusal(_ request: LoopbackRequest) -> LoopbackResponse? {
        LoopbackDoor.refusal(request, port: port)
    }

    package func socket(at path: String) -> (any SocketTalk)? { path == "/ws" ? OpenEnvTalk(host) : nil }

    package func respond(to request: LoopbackRequest) -> LoopbackResponse {
        if let refusal = refusal(request) { return refusal }
        guard request.body.count <= LoopbackRequest.largest else {
            return .refusal(413, "the request is larger than \(LoopbackRequest.largest) bytes")
        }
        let documents: [String: () -> JSONValue] = [
            "/health": { .object(["status": .string("healthy")]) }, "/metadata": { metadata },
            "/schema": { OpenEnvSchema.all(host.game) }, "/openapi.json": { OpenEnvSchema.addresses(host.game) },
        ]
        if request.path == "/state" {
            guard request.method == "GET" else { return wrongMethod("GET") }
            let name = request.query["episode_id"] ?? ""
            return LoopbackResponse(json: OpenEnvForm.state(host, Self.prefix + name, name: name))
        }
        if let document = documents[request.path] {
            guard request.method == "GET" else { return wrongMethod("GET") }
            return LoopbackResponse(json: document())
        }
        guard ["/reset", "/step", "/mcp"].contains(request.path) else {
            return .refusal(404, "there is nothing at this address")
        }
        guard request.method == "POST" else { return wrongMethod("POST") }
        guard request.isJSON else { return .notJSON }
        let body: JSONValue
        do { body = request.body.isEmpty ? .object([:]) : try JSONValue(strictly: request.body) } catch {
            return request.path == "/mcp"
                ? LoopbackResponse(json: OpenEnvForm.toolless(nil, code: -32700))
                : refused(SessionFault(.badRequest, "the request is no JSON document: \(error)"))
        }
        if request.path == "/mcp" { return LoopbackResponse(json: OpenEnvForm.toolless(body)) }
        return answer(request.path, body)
    }

    private func answer(_ path: String, _ body: JSONValue) -> LoopbackResponse {
        do {
            let call =
                path == "/reset" ? try OpenEnvForm.reset(body) : try OpenEnvForm.step(body["action"] ?? .null)
            let name = try Self.name(body["episode_id"])
            let reply = host.reply(to: call.named(Self.prefix + name))
            if let fault = OpenEnvForm.fault(reply) {
                guard fault.code == .unknownSession else { return refused(fault) }
                let which =
                    name.isEmpty ? "there is no session without a name" : "there is no session \(Escaped.line(name))"
                return refused(SessionFault(.unknownSession, "\(which); reset it first"))
            }
            return LoopbackResponse(json: OpenEnvForm.observation(reply))
        } catch {
            return refused(error)
        }
    }

    /// Keeps sessions of HTTP apart from those of sockets.
    private static let prefix = "http:"

    /// What a client calls its session; empty where it does not say.
    private static func name(_ value: JSONValue?) throws(SessionFault) -> String {
        guard let value, value != .null else { return "" }
        guard let name = value.stringValue ?? value.integerValue.map({ "\($0)" }) else {
            throw SessionFault(.badRequest, "episode_id must be a text or a whole number")
        }
        return name
    }

    private func refused(_ fault: SessionFault) -> LoopbackResponse {
        let status =
            switch fault.code {
            case .badRequest, .noLabel: 422
            case .needsReveal: 403
            case .unknownSession, .finished: 409
            case .cannot: 500
            }
        return .refusal(status, fault.description)
    }

    private func wrongMethod(_ method: String) -> LoopbackResponse {
        .refusal(405, "this address takes \(method)", headers: [("Allow", method)])
    }

    private var metadata: JSONValue {
        .object([
            "name": .string(host.scenario.name), "version": .string(Release.version),
            "description": .string(
                "Simulated users of the scenario \(Escaped.line(host.scenario.title)), who react to answers "
                    + "over \(host.game.horizon) turns at most. They act by the scenario's assumptions and are not people."
            ),
        ])
    }
}

/// A session over a socket.
final class OpenEnvTalk: SocketTalk {
    private let host: SessionHost
    private let session: String

    init(_ host: SessionHost) {
        self.host = host
        session = "socket:\(host.newNumber())"
    }

    func closed() { _ = host.reply(to: .object(["op": .string("close"), "session": .string(session)])) }

    func reply(to text: String) -> String? {
        let answer: JSONValue
        do {
            guard let found = try self.answer(try JSONValue(strictly: Array(text.utf8))) else { return nil }
            answer = found
        } catch let fault as SessionFault {
            answer = OpenEnvForm.error(
                fault.description, fault.code == .badRequest ? "VALIDATION_ERROR" : "EXECUTION_ERROR")
        } catch {
            answer = OpenEnvForm.error("the message is no JSON: \(error)", "INVALID_JSON")
        }
        return Escaped.json((try? answer.text()) ?? #"{"type":"error","data":{"code":"SESSION_ERROR"}}"#)
    }

    /// - Returns: nil where the client says that it goes.
    private func answer(_ message: JSONValue) throws -> JSONValue? {
        let data = message["data"] ?? .object([:])
        let call: OpenEnvForm.Call
        switch message["type"]?.stringValue {
        case "reset": call = try OpenEnvForm.reset(data)
        case "step": call = try OpenEnvForm.step(data)
        case "state":
            return .object(["type": .string("state"), "data": OpenEnvForm.state(host, session, name: session)])
        case "mcp": return .object(["type": .string("mcp"), "data": OpenEnvForm.toolless(data)])
        case "close": return nil
        default:
            return OpenEnvForm.error(
                "type must be reset, step, state, mcp or close",
                message["type"] == nil ? "VALIDATION_ERROR" : "UNKNOWN_TYPE")
        }
        let reply = host.reply(to: call.named(session))
        if let fault = OpenEnvForm.fault(reply) { throw fault }
        return .object(["type": .string("observation"), "data": OpenEnvForm.observation(reply)])
    }
}

extension SessionHost {
    /// Serves the sessions to OpenEnv clients of this machine until asked to stop.
    ///
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - ready: told the address once it is answered.
    /// - Throws: `FileError` for a port that cannot be had.
    package func serve(
        port: UInt16, until stop: @escaping @Sendable () -> Bool, ready: @escaping @Sendable (String) -> Void
    ) throws {
        try LoopbackServer(port: port) { OpenEnvSite(self, port: $0) }.run(until: stop, ready: ready)
    }
}
