internal import NumericalMethods

extension RunControl {
    /// How often a list of results reports how far it is, about.
    private static let reports = 64

    /// Computes independent results on several threads, in order, until there are `count` of them or the work is to end.
    ///
    /// ``shouldStop`` is asked before each result, in the thread that computes it; ``progress`` is told after every 64th of the work or so,
    /// in the calling thread.
    ///
    /// - Parameters:
    ///   - threads: the largest number of threads to use, at least 1.
    ///   - phase: what is being done, for ``progress``; nil where the work has one part only.
    ///   - body: computes one result from its index; the results must not depend on which thread does.
    /// - Returns: the results of the first indices: all of them, or fewer where the work was to end.
    /// - Complexity: at most `count` calls of `body`.
    public func map<Value: Sendable>(
        count: Int, threads: Int, phase: String? = nil, _ body: @Sendable (Int) -> Value
    ) -> [Value] {
        let (shouldStop, threads) = (shouldStop, max(1, threads))
        let part = threads * max(1, count / (threads * Self.reports))
        var values: [Value] = []
        values.reserveCapacity(count)
        if count > 0 { progress(RunProgress(steps: 0, of: count, phase: phase)) }
        while values.count < count {
            let first = values.count
            let found = concurrentMap(count: min(part, count - first), threads: threads) { index -> Value? in
                shouldStop() ? nil : body(first + index)
            }
            let done = found.prefix { $0 != nil }.compactMap(\.self)
            values += done
            progress(RunProgress(steps: values.count, of: count, phase: phase))
            guard done.count == found.count else { break }
        }
        return values
    }
}
