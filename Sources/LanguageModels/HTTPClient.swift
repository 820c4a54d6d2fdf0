internal import CCurl
internal import Foundation
internal import Synchronization

/// What a host answered, whole.
struct HTTPReply: Sendable, Equatable {
    var status: Int
    /// In lower case, without parameters: `application/json`; empty where the host did not say.
    var contentType: String
    var retryAfter: String?
    var body: [UInt8]
}

/// What came of one try of one request.
enum HTTPOutcome: Sendable, Equatable {
    case reply(HTTPReply)
    /// The host pointed elsewhere, and nobody went there.
    case redirect(status: Int, target: String)
    /// More bytes than ``HTTPClient/largestReply``; the rest was not read.
    case tooLarge
    /// No connection, or one that ended before the answer did.
    case broken(String)
    /// A certificate that this machine has no reason to trust.
    case untrusted(String)
    case timedOut
    case cancelled

    /// Whether the host did what it was asked for.
    var isAnswer: Bool { if case .reply(let reply) = self { reply.status == 200 } else { false } }
}

/// Single requests over libcurl: no cookies, no credentials, no proxy, no redirect, and a limit to what is read.
///
/// One thread waits for all of them. Outcomes are reported from it, exactly one for each request.
final class HTTPClient: Sendable {
    /// Bytes of an answer, at most: 4 MiB.
    static let largestReply = 4 << 20

    private let loop: TransferLoop

    /// - Parameter connections: how many are open at once, at most.
    init(connections: Int) {
        let loop = TransferLoop(connections: connections)
        self.loop = loop
        let thread = Thread { loop.run() }
        thread.name = "HTTP"
        thread.start()
    }

    deinit { loop.end() }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - body: posted as JSON; nil to get.
    ///   - timeout: how long the whole may take.
    ///   - done: called once, from the thread that waits.
    /// - Returns: what ``cancel(_:as:)`` knows the request by.
    func start(
        _ url: URL, body: [UInt8]?, authorization: String?, timeout: Duration,
        _ done: @escaping @Sendable (HTTPOutcome) -> Void
    ) -> Int {
        loop.add(
            HTTPRequest(url: url.absoluteString, body: body, authorization: authorization, timeout: timeout, done: done)
        )
    }

    /// Ends a request with an outcome, if it has none yet.
    func cancel(_ ticket: Int, as outcome: HTTPOutcome) { loop.cancel(ticket, as: outcome) }
}

/// What is sent, and who wants to hear of it.
struct HTTPRequest: Sendable {
    let url: String
    let body: [UInt8]?
    let authorization: String?
    let timeout: Duration
    let done: @Sendable (HTTPOutcome) -> Void
}

/// The thread that waits for all transfers of a client, and what other threads ask of it.
///
/// Source: curl_multi_poll(3), curl_multi_wakeup(3), libcurl 7.68 and later.
private final class TransferLoop: Sendable {
    private struct Wishes {
        var fresh: [(ticket: Int, request: HTTPRequest)] = []
        var cancelled: [(ticket: Int, outcome: HTTPOutcome)] = []
        var isOver = false
        var next = 0
    }

    private let wishes = Mutex(Wishes())
    /// Touched by the loop's thread alone, but for curl_multi_wakeup, which any thread may call.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer?

    /// How long the loop waits for sockets before it looks around, in milliseconds; wishes wake it.
    private static let longestWait: Int32 = 1000
    /// curl_global_init is not safe beside itself.
    private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(connections: Int) {
        multi = Self.isInitialised ? curl_multi_init() : nil
        if let multi {
            _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
            _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        }
    }

    func add(_ request: HTTPRequest) -> Int {
        let ticket = wishes.withLock { wishes in
            wishes.next += 1
            wishes.fresh.append((wishes.next, request))
            return wishes.next
        }
        wake()
        return ticket
    }

    func cancel(_ ticket: Int, as outcome: HTTPOutcome) {
        wishes.withLock { $0.cancelled.append((ticket, outcome)) }
        wake()
    }

    /// Ends the thread; what is under way is cancelled.
    func end() {
        wishes.withLock { $0.isOver = true }
        wake()
    }

    private func wake() { if let multi { curl_multi_wakeup(multi) } }

    func run() {
        var underWay: [Int: HTTPTransfer] = [:]
        defer {
            for transfer in underWay.values { transfer.finish(.cancelled, in: multi) }
            if let multi { curl_multi_cleanup(multi) }
        }
        while true {
            let wanted = wishes.withLock { wishes in
                defer { (wishes.fresh, wishes.cancelled) = ([], []) }
                return wishes
            }
            for (ticket, request) in wanted.fresh {
                guard let multi, let transfer = HTTPTransfer(request, ticket: ticket, in: multi) else {
                    request.done(.broken("this machine has no room for another connection"))
                    continue
                }
                underWay[ticket] = transfer
            }
            for (ticket, outcome) in wanted.cancelled {
                underWay.removeValue(forKey: ticket)?.finish(outcome, in: multi)
            }
            if wanted.isOver { return }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            for (ticket, code) in ended() {
                guard let transfer = underWay.removeValue(forKey: ticket) else { continue }
                transfer.finish(transfer.outcome(code), in: multi)
            }
            curl_multi_poll(multi, nil, 0, Self.longestWait, nil)
        }
    }

    /// The transfers that have ended, and how.
    private func ended() -> [(ticket: Int, code: CURLcode)] {
        var list: [(Int, CURLcode)] = []
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left)?.pointee {
            guard message.msg == CURLMSG_DONE, let easy = message.easy_handle else { continue }
            list.append((HTTPTransfer.ticket(of: easy), message.data.result))
        }
        return list
    }
}
