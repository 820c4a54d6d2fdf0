import Foundation
import Output
import Pages
import Synchronization
import Testing

@Suite("The explorer answers its own page and nobody else")
struct ExplorerGateTests {
    private static let token = "00112233445566778899aabbccddeeff"
    private let routes = ExplorerRoutes(
        ExplorerAnswers(
            title: "A <script>alert(1)</script> {{name}} \u{202E}\u{1B}[31m", name: "a\"b", file: "x.yaml",
            answers: ["/api/echo": { LoopbackResponse(json: $0) }]),
        gate: ExplorerGate(token: token, port: 8710))

    private func respond(
        _ method: String, _ path: String, query: [String: String] = [:], _ headers: [String: String] = [:],
        body: String = ""
    ) -> LoopbackResponse {
        var all = ["host": "127.0.0.1:8710", "x-nacre-token": Self.token, "content-type": "application/json"]
        for (name, value) in headers { all[name] = value.isEmpty ? nil : value }
        return routes.respond(
            to: LoopbackRequest(method, path, query: query, headers: all, body: Array(body.utf8)))
    }

    @Test(
        "Other names of this machine, other ports and no name at all are refused",
        arguments: [
            "", "127.0.0.1", "127.0.0.1:8711", "evil.example:8710", "localhost", "[::1]:8710", "127.0.0.1:8710.evil",
        ])
    func hosts(host: String) {
        #expect(respond("GET", "/", ["host": host]).status == 403)
        #expect(respond("GET", "/", ["host": "localhost:8710"]).status == 200)
    }

    @Test(
        "Pages of other origins are refused, with the token too",
        arguments: [
            "http://evil.example", "null", "https://127.0.0.1:8710", "http://127.0.0.1:8711", "http://localhost:8710",
        ])
    func origins(origin: String) {
        #expect(respond("POST", "/api/echo", ["origin": origin], body: "{}").status == 403)
        #expect(respond("POST", "/api/echo", ["origin": "http://127.0.0.1:8710"], body: "{}").status == 200)
    }

