public import GameModel
internal import NumericalMethods

/// Where a switch lies in scenarios whose uncertain coefficients are drawn.
public struct SwitchBand: Sendable, Equatable {
    /// The best response below and above the switch.
    public let below: Int
    public let above: Int
    /// Where the scenario itself has the switch; nil if only drawn scenarios have it.
    public let value: Double?
    /// From the 5 % to the 95 % quantile of its place in the drawn scenarios that have it; nil if none has it.
    public let interval: ClosedRange<Double>?
    /// How many of the drawn scenarios have it.
    public let count: Int
}

/// What the line of a drawn scenario says of its switches.
struct DrawnLine: Codable, Sendable {
    struct Switch: Codable, Sendable {
        let value: Double
        let below: Int
        let above: Int
    }

    let switches: [Switch]
    /// Whether a stretch was not settled.
    let isUnsettled: Bool

    init(_ line: DecisionLine) {
        switches = line.switches.map { Switch(value: $0.value, below: $0.below, above: $0.above) }
        isUnsettled = !line.undecided.isEmpty
    }
}

/// The bands of all switches at one decision.
public struct SwitchBands: Sendable, Equatable {
    public let decision: History
    /// First the scenario's own switches in their order, then those that only drawn scenarios have.
    public let bands: [SwitchBand]
    /// How many scenarios were drawn.
    public let samples: Int
    /// In how many of them a stretch was not settled, in which a switch may be missing.
    public let unsettled: Int

    /// Brings together the switches of drawn scenarios and those of the scenario itself.
    ///
    /// A drawn switch belongs to the nearest own switch between the same two responses, and the nearest drawn one counts there. What
    /// is left is brought together by its responses and its order.
    init(_ line: DecisionLine, samples lines: [DrawnLine]) {
        var places = line.switches.map { _ in [Double]() }
        var others: [Other: [Double]] = [:]
        for sample in lines {
            var taken: [Int: Int] = [:]
            for (index, change) in sample.switches.enumerated() {
                guard let own = Self.nearest(change, in: line.switches) else { continue }
                if let rival = taken[own] {
                    let goal = line.switches[own].value
                    guard abs(change.value - goal) < abs(sample.switches[rival].value - goal) else { continue }
                }
                taken[own] = index
            }
            for (own, index) in taken { places[own].append(sample.switches[index].value) }
            var counts: [Other: Int] = [:]
            for index in sample.switches.indices where !taken.values.contains(index) {
                let change = sample.switches[index]
                let pair = Other(below: change.below, above: change.above, order: 0)
                let order = counts[pair, default: 0]
                counts[pair] = order + 1
                others[Other(below: change.below, above: change.above, order: order), default: []].append(change.value)
            }
        }
        decision = line.decision
        samples = lines.count
        unsettled = lines.count(where: \.isUnsettled)
        let own = zip(line.switches, places).map {
            SwitchBand(
                below: $0.below, above: $0.above, value: $0.value, interval: Self.interval($1), count: $1.count)
        }
        let rest = others.sorted { $0.key < $1.key }.map {
            SwitchBand(
                below: $0.key.below, above: $0.key.above, value: nil, interval: Self.interval($0.value),
                count: $0.value.count)
        }
        bands = own + rest
    }

    /// A switch that the scenario itself does not have: its responses, and the how manieth of them it is.
    private struct Other: Hashable, Comparable {
        let below: Int
        let above: Int
        let order: Int

        static func < (a: Other, b: Other) -> Bool {
            (a.below, a.above, a.order) < (b.below, b.above, b.order)
        }
    }

    private static func nearest(_ change: DrawnLine.Switch, in own: [DecisionLine.Switch]) -> Int? {
        own.indices.filter { own[$0].below == change.below && own[$0].above == change.above }.min {
            abs(own[$0].value - change.value) < abs(own[$1].value - change.value)
        }
    }

    /// Source: Hyndman & Fan 1996, type 7.
    private static func interval(_ values: [Double]) -> ClosedRange<Double>? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            let position = share * Double(sorted.count - 1)
            let (below, above) = (Int(position), min(Int(position) + 1, sorted.count - 1))
            return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
        }
        let low = quantile(0.05)
        return low...max(low, quantile(0.95))
    }
}

extension HeldQuery {
    /// What drawn scenarios are called where the work is divided.
    public static let drawnUnit = "draws"

    /// Where the switches along one number lie in drawn scenarios, the policy held.
    ///
    /// The number that varies has its values in every scenario, whatever was drawn for it.
    ///
    /// - Parameters:
    ///   - lines: what ``lines(along:threads:control:)`` found for the scenario itself.
    ///   - samples: the drawn scenarios.
    ///   - control: asked to stop between scenarios: the bands are then of those done.
    /// - Throws: ``AnalysisError`` naming the draw in which nothing can be computed.
    /// - Complexity: that of ``lines(along:threads:control:)`` per sample.
    public func bands(
        of lines: [DecisionLine], along variation: Variation, samples: [GameInputs], threads: Int = 1,
        control: RunControl = RunControl()
    ) throws -> [SwitchBands] {
        let drawn = try control.mapUnits(
            of: Self.drawnUnit, count: samples.count, threads: threads, shown: "bands"
        ) { index in
            try asked(of: samples[index], number: index + 1) { try $0.lines(along: variation).map { DrawnLine($0) } }
        }
        return lines.indices.map { index in SwitchBands(lines[index], samples: drawn.map { $0[index] }) }
    }

    /// The same question of a drawn scenario.
    ///
    /// - Throws: ``AnalysisError`` naming the draw.
    func asked<Value>(of inputs: GameInputs, number: Int, _ body: (HeldQuery) throws -> Value) throws -> Value {
        do {
            return try body(
                HeldQuery(controller, inputs: inputs, decisions: decisions, multipliers: multipliers))
        } catch {
            throw AnalysisError("drawn scenario \(number): \(error); is its uncertainty too large?")
        }
    }
}
