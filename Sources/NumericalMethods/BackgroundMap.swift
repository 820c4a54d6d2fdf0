internal import Dispatch
internal import Synchronization

/// A ``concurrentMap(count:threads:_:)`` that other threads begin while the one that wants its results does something else.
///
/// ```swift
/// let squares = BackgroundMap(count: 1000, threads: 2) { $0 * $0 }
/// try writeWhatWasComputedBefore()
/// let results = squares.finish()
/// ```
///
/// Of one thread nothing is begun before it is asked for. Whoever lets go of it without asking has no further result computed.
public final class BackgroundMap<Result: Sendable>: Sendable {
    private let work: IndexedWork<Result>

    /// - Parameters:
    ///   - count: how many results.
    ///   - threads: the largest number of threads to use, at least 1; that of the caller is one of them.
    ///   - body: computes one result from its index.
    public init(count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Result) {
        work = IndexedWork(count: count, body)
        for _ in 0..<min(count, threads - 1) { work.begin() }
    }

    deinit { work.stop() }

    /// The results in order; the calling thread takes part.
    public func finish() -> [Result] { work.finish() }
}

/// Results by index, each computed by the thread that comes to it.
private final class IndexedWork<Result: Sendable>: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Result
    private let next = Atomic<Int>(0)
    private let slots: Mutex<[Result?]>
    private let others = DispatchGroup()

    init(count: Int, _ body: @escaping @Sendable (Int) -> Result) {
        (self.count, self.body) = (count, body)
        slots = Mutex(Array(repeating: nil, count: count))
    }

    func begin() { DispatchQueue.global().async(group: others) { self.run() } }

    func stop() { next.store(count, ordering: .relaxed) }

    func finish() -> [Result] {
        run()
        others.wait()
        return slots.withLock { $0.compactMap(\.self) }
    }

    private func run() {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let result = body(index)
            slots.withLock { $0[index] = result }
        }
    }
}