    @Test("Without the token nothing is answered; it comes in the first address, a cookie or a header")
    func tokens() {
        for path in ["/", "/explorer.js", "/page.css", "/api/echo", "/nothing"] {
            for method in ["GET", "POST", "OPTIONS"] {
                #expect(respond(method, path, ["x-nacre-token": ""], body: "{}").status == 403)
                #expect(
                    respond(method, path, ["x-nacre-token": "x" + Self.token.dropFirst()], body: "{}").status == 403)
            }
        }
        let none = ["x-nacre-token": ""]
        #expect(respond("GET", "/", query: ["token": Self.token], none).status == 200)
        // Nothing but the page is opened by an address.
        #expect(respond("POST", "/api/echo", query: ["token": Self.token], none, body: "{}").status == 403)
        let cookie = none.merging(["cookie": "other=1; nacre-explorer-8710=\(Self.token)"]) { $1 }
        #expect(respond("POST", "/api/echo", cookie, body: "{}").status == 200)
        // That of an explorer on another port is none.
        let other = none.merging(["cookie": "nacre-explorer-8711=\(Self.token)"]) { $1 }
        #expect(respond("POST", "/api/echo", other, body: "{}").status == 403)
        let set = respond("GET", "/", query: ["token": Self.token], none).headers.first { $0.name == "Set-Cookie" }
        #expect(set?.value == "nacre-explorer-8710=\(Self.token); Path=/; SameSite=Strict; HttpOnly")
    }

    @Test("Tokens have 128 bits, and are new every time")
    func newTokens() {
        let tokens = Set((0..<100).map { _ in ExplorerGate.newToken() })
        #expect(tokens.count == 100 && tokens.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test("What is wrong with a request is said in JSON, with a status of its own")
    func faults() throws {
        #expect(respond("GET", "/nothing").status == 404)
        #expect(respond("POST", "/api/nothing", body: "{}").status == 404)
        #expect(respond("GET", "/../etc/passwd").status == 404)
        #expect(respond("GET", "/api/echo").status == 405)
        #expect(respond("POST", "/", body: "{}").status == 405)
        #expect(respond("POST", "/api/echo", ["content-type": "text/plain"], body: "{}").status == 415)
        for body in ["", "{", "[]", "1", "{\"a\": 1, \"a\": 2}", "{\"a\": NaN}", "\u{FEFF}"] {
            let response = respond("POST", "/api/echo", body: body)
            #expect(response.status == 400)
            let document = try JSONValue(strictly: try #require(response.bytes))
            #expect(document["error"]?.stringValue?.isEmpty == false)
        }
        let large = String(repeating: " ", count: LoopbackRequest.largest) + "{}"
        #expect(respond("POST", "/api/echo", body: large).status == 413)
    }

    @Test("Texts from elsewhere are texts on the page")
    func hostile() throws {
        let page = String(decoding: try #require(respond("GET", "/").bytes), as: UTF8.self)
        #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"))
        #expect(page.contains("{{name}}") || page.contains("&#123;&#123;name"))
        #expect(!page.unicodeScalars.contains("\u{202E}") && !page.unicodeScalars.contains("\u{1B}"))
        #expect(!page.contains("a\"b"))
    }

    @Test("Pages, styles and scripts are all there, and load nothing from elsewhere")
    func assets() throws {
        let page = String(decoding: try #require(respond("GET", "/").bytes), as: UTF8.self)
        var seen: [String] = []
        for match in page.matches(of: /(?:src|href)="(\/[^"]+)"/) { seen.append(String(match.1)) }
        #expect(seen.contains("/explorer.js") && seen.contains("/page.css"))
        var index = 0
        while index < seen.count {
            let response = respond("GET", seen[index])
            #expect(response.status == 200, "\(seen[index])")
            let text = String(decoding: try #require(response.bytes), as: UTF8.self)
            for match in text.matches(of: /from "(\/[^"]+)"/) where !seen.contains(String(match.1)) {
                seen.append(String(match.1))
            }
            #expect(!text.contains("innerHTML") && !text.contains("eval("))
            index += 1
        }
        #expect(seen.count >= 9 && !page.contains("<style") && !page.contains(" style=") && !page.contains("onclick"))
        #expect(LoopbackHeaders.policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "))
    }
}

@Suite("Searches end when nobody reads them")
struct SearchLinesTests {
    @Test("Progress comes in lines, and the result in the last")
    func lines() async throws {
        // The search goes on until two lines were read after it told something: how soon that is depends on what else the machine does.
        let read = Mutex(0)
        let lines = SearchLines(
            { handle in
                handle.tell(["lower": .number(0.5)])
                let before = read.withLock(\.self)
                while read.withLock({ $0 < before + 2 }) { Thread.sleep(forTimeInterval: 0.005) }
                return .string("done")
            }, ended: {})
        var all: [String] = []
        while true {
            let (line, isLast) = await lines.next()
            all.append(String(decoding: line, as: UTF8.self))
            read.withLock { $0 += 1 }
            if isLast { break }
        }
        #expect(all.count >= 3 && all.allSatisfy { $0.hasSuffix("\n") && $0.filter { $0 == "\n" }.count == 1 })
        let told = try JSONValue(parsing: all[all.count - 2])
        #expect(told["progress"]?["lower"] == .number(0.5) && told["progress"]?["seconds"]?.doubleValue ?? 0 > 0)
        #expect(try JSONValue(parsing: all[all.count - 1])["result"] == .string("done"))
    }

    @Test("What a search throws is its last line")
    func failing() async throws {
        struct Fault: Error, CustomStringConvertible { let description = "no \u{1B}[1m" }
        let lines = SearchLines({ _ in throw Fault() }, ended: {})
        var (line, isLast) = await lines.next()
        // Lines that only say how long it takes come first where the thread is late.
        while !isLast { (line, isLast) = await lines.next() }
        #expect(String(decoding: line, as: UTF8.self) == "{\"error\":\"no \\\\u{1B}[1m\"}\n")
    }

    @Test("Whoever lets go of the lines ends the search")
    func dropped() async throws {
        final class Flag: Sendable {
            private let isSet = Mutex(false)
            var value: Bool {
                get { isSet.withLock { $0 } }
                set { isSet.withLock { $0 = newValue } }
            }
        }
        let ended = Flag()
        var lines: SearchLines? = SearchLines(
            { handle in
                while !handle.stop() { Thread.sleep(forTimeInterval: 0.005) }
                return .null
            }, ended: { ended.value = true })
        _ = await lines?.next()
        #expect(!ended.value)
        lines = nil
        while !ended.value { try await Task.sleep(for: .milliseconds(5)) }
    }
}
