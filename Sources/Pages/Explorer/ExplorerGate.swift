internal import Output

/// Who is let in: pages of this explorer, in a browser that was given its address.
///
/// - The Host header must name this machine and the port, so that no other name that leads here (DNS rebinding) is answered.
/// - An Origin header, if there is one, must be the explorer's own, so that no other page can ask.
/// - The token must come with every request: in the first address's query, then in a cookie that scripts cannot read and other sites do
///   not send, or in a header for programs.
package struct ExplorerGate: Sendable {
    package let token: String
    package let port: UInt16

    package init(token: String, port: UInt16) { (self.token, self.port) = (token, port) }

    /// The token's header, for programs that keep no cookies.
    package static let header = "x-nacre-token"

    /// Cookies are shared by all ports of a host: the name tells explorers apart.
    package var cookieName: String { "nacre-explorer-\(port)" }

    /// Where the explorer is, with the token.
    package var address: String { "http://127.0.0.1:\(port)/?token=\(token)" }

    /// The refusal; nil for a request that is let in.
    package func refusal(_ request: LoopbackRequest) -> LoopbackResponse? {
        if let refusal = LoopbackDoor.refusal(request, port: port) { return refusal }
        guard hasToken(request) else {
            return .refusal(403, "the token is missing or wrong; open the address that serve printed")
        }
        return nil
    }

    private func hasToken(_ request: LoopbackRequest) -> Bool {
        // Only the page itself is opened by an address with a token.
        let first = request.path == "/" ? request.query["token"] : nil
        return [first, request.headers[Self.header], request.cookie(cookieName)].contains { given in
            given.map { Self.isEqual($0, token) } ?? false
        }
    }

    /// Compares in a time that says nothing of where two texts differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// 128 bits of the system's generator, in hexadecimal.
    package static func newToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return [generator.next(), generator.next()].map { (word: UInt64) in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
