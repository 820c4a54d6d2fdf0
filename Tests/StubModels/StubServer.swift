internal import Foundation
internal import Glibc
internal import Synchronization

/// A small HTTP/1.1 server on loopback that answers as a test says: well, late, in part or not at all.
///
/// Every connection has a thread. The port is the system's choice.
public final class StubServer: Sendable {
    /// What was asked.
    public struct Request: Sendable {
        public let method: String
        public let path: String
        /// By name in lower case.
        public let headers: [String: String]
        public let body: String
        /// Which request of the server it is, from 0.
        public let number: Int
    }

    /// What is done.
    public enum Reply: Sendable {
        case send(status: Int = 200, type: String = "application/json", headers: [String] = [], body: String)
        /// These bytes as they are; the connection is closed after them.
        case raw(String)
        /// So many bytes of nothing, in chunks, until the other side has enough.
        case flood(bytes: Int)
        /// A part of an answer every so often.
        case drip(seconds: Double)
        case close
        /// Another reply, after a while.
        indirect case late(seconds: Double, Reply)
    }

    private struct State {
        var requests: [Request] = []
        var connections: [Int32] = []
        var accepted = 0
        var underWay = 0
        var mostUnderWay = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let listener: Int32
    public let port: Int
    private let respond: @Sendable (Request) -> Reply

    /// Starts to listen.
    public init(_ respond: @escaping @Sendable (Request) -> Reply) throws {
        self.respond = respond
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in accept() }.start()
    }

    public var url: String { "http://127.0.0.1:\(port)" }
    /// Requests so far, in the order in which they were read.
    public var requests: [Request] { state.withLock { $0.requests } }
    /// Connections so far.
    public var connections: Int { state.withLock { $0.accepted } }
    /// The largest number of requests that were under way at once.
    public var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }

    /// Ends all connections and listens no more.
    public func stop() {
        let open = state.withLock { state -> [Int32] in
            state.isStopped = true
            return state.connections
        }
        for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            let isStopped = state.withLock { state in
                if connection >= 0 {
                    state.connections.append(connection)
                    state.accepted += 1
                }
                return state.isStopped
            }
            guard connection >= 0, !isStopped else {
                close(listener)
                return
            }
            Thread { [self] in serve(connection) }.start()
        }
    }

    private func serve(_ connection: Int32) {
        var pending: [UInt8] = []
        while let request = read(connection, &pending) {
            let reply = respond(request)
            let goesOn = answer(reply, connection)
            state.withLock { $0.underWay -= 1 }
            guard goesOn else { break }
        }
        state.withLock { state in state.connections.removeAll { $0 == connection } }
        close(connection)
    }

    private func read(_ connection: Int32, _ pending: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = Self.position(of: end, in: pending)
        while headEnd == nil {
            guard receive(connection, &pending) else { return nil }
            headEnd = Self.position(of: end, in: pending)
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: pending[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let length = headEnd + end.count + (headers["content-length"].flatMap { Int($0) } ?? 0)
        while pending.count < length { guard receive(connection, &pending) else { return nil } }
        let words = lines[0].components(separatedBy: " ")
        let body = String(decoding: pending[(headEnd + end.count)..<length], as: UTF8.self)
        pending.removeFirst(length)
        return state.withLock { state in
            let request = Request(
                method: words[0], path: words.count > 1 ? words[1] : "", headers: headers, body: body,
                number: state.requests.count)
            state.requests.append(request)
            state.underWay += 1
            state.mostUnderWay = max(state.mostUnderWay, state.underWay)
            return request
        }
    }

    private static func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= part.count else { return nil }
        return (0...(bytes.count - part.count)).first { bytes[$0..<($0 + part.count)].elementsEqual(part) }
    }

    private func receive(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }

    /// Does what a reply says; tells whether the connection goes on.
    private func answer(_ reply: Reply, _ connection: Int32) -> Bool {
        switch reply {
        case .send(let status, let type, let headers, let body):
            var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n"
            if !type.isEmpty { head += "Content-Type: \(type)\r\n" }
            for header in headers { head += "\(header)\r\n" }
            return send(head + "\r\n" + body, connection)
        case .raw(let text):
            _ = send(text, connection)
            return false
        case .flood(let bytes):
            guard send(Self.chunkedHead, connection) else { return false }
            let part = String(repeating: "x", count: 1 << 16)
            var sent = 0
            while sent < bytes, send("10000\r\n\(part)\r\n", connection) { sent += part.utf8.count }
            return false
        case .drip(let seconds):
            guard send(Self.chunkedHead, connection) else { return false }
            while send("1\r\n \r\n", connection) { Thread.sleep(forTimeInterval: seconds) }
            return false
        case .close: return false
        case .late(let seconds, let reply):
            Thread.sleep(forTimeInterval: seconds)
            return answer(reply, connection)
        }
    }

    private static let chunkedHead =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func send(_ text: String, _ connection: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { part in
                Glibc.send(connection, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
