internal import Dispatch
internal import Synchronization

/// Computes `count` independent results on up to `threads` threads and returns them in order.
///
/// Which thread computes which result is left to chance; the results must not depend on it, and then the returned array
/// does not either. The calling thread takes part and returns when all are done.
///
/// - Parameters:
///   - count: how many results.
///   - threads: the largest number of threads to use, at least 1.
///   - body: computes one result from its index.
/// - Complexity: `count` calls of `body`.
public func concurrentMap<Result: Sendable>(
    count: Int, threads: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
    guard count > 1, threads > 1 else { return (0..<count).map(body) }
    let next = Atomic<Int>(0)
    let slots = Mutex<[Result?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let result = body(index)
            slots.withLock { $0[index] = result }
        }
    }
    return slots.withLock { $0.compactMap(\.self) }
}
