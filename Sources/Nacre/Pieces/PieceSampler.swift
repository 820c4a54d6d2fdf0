internal import Foundation
package import GameModel

/// Computes a few units of a work, spread over it, and takes the time that each needs: what the whole will need can be said from that.
package final class PieceSampler: WorkPieces {
    /// What was measured of one phase.
    package struct Phase: Sendable, Equatable {
        package let name: String
        /// In all pieces.
        package let total: Int
        /// Seconds that each unit of the sample took.
        package let seconds: [Double]

        /// Seconds a unit; nil where none was computed.
        package var mean: Double? { seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count) }

        /// The spread of units; nil below two.
        package var deviation: Double? {
            guard let mean, seconds.count > 1 else { return nil }
            return (seconds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seconds.count - 1)).squareRoot()
        }
    }

    private let most: Int
    private let seconds: Double
    private let begun = ContinuousClock.now
    // The work calls in one thread only, which is the one that made this.
    nonisolated(unsafe) package private(set) var phases: [Phase] = []
    /// Seconds before the first unit, which every piece needs.
    nonisolated(unsafe) package private(set) var preparation = 0.0

    package let isPart = true

    /// - Parameters:
    ///   - most: units of a phase that are computed at most, at least 1.
    ///   - seconds: after which no further unit is begun.
    package init(most: Int, seconds: Double) { (self.most, self.seconds) = (most, seconds) }

    package func keep(_ phase: String, count: Int?, _ body: (any UnitSink) throws -> Void) throws {
        if phases.isEmpty { preparation = (ContinuousClock.now - begun) / .seconds(1) }
        let sink = SampleSink(most: most, seconds: seconds, units: count)
        try body(sink)
        phases.append(Phase(name: phase, total: sink.units ?? 0, seconds: sink.times))
    }

    package func results(_ phase: String, count: Int?) throws -> any UnitResults {
        preconditionFailure("a sample has no results of others")
    }
}

private final class SampleSink: UnitSink {
    var units: Int?
    private let most: Int
    private let seconds: Double
    private let begun = ContinuousClock.now
    private var start = ContinuousClock.now
    private(set) var times: [Double] = []

    init(most: Int, seconds: Double, units: Int?) { (self.most, self.seconds, self.units) = (most, seconds, units) }

    var wanted: Int? { units.map { min($0, most) } }
    var written: Int { times.count }

    private var isOpen: Bool { times.count < most && (ContinuousClock.now - begun) / .seconds(1) < seconds }

    func next(_ most: Int) -> [Int] {
        guard isOpen, let units, times.count < units else { return [] }
        start = .now
        // The middles of as many equal stretches, so that the sample is spread over the work.
        let size = min(self.most, units)
        return [(2 * times.count + 1) * units / (2 * size)]
    }

    /// Where nobody knows how many units there are: the first, and then ever further ones.
    func wants(_ unit: Int) -> Bool {
        guard isOpen, unit == (1 << times.count) - 1 else { return false }
        start = .now
        return true
    }

    func write(_ unit: Int, _ value: some Encodable) throws {
        // Writing is a part of the work.
        _ = try UnitCoding.bytes(value)
        times.append((ContinuousClock.now - start) / .seconds(1))
    }
}
