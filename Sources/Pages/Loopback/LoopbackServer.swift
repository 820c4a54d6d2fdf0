internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Output
internal import Synchronization

/// Serves a site on this machine's loopback address, and on no other.
package struct LoopbackServer: Sendable {
    private let port: UInt16
    private let makeSite: @Sendable (UInt16) -> any LoopbackSite

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - site: what stands there; is given the port.
    package init(port: UInt16 = 0, site: @escaping @Sendable (UInt16) -> any LoopbackSite) {
        (self.port, makeSite) = (port, site)
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
        let site = Held<(any LoopbackSite)?>(nil)
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: port), timeout: Self.timeout, logger: .disabled,
            handler: LoopbackHandler { site.value })
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
        ListeningSocket.answersAtOnce(port: bound)
        let made = makeSite(bound)
        site.value = made
        ready(made.address)
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
private struct LoopbackHandler: HTTPHandler {
    let site: @Sendable () -> (any LoopbackSite)?

    init(_ site: @escaping @Sendable () -> (any LoopbackSite)?) { self.site = site }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let site = site() else { return HTTPResponse(statusCode: .serviceUnavailable) }
        var asked = LoopbackRequest(request.method.rawValue, request.path)
        for item in request.query where asked.query[item.name] == nil { asked.query[item.name] = item.value }
        for (header, value) in request.headers { asked.headers[header.rawValue.lowercased()] = value }
        let refusal = site.refusal(asked)
        // Every body is read to its end, and what is too much of it forgotten: the library takes what is left of one for the next
        // request, and looks for its first line in all of it.
        for try await chunk in request.bodySequence where refusal == nil && asked.body.count <= LoopbackRequest.largest
        {
            asked.body.append(contentsOf: chunk)
        }
        if let refusal { return Self.response(refusal, closes: true) }
        if let talk = site.socket(at: asked.path), asked.headers["upgrade"] != nil {
            let messages = MessageFrameWSHandler(handler: SocketMessages(talk: talk))
            return try await WebSocketHTTPHandler(
                handler: LimitedFrames(handler: messages, largest: LoopbackRequest.largest)
            ).handleRequest(request)
        }
        let complete = asked
        let answer = await OwnThread.value("answer") { site.respond(to: complete) }
        return Self.response(answer, closes: false)
    }

    private static func response(_ answer: LoopbackResponse, closes: Bool) -> HTTPResponse {
        var headers = HTTPHeaders()
        for (name, value) in answer.headers + LoopbackHeaders.all { headers[HTTPHeader(name)] = value }
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
        409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 500: "Internal Server Error",
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

/// A talk as the library has it: a queue of its own, so that a long answer keeps no other talk waiting.
private struct SocketMessages: WSMessageHandler {
    let talk: any SocketTalk

    func makeMessages(for client: AsyncStream<WSMessage>) async throws -> AsyncStream<WSMessage> {
        let queue = DispatchQueue(label: "socket")
        return AsyncStream { continuation in
            let task = Task {
                for await message in client {
                    guard let text = Self.text(message) else { break }
                    let reply = await withCheckedContinuation { waiting in
                        queue.async { waiting.resume(returning: talk.reply(to: text)) }
                    }
                    guard let reply else {
                        continuation.yield(.close(.normalClosure))
                        break
                    }
                    continuation.yield(.text(reply))
                }
                queue.sync { talk.closed() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private static func text(_ message: WSMessage) -> String? {
        switch message {
        case .text(let text): text
        case .data(let data): String(decoding: data, as: UTF8.self)
        case .close: nil
        }
    }
}
