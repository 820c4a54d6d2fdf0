internal import Foundation
internal import GameModel
internal import InputErrors
internal import Output
internal import Synchronization

/// What is posted, and what its pauses are seeded by.
struct PostedRequest {
    let path: String
    /// nil to get instead.
    let body: [UInt8]?
    let seed: String
}

/// Sends requests, so many at once and each so often, from one thread that waits for all of them.
///
/// The calling thread alone decides: it sends, counts, retries and hands over answers, in the order in which they come. Nothing runs in
/// Swift's cooperative pool, so that a call from there cannot wait for itself.
struct RequestRun {
    let address: ModelAddress
    let base: URL
    let key: ModelKey?
    let client: HTTPClient
    let budget: ModelBudget
    let health: ModelHealth
    let control: RunControl

    /// How often the caller's wish to stop is asked for while nothing arrives.
    private static let longestWait: Duration = .milliseconds(50)

    private struct UnderWay {
        let attempt: RequestQueue.Entry
        let seed: String
        let ticket: Int
        let deadline: ContinuousClock.Instant
    }

    /// Told what came of a request; answers why it could not be used, nil where it could.
    typealias Taker = (Int, Result<HTTPReply, ChatFailure>) throws -> ChatFailure?

    /// Asks for `count` answers.
    ///
    /// - Parameters:
    ///   - request: what is posted for each of them, made when it is about to be sent; nil where nothing has to be asked.
    ///   - take: what came of each, once, in the order in which it came.
    /// - Throws: ``UnreachableAddress`` or `InputError` where the address answers nothing at all; what `take` throws.
    func run(_ count: Int, _ request: (Int) throws -> PostedRequest?, _ take: Taker) throws {
        var queue = RequestQueue(count, mostAgain: address.concurrency)
        let inbox = OutcomeInbox()
        var underWay: [Int: UnderWay] = [:]
        defer { for sent in underWay.values { client.cancel(sent.ticket, as: .cancelled) } }
        while !queue.isEmpty || !underWay.isEmpty {
            if control.shouldStop() { return }
            let now = ContinuousClock.now
            for sent in underWay.values where sent.deadline <= now { client.cancel(sent.ticket, as: .timedOut) }
            try refill(&queue, &underWay, inbox, request, take)
            let arrived = inbox.take(within: wait(queue, underWay)).compactMap { index, outcome in
                underWay.removeValue(forKey: index).map { (sent: $0, outcome: outcome) }
            }
            // The next are sent before the answers are looked at, so that the model need not wait for us; but not where an answer
            // decides whether anything more is sent.
            if !budget.dependsOnAnswers, arrived.allSatisfy({ $0.outcome.isAnswer }) {
                try refill(&queue, &underWay, inbox, request, take)
            }
            for (sent, outcome) in arrived { try handle(outcome, of: sent, &queue, take) }
        }
    }

    /// Sends what waits, as long as there is room.
    private func refill(
        _ queue: inout RequestQueue, _ underWay: inout [Int: UnderWay], _ inbox: OutcomeInbox,
        _ request: (Int) throws -> PostedRequest?, _ take: Taker
    ) throws {
        let now = ContinuousClock.now
        while underWay.count < address.concurrency, let attempt = queue.next(at: now) {
            guard let posted = try request(attempt.request) else { continue }
            if let reason = budget.exhaustion {
                budget.add { $0.withheld += 1 }
                _ = try take(attempt.request, .failure(ChatFailure(.notAsked, reason)))
                continue
            }
            let ticket = send(posted, attempt, to: inbox)
            underWay[attempt.request] = UnderWay(
                attempt: attempt, seed: posted.seed, ticket: ticket,
                deadline: ContinuousClock.now + address.timeout)
        }
    }

    private func send(_ posted: PostedRequest, _ attempt: RequestQueue.Entry, to inbox: OutcomeInbox) -> Int {
        budget.add {
            $0.requests += 1
            if attempt.number > 1 { $0.retries += 1 }
        }
        return client.start(
            base.appendingPathComponent(posted.path), body: posted.body, authorization: key?.authorization,
            timeout: address.timeout
        ) { [request = attempt.request] in inbox.put(request, $0) }
    }

