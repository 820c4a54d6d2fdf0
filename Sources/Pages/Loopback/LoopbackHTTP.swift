package import Output

/// A request to a server of this program, without a word of any server library: what routes are tested with.
package struct LoopbackRequest: Sendable {
    package var method: String
    /// Without the query.
    package var path: String
    package var query: [String: String]
    /// By names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(
        _ method: String, _ path: String, query: [String: String] = [:], headers: [String: String] = [:],
        body: [UInt8] = []
    ) {
        (self.method, self.path, self.query, self.headers, self.body) = (method, path, query, headers, body)
    }

    /// Whether the body is said to be a JSON document: names of media types have no case.
    package var isJSON: Bool {
        let type = (headers["content-type"] ?? "").prefix { $0 != ";" }
        return type.lowercased().split(separator: " ").first == "application/json"
    }

    /// A request may not be larger, in bytes: a list of changes of every number of a large scenario fits.
    package static let largest = 1 << 20

    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for pair in (headers["cookie"] ?? "").split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { continue }
            return String(parts[1])
        }
        return nil
    }
}

/// An answer of a server of this program.
package struct LoopbackResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Lines that come as they are found; whoever reads no longer ends the work.
        case lines(SearchLines)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(_ status: Int, _ type: String, _ bytes: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", type)] + headers
        body = .bytes(bytes)
    }

    package init(lines: SearchLines) {
        status = 200
        headers = [("Content-Type", "application/x-ndjson; charset=utf-8")]
        body = .lines(lines)
    }

    /// A JSON document; control characters and marks of direction are escaped in it.
    package init(json value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []) {
        let text = (try? value.text()).map { Escaped.json($0) } ?? Self.unwritable
        self.init(status, "application/json; charset=utf-8", Array(text.utf8), headers: headers)
    }

    /// What stands in place of numbers that JSON does not have.
    private static let unwritable = #"{"error":"the result holds numbers that JSON does not have"}"#

    /// A refusal, with the reason in words.
    package static func refusal(_ status: Int, _ reason: String, headers: [(name: String, value: String)] = [])
        -> LoopbackResponse
    {
        LoopbackResponse(json: .object(["error": .string(Escaped.line(reason))]), status: status, headers: headers)
    }

    /// The refusal of a request whose body is not called JSON: another page's form can send a text without being asked, a JSON document it
    /// cannot.
    package static let notJSON = refusal(
        415, "requests are JSON documents; the header Content-Type must be application/json")

    /// The whole body; nil for lines.
    package var bytes: [UInt8]? { if case .bytes(let bytes) = body { bytes } else { nil } }
}

/// Headers that every answer has: nothing from elsewhere is loaded, run, framed or remembered.
package enum LoopbackHeaders {
    package static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    package static let all: [(name: String, value: String)] = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}

/// Who may ask at all: programs of this machine that say its name, and no page of another origin.
///
/// The Host header must name this machine and the port, so that no other name that leads here (DNS rebinding) is answered; an Origin header,
/// if there is one, must be the server's own, so that no page of elsewhere can ask.
package enum LoopbackDoor {
    package static func refusal(_ request: LoopbackRequest, port: UInt16) -> LoopbackResponse? {
        let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
        guard let host = request.headers["host"], hosts.contains(host) else {
            return .refusal(403, "the Host header must be \(hosts.joined(separator: " or "))")
        }
        if let origin = request.headers["origin"], origin != "http://\(host)" {
            return .refusal(403, "requests of other origins are not answered")
        }
        return nil
    }
}

/// What a server answers with.
package protocol LoopbackSite: Sendable {
    /// Where it is, as people are told.
    var address: String { get }
    /// The refusal; nil for a request that is let in.
    func refusal(_ request: LoopbackRequest) -> LoopbackResponse?
    /// Answers a request that may still have to be refused; takes as long as what is asked.
    func respond(to request: LoopbackRequest) -> LoopbackResponse
    /// The talk over a socket at an address; nil where there is none.
    func socket(at path: String) -> (any SocketTalk)?
}

extension LoopbackSite {
    package func socket(at path: String) -> (any SocketTalk)? { nil }
}

/// What is said over one socket: an answer a message, in their order.
package protocol SocketTalk: Sendable {
    /// - Returns: nil where the other side has said that it goes.
    func reply(to text: String) -> String?
    /// Nobody will say anything any more.
    func closed()
}
