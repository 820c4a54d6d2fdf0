internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

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

/// Single requests over URLSession: no cookies, no credentials, no cache, no proxy, no redirect, and a limit to what is read.
///
/// Outcomes are reported from a thread of the session's own, exactly one for each request.
final class HTTPClient: Sendable {
    /// Bytes of an answer, at most: 4 MiB.
    static let largestReply = 4 << 20

    private let session: URLSession
    private let transfers: HTTPTransfers

    /// - Parameter connections: how many are open at once, at most.
    init(connections: Int) {
        Proxies.refuse()
        let settings = URLSessionConfiguration.ephemeral
        settings.httpMaximumConnectionsPerHost = connections
        settings.connectionProxyDictionary = [:]
        settings.httpCookieStorage = nil
        settings.httpShouldSetCookies = false
        settings.urlCache = nil
        settings.urlCredentialStorage = nil
        settings.requestCachePolicy = .reloadIgnoringLocalCacheData
        transfers = HTTPTransfers()
        session = URLSession(configuration: settings, delegate: transfers, delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - body: posted as JSON; nil to get.
    ///   - timeout: how long nothing may arrive; whoever limits the whole cancels.
    ///   - done: called once, from any thread.
    /// - Returns: what ``cancel(_:as:)`` knows the request by.
    func start(
        _ url: URL, body: [UInt8]?, authorization: String?, timeout: Duration,
        _ done: @escaping @Sendable (HTTPOutcome) -> Void
    ) -> Int {
        var request = URLRequest(url: url)
        request.timeoutInterval = timeout / .seconds(1)
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        if let authorization { request.setValue(authorization, forHTTPHeaderField: "Authorization") }
        let task = session.dataTask(with: request)
        transfers.begin(task, done)
        task.resume()
        return task.taskIdentifier
    }

    /// Ends a request with an outcome, if it has none yet.
    func cancel(_ ticket: Int, as outcome: HTTPOutcome) { transfers.end(ticket, outcome)?.cancel() }
}

/// libcurl, which URLSession is made of on Linux, takes proxies from the environment whatever the session's settings say.
private enum Proxies {
    static func refuse() { _ = isRefused }

    /// "*" is no host at all to libcurl but all of them, and stands above every other variable about proxies.
    private static let isRefused: Bool = {
        for name in ["no_proxy", "NO_PROXY"] { setenv(name, "*", 1) }
        return true
    }()
}

/// The requests that are under way, and the delegate that hears of them.
private final class HTTPTransfers: NSObject, URLSessionDataDelegate, Sendable {
    private struct Transfer {
        let task: URLSessionTask
        let done: @Sendable (HTTPOutcome) -> Void
        var reply: HTTPReply?
    }

    private let underWay = Mutex<[Int: Transfer]>([:])

    func begin(_ task: URLSessionTask, _ done: @escaping @Sendable (HTTPOutcome) -> Void) {
        let transfer = Transfer(task: task, done: done)
        underWay.withLock { $0[task.taskIdentifier] = transfer }
    }

    /// Reports an outcome, the first one only; returns the task that had none yet.
    @discardableResult
    func end(_ ticket: Int, _ outcome: HTTPOutcome) -> URLSessionTask? {
        let transfer = underWay.withLock { $0.removeValue(forKey: ticket) }
        transfer?.done(outcome)
        return transfer?.task
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let head = (response as? HTTPURLResponse).map { response in
            HTTPReply(
                status: response.statusCode, contentType: Self.type(response.value(forHTTPHeaderField: "Content-Type")),
                retryAfter: response.value(forHTTPHeaderField: "Retry-After"), body: [])
        }
        guard let head else {
            end(dataTask.taskIdentifier, .broken("what answers does not speak HTTP"))
            return completionHandler(.cancel)
        }
        guard response.expectedContentLength <= Int64(HTTPClient.largestReply) else {
            end(dataTask.taskIdentifier, .tooLarge)
            return completionHandler(.cancel)
        }
        let isAwaited = underWay.withLock { transfers -> Bool in
            transfers[dataTask.taskIdentifier]?.reply = head
            return transfers[dataTask.taskIdentifier] != nil
        }
        completionHandler(isAwaited ? .allow : .cancel)
    }

    private static func type(_ header: String?) -> String {
        guard let header, let type = header.split(separator: ";").first else { return "" }
        return type.trimmingCharacters(in: .whitespaces).lowercased()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let size = underWay.withLock { transfers -> Int in
            transfers[dataTask.taskIdentifier]?.reply?.body.append(contentsOf: data)
            return transfers[dataTask.taskIdentifier]?.reply?.body.count ?? 0
        }
        if size > HTTPClient.largestReply { end(dataTask.taskIdentifier, .tooLarge)?.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        let target = response.value(forHTTPHeaderField: "Location") ?? "nowhere"
        // Without a request to go on with the task ends by itself. It is told so first: whoever hears of the outcome may end the session,
        // and a task that was cancelled no longer waits for the handler, which Foundation takes for a fault and ends the process.
        completionHandler(nil)
        end(task.taskIdentifier, .redirect(status: response.statusCode, target: target))
    }

    /// A host that asks who is there is told nothing more than the request said. (Without this, a request that is answered by 401
    /// never ends on Linux.)
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        guard let response = challenge.failureResponse as? HTTPURLResponse else {
            return completionHandler(.performDefaultHandling, nil)
        }
        let reply = HTTPReply(status: response.statusCode, contentType: "", retryAfter: nil, body: [])
        end(task.taskIdentifier, .reply(reply))
        completionHandler(.cancelAuthenticationChallenge, nil)
        task.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            end(task.taskIdentifier, HTTPFailure(error).outcome)
            return
        }
        let reply = underWay.withLock { $0[task.taskIdentifier]?.reply }
        end(task.taskIdentifier, reply.map { .reply($0) } ?? .broken("the connection was closed without an answer"))
    }
}
