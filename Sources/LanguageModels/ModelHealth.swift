internal import GameModel
internal import InputErrors
internal import Output
internal import Synchronization

/// Whether an address answers at all: what keeps a long run from asking a hundred thousand times where nobody is.
final class ModelHealth: Sendable {
    private struct State {
        var hasAnswered = false
        var unavailable = 0
        var unusable = 0
    }

    private let state = Mutex(State())

    /// Failures in a row after which an address counts as gone, where more requests than these are under way at once: all of them.
    private static let fewestInARow = 8
    /// Answers that cannot be used after which it counts as no model at all, where there was never one that could.
    private static let fewestUnusable = 32

    func noteAnswer() { state.withLock { $0 = State(hasAnswered: true) } }

    /// - Throws: ``UnreachableAddress`` once so many requests in a row had no answer after all their tries.
    func note(unavailable reason: String, address: ModelAddress) throws {
        let count = state.withLock { state -> Int in
            state.unavailable += 1
            return state.unavailable
        }
        guard count >= max(Self.fewestInARow, address.concurrency) else { return }
        throw UnreachableAddress(
            "\(Escaped.line(address.url)): \(reason); the last \(count) requests failed so, each after \(address.tries) "
                + "tries")
    }

    /// - Throws: `InputError` once so many requests were refused and none was ever answered.
    func note(unusable reason: String, address: ModelAddress) throws {
        let count = state.withLock { state -> Int in
            state.unavailable = 0
            if !state.hasAnswered { state.unusable += 1 }
            return state.unusable
        }
        guard count >= max(Self.fewestUnusable, 2 * address.concurrency) else { return }
        throw InputError("\(Escaped.line(address.url)): \(reason); none of the first \(count) answers could be used")
    }
}
