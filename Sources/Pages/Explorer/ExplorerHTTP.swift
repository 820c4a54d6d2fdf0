package import Output

/// A request to the explorer, without a word of any server library: what routes are tested with.
package struct ExplorerRequest: Sendable {
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

/// An answer of the explorer.
package struct ExplorerResponse: Sendable {
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
        -> ExplorerResponse
    {
        ExplorerResponse(json: .object(["error": .string(Escaped.line(reason))]), status: status, headers: headers)
    }

    /// The whole body; nil for lines.
    package var bytes: [UInt8]? { if case .bytes(let bytes) = body { bytes } else { nil } }
}

/// Headers that every answer has: nothing from elsewhere is loaded, run, framed or remembered.
package enum ExplorerHeaders {
    package static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    package static let all: [(name: String, value: String)] = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