    /// How long nothing has to be done unless something arrives.
    private func wait(_ queue: RequestQueue, _ underWay: [Int: UnderWay]) -> Duration {
        var wait = Self.longestWait
        let now = ContinuousClock.now
        if underWay.count < address.concurrency, let due = queue.firstDue { wait = min(wait, due - now) }
        for sent in underWay.values { wait = min(wait, sent.deadline - now) }
        return max(wait, .zero)
    }

    private func handle(
        _ outcome: HTTPOutcome, of sent: UnderWay, _ queue: inout RequestQueue, _ take: Taker
    ) throws {
        let attempt = sent.attempt
        let verdict = RequestVerdict(outcome, address: address, key: key)
        switch verdict.next {
        case .use(let reply):
            guard let failure = try take(attempt.request, .success(reply)) else { return health.noteAnswer() }
            try health.note(unusable: failure.description, address: address)
        case .retry(let after):
            guard attempt.number < address.tries, after ?? .zero <= address.longestPause else {
                _ = try take(attempt.request, .failure(ChatFailure(.unavailable, verdict.text)))
                return try health.note(unavailable: verdict.text, address: address)
            }
            let pause = after ?? RequestPause(address, seed: sent.seed, try: attempt.number).duration
            let due = ContinuousClock.now + pause
            // Whoever says when to come again means everybody who asks.
            if after != nil { queue.hold(until: due) }
            queue.add(.init(request: attempt.request, number: attempt.number + 1, due: due))
        case .fail:
            _ = try take(attempt.request, .failure(ChatFailure(.unusable, verdict.text)))
            try health.note(unusable: verdict.text, address: address)
        case .refuse:
            throw InputError("\(Escaped.line(address.url)): \(verdict.text)")
        }
    }
}

/// Requests that wait: first come, first served, those that are tried again when their pause is over.
///
/// Nothing fresh is sent while as many as may be under way at once wait for another try. An address that fails faster than pauses pass
/// would otherwise be sent everything once before anything is sent twice, and so before it counts as gone.
struct RequestQueue {
    struct Entry {
        let request: Int
        var number: Int
        var due: ContinuousClock.Instant
    }

    private var fresh: Range<Int>
    private var again: [Entry] = []
    private var held: ContinuousClock.Instant?
    private let mostAgain: Int

    init(_ count: Int, mostAgain: Int) { (fresh, self.mostAgain) = (0..<count, mostAgain) }

    private var sendsFresh: Bool { !fresh.isEmpty && again.count < mostAgain }

    var isEmpty: Bool { fresh.isEmpty && again.isEmpty }

    /// When something is to be sent; nil where nothing waits.
    var firstDue: ContinuousClock.Instant? {
        let first = sendsFresh ? nil : again.map(\.due).min()
        guard !isEmpty else { return nil }
        return [first, held].compactMap(\.self).max() ?? .now
    }

    mutating func next(at now: ContinuousClock.Instant) -> Entry? {
        if let held, held > now { return nil }
        held = nil
        if let index = again.indices.filter({ again[$0].due <= now }).min(by: { again[$0].due < again[$1].due }) {
            return again.remove(at: index)
        }
        guard sendsFresh, let request = fresh.popFirst() else { return nil }
        return Entry(request: request, number: 1, due: now)
    }

    mutating func add(_ entry: Entry) { again.append(entry) }

    /// Sends nothing before a moment.
    mutating func hold(until moment: ContinuousClock.Instant) { held = max(held ?? moment, moment) }
}

/// Outcomes that have arrived and wait to be handled.
private final class OutcomeInbox: Sendable {
    private let waiting = Mutex<[(Int, HTTPOutcome)]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ request: Int, _ outcome: HTTPOutcome) {
        waiting.withLock { $0.append((request, outcome)) }
        arrived.signal()
    }

    /// What has arrived, after waiting for it so long at most.
    func take(within limit: Duration) -> [(Int, HTTPOutcome)] {
        let seconds = limit / .seconds(1)
        _ = arrived.wait(timeout: .now() + seconds)
        return waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
