internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Output
internal import Synchronization

/// Serves an explorer on this machine's loopback address, and on no other.
package struct ExplorerServer: Sendable {
    private let port: UInt16
    private let makeRoutes: @Sendable (ExplorerGate) -> ExplorerRoutes

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - routes: the answers behind a gate, which knows the port.
    package init(port: UInt16 = 0, routes: @escaping @Sendable (ExplorerGate) -> ExplorerRoutes) {
        (self.port, makeRoutes) = (port, routes)
    }

    /// How long the server may take to begin.
    private static let patience = Duration.seconds(10)
    /// Answers may take as long as they need: they are bounded themselves.
    private static let timeout: TimeInterval = 24 * 3600

    /// Serves until it is asked to stop; searches that run then end.
    ///
    /// - Parameters:
    ///   - stop: asked about twenty times a second.
    ///   - ready: told the address with its token, once the server listens.
    /// - Throws: `FileError` if the port cannot be had.
    package func run(until stop: @escaping @Sendable () -> Bool, ready: @escaping @Sendable (String) -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let failure = Held<(any Error)?>(nil)
        Task.detached {
            do { try await serve(until: stop, ready: ready) } catch { failure.value = error }
            done.signal()
        }
        done.wait()
        if let error = failure.value { throw error }
    }

    private func serve(until stop: @escaping @Sendable () -> Bool, ready: @Sendable (String) -> Void) async throws {
        let routes = Held<ExplorerRoutes?>(nil)
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: port), timeout: Self.timeout, logger: .disabled,
            handler: ExplorerHandler { routes.value })
        let failure = Held<String?>(nil)
        let running = Task {
            do { try await server.run() } catch { failure.value = error.localizedDescription }
        }
        let deadline = ContinuousClock.now + Self.patience
        var bound: UInt16?
        while bound == nil, failure.value == nil, ContinuousClock.now < deadline {
            if case .ip4(_, let port)? = await server.listeningAddress { bound = port }
            if bound == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
        guard let bound else {
            running.cancel()
            let reason = failure.value ?? "it does not listen"
            throw FileError(
                "port \(port) of 127.0.0.1 cannot be had: \(reason); give --port another, or leave it out for a free one"
            )
        }
        let made = makeRoutes(ExplorerGate(token: ExplorerGate.newToken(), port: bound))
        routes.value = made
        ready(made.gate.address)
        while !stop() { try await Task.sleep(for: .milliseconds(50)) }
        await server.stop()
        running.cancel()
    }
}

/// A value that several tasks look at.
private final class Held<Value: Sendable>: Sendable {
    private let held: Mutex<Value>

    init(_ value: Value) { held = Mutex(value) }

    var value: Value {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

/// Turns the library's requests into ours, and our answers into the library's.
private struct ExplorerHandler: HTTPHandler {
    let routes: @Sendable () -> ExplorerRoutes?

    init(_ routes: @escaping @Sendable () -> ExplorerRoutes?) { self.routes = routes }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let routes = routes() else { return HTTPResponse(statusCode: .serviceUnavailable) }
        var asked = ExplorerRequest(request.method.rawValue, request.path)
        for item in request.query where asked.query[item.name] == nil { asked.query[item.name] = item.value }
        for (header, value) in request.headers { asked.headers[header.rawValue.lowercased()] = value }
        let refusal = routes.gate.refusal(asked)
        // Every body is read to its end, and what is too much of it forgotten: the library takes what is left of one for the next
        // request, and looks for its first line in all of it.
        for try await chunk in request.bodySequence where refusal == nil && asked.body.count <= ExplorerRequest.largest
        {
            asked.body.append(contentsOf: chunk)
        }
        if let refusal { return Self.response(refusal, closes: true) }
        let complete = asked
        let answer = await OwnThread.value("answer") { routes.respond(to: complete) }
        return Self.response(answer, closes: false)
    }

    private static func response(_ answer: ExplorerResponse, closes: Bool) -> HTTPResponse {
        var headers = HTTPHeaders()
        for (name, value) in answer.headers + ExplorerHeaders.all { headers[HTTPHeader(name)] = value }
        if closes { headers[.connection] = "close" }
        let status = HTTPStatusCode(answer.status, phrase: phrases[answer.status] ?? "")
        return switch answer.body {
        case .bytes(let bytes): HTTPResponse(statusCode: status, headers: headers, body: Data(bytes))
        case .lines(let lines):
            HTTPResponse(statusCode: status, headers: headers, body: HTTPBodySequence(from: LineBytes(lines: lines)))
        }
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        413: "Content Too Large", 415: "Unsupported Media Type", 500: "Internal Server Error",
        503: "Service Unavailable",
    ]
}

/// The lines of a search as bytes, as the library sends them.
private struct LineBytes: AsyncBufferedSequence {
    typealias Element = UInt8

    let lines: SearchLines

    func makeAsyncIterator() -> Iterator { Iterator(lines: lines) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        typealias Element = UInt8

        let lines: SearchLines
        var isOver = false

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard !isOver else { return nil }
            let (line, isLast) = await lines.next()
            isOver = isLast
            return line
        }
    }
}
