internal import NumericalMethods

extension RunControl {
    /// Whether only a piece of the work is computed here.
    public var isPart: Bool { pieces?.isPart == true }

    /// Computes the units of a phase in order, in batches: all of them, or those of a piece, or none where they are at hand.
    ///
    /// A unit during which the work is asked to stop may have been cut short: it and all after it are dropped, and computed again by
    /// whoever goes on.
    ///
    /// - Parameters:
    ///   - phase: what the units are, in one word; see ``WorkPieces``.
    ///   - first: the first unit that is still to be done; must be 0 where there are pieces.
    ///   - batch: how many units are computed before any of them is handed on.
    ///   - threads: the largest number of threads to use, at least 1.
    ///   - endsPart: whether nothing after this phase has units, so that a piece is whole with it.
    ///   - body: computes one unit; the result must not depend on which thread does.
    ///   - take: receives every batch, in order; never called for a piece.
    /// - Throws: ``PieceComplete`` once the units of a piece are kept, if `endsPart`; what `body`, `take` and the pieces throw.
    public func units<Value: Codable & Sendable>(
        of phase: String, from first: Int = 0, count: Int, batch: Int, threads: Int, endsPart: Bool = true,
        _ body: @Sendable (Int) throws -> Value, take: (_ first: Int, _ batch: [Value]) throws -> Void
    ) throws {
        let batch = max(1, batch)
        guard let pieces else {
            return try batches(from: first, count: count, batch, take) { units in try computed(units, threads, body) }
        }
        if pieces.isPart {
            try pieces.keep(phase, count: count) { sink in
                try keepUnits(in: sink, batch, phase) { units in try computed(units, threads, body) }
            }
            if endsPart { throw PieceComplete() }
        } else {
            precondition(first == 0, "what an earlier run had done and what pieces have is not put together")
            let results = try pieces.results(phase, count: count)
            try batches(from: 0, count: count, batch, take) { units in
                try concurrentMap(count: units.count, threads: max(1, threads)) { index in
                    Result { try results.value(units[index], as: Value.self) }
                }.map { try $0.get() }
            }
        }
    }

    /// Computes independent results on several threads, as ``map(count:threads:phase:_:)`` does, or those of a piece, or takes them from
    /// pieces.
    ///
    /// - Returns: the results of the first indices: all of them, or fewer where the work was to end; none in a piece that goes on.
    /// - Throws: the first error of `body` in the order of the units; as
    ///   ``units(of:from:count:batch:threads:endsPart:_:take:)`` does.
    public func mapUnits<Value: Codable & Sendable>(
        of phase: String, count: Int, threads: Int, shown: String? = nil, endsPart: Bool = true,
        _ body: @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        guard pieces != nil else {
            return try map(count: count, threads: threads, phase: shown) { index in Result { try body(index) } }
                .map { try $0.get() }
        }
        var values: [Value] = []
        try units(
            of: phase, count: count, batch: max(1, threads) * Self.unitsPerThread, threads: threads, endsPart: endsPart,
            body
        ) { _, batch in
            values += batch
            progress(RunProgress(steps: values.count, of: count, phase: shown))
        }
        return values
    }

    /// Ends a piece of a work that turns out to have no units of a phase; does nothing elsewhere, and nothing where the work was to
    /// end, which may be why there seem to be none.
    public func noUnits(of phase: String) throws {
        guard let pieces, pieces.isPart, !shouldStop() else { return }
        try pieces.keep(phase, count: 0) { _ in }
        throw PieceComplete()
    }

    /// Units that a thread computes before they are kept.
    private static let unitsPerThread = 4

    private func computed<Value: Sendable>(
        _ units: [Int], _ threads: Int, _ body: @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let shouldStop = shouldStop
        let found = concurrentMap(count: units.count, threads: max(1, threads)) { index -> Result<Value, any Error>? in
            shouldStop() ? nil : Result { try body(units[index]) }
        }
        return shouldStop() ? [] : try found.compactMap { try $0?.get() }
    }

    private func batches<Value>(
        from first: Int, count: Int, _ batch: Int, _ take: (Int, [Value]) throws -> Void,
        _ values: ([Int]) throws -> [Value]
    ) throws {
        let shouldStop = shouldStop
        var next = first
        while next < count, !shouldStop() {
            let found = try values(Array(next..<min(next + batch, count)))
            guard !found.isEmpty else { break }
            try take(next, found)
            next += found.count
        }
    }

    private func keepUnits<Value: Codable>(
        in sink: any UnitSink, _ batch: Int, _ phase: String, _ values: ([Int]) throws -> [Value]
    ) throws {
        let (shouldStop, before) = (shouldStop, sink.written)
        var units = sink.next(batch)
        while !units.isEmpty, !shouldStop() {
            let found = try values(units)
            guard found.count == units.count else { break }
            for (unit, value) in zip(units, found) { try sink.write(unit, value) }
            progress(RunProgress(steps: sink.written, of: sink.wanted, before: before))
            units = sink.next(batch)
        }
    }
}
