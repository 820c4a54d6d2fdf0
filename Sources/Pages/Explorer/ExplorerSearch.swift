internal import Foundation
package import Output
internal import Synchronization

/// Work in a thread of its own, so that neither the server nor another request waits for it.
enum OwnThread {
    /// Solvers recurse over turns: 8 MiB, as a main thread has.
    private static let stack = 8 << 20

    static func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
        let thread = Thread(block: work)
        thread.name = name
        thread.stackSize = stack
        thread.start()
    }

    /// Runs work and waits for it without holding a thread of the concurrency runtime.
    static func value<Value: Sendable>(_ name: String, _ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            start(name) { continuation.resume(returning: work()) }
        }
    }
}

/// A search that runs until it is done, or until nobody reads its lines.
///
/// A line says how far it is: the value of the best policy so far, what no policy can exceed, and the seconds; the last one has the result
/// or an error. Lines come at least every ``beat``, also where nothing is new: writing to a page that is gone fails, and that ends the work.
package final class SearchLines: Sendable {
    /// Between two lines at most.
    package static let beat = Duration.milliseconds(250)
    /// Between two looks at the search.
    private static let look = Duration.milliseconds(20)

    /// What a search is given: whether it is to end, and whom to tell how far it is.
    package struct Handle: Sendable {
        package let stop: @Sendable () -> Bool
        /// Is given the members of a line, beside which the seconds stand.
        package let tell: @Sendable ([String: JSONValue]) -> Void
    }

    private struct State {
        var progress: [String: JSONValue] = [:]
        var last: JSONValue?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - work: makes the result.
    ///   - ended: called when the work is over, whether or not somebody waited for it.
    package init(_ work: @escaping @Sendable (Handle) throws -> JSONValue, ended: @escaping @Sendable () -> Void) {
        // The thread does not keep the lines, which end the work when they go.
        let handle = Handle(
            stop: { [weak self] in self?.isStopped ?? true },
            tell: { [weak self] members in self?.state.withLock { $0.progress = members } })
        OwnThread.start("search") { [weak self] in
            let last: JSONValue
            do {
                last = .object(["result": try work(handle)])
            } catch {
                last = .object(["error": .string(Escaped.line("\(error)"))])
            }
            self?.state.withLock { $0.last = last }
            ended()
        }
    }

    deinit { stop() }

    /// Asks the search to end with the best so far.
    package func stop() { state.withLock { $0.isStopped = true } }

    package var isStopped: Bool { state.withLock { $0.isStopped } }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// The next line, with its end; waits for news, at most a beat.
    ///
    /// - Returns: the line, and whether it is the last.
    package func next() async -> (line: [UInt8], isLast: Bool) {
        let deadline = ContinuousClock.now + Self.beat
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if let last = state.withLock({ $0.last }) { return (Self.bytes(last), true) }
            do { try await Task.sleep(for: Self.look) } catch { stop() }
        }
        let told = state.withLock { $0.progress }
        let line = told.merging(["seconds": .number(seconds)]) { _, new in new }
        return (Self.bytes(.object(["progress": .object(line)])), false)
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        Array(Escaped.json((try? value.text()) ?? #"{"error":"the result cannot be written"}"#).utf8) + [0x0A]
    }
}
