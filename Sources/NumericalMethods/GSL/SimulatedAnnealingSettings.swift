/// What ``SimulatedAnnealing`` is asked to do: its schedule of temperatures and its steps.
///
/// The temperature starts at T₀ and is divided by μ after every stretch of steps, until it is below T_min; a step that raises
/// the objective by Δ is accepted with probability exp(−Δ/T). The number of evaluations is known beforehand; see
/// ``evaluations``.
public struct SimulatedAnnealingSettings: Sendable, Hashable, Codable {
    /// Steps tried at each temperature; at least 1.
    public var stepsPerTemperature: Int

    /// How far one step may go, in the units of the variables; finite and above 0.
    public var stepSize: Double

    /// T₀, in the units of the objective; finite and above 0.
    public var initialTemperature: Double

    /// μ: the factor by which the temperature falls; finite and above 1.
    public var coolingFactor: Double

    /// T_min, in the units of the objective; above 0 and at most T₀.
    public var finalTemperature: Double

    /// The seed of the steps and of the accepting; the generator takes 32 bits of it.
    public var seed: UInt64

    /// Makes settings; the defaults suit variables and objectives of order 1 and take about 3,800 evaluations.
    public init(
        stepsPerTemperature: Int = 20, stepSize: Double = 1, initialTemperature: Double = 1,
        coolingFactor: Double = 1.05, finalTemperature: Double = 1e-4, seed: UInt64 = 1
    ) {
        self.stepsPerTemperature = stepsPerTemperature
        self.stepSize = stepSize
        self.initialTemperature = initialTemperature
        self.coolingFactor = coolingFactor
        self.finalTemperature = finalTemperature
        self.seed = seed
    }

    /// How many temperatures the schedule has.
    public var temperatures: Int {
        var (count, temperature) = (0, initialTemperature)
        repeat {
            temperature *= 1 / coolingFactor
            count += 1
        } while temperature >= finalTemperature
        return count
    }

    /// How often a search with these settings calls its objective: once at the start, and once a step.
    public var evaluations: Int { 1 + temperatures * stepsPerTemperature }

    /// The largest number of temperatures: a factor near 1 would make the schedule endless.
    static let temperatureLimit = 1_000_000

    /// Throws if a setting is outside its domain.
    func check(_ operation: String) throws(GSLError) {
        guard stepsPerTemperature >= 1, stepsPerTemperature <= Int(Int32.max) else {
            throw .invalid(
                operation, "stepsPerTemperature is \(stepsPerTemperature); it must be from 1 to \(Int32.max)")
        }
        for (name, value) in [
            ("stepSize", stepSize), ("initialTemperature", initialTemperature), ("finalTemperature", finalTemperature),
        ] where !value.isFinite || value <= 0 {
            throw .invalid(operation, "\(name) is \(value); it must be finite and above 0")
        }
        guard coolingFactor.isFinite, coolingFactor > 1 else {
            throw .invalid(operation, "coolingFactor is \(coolingFactor); it must be finite and above 1")
        }
        guard finalTemperature <= initialTemperature else {
            throw .invalid(
                operation,
                "finalTemperature is \(finalTemperature); it must be at most the initial one, \(initialTemperature)")
        }
        let ratio = initialTemperature / finalTemperature
        // μ^limit must be able to span the ratio: (1 + ε)^n ≥ 1 + n ε.
        guard (coolingFactor - 1) * Double(Self.temperatureLimit) >= 64, ratio.isFinite else {
            throw .invalid(
                operation, "coolingFactor is \(coolingFactor); it must be at least 1.000064, or the search never ends")
        }
    }
}

/// What ``SimulatedAnnealing`` found, with the settings it was asked with.
public struct AnnealedMinimum: Sendable, Hashable, Codable {
    public let settings: SimulatedAnnealingSettings

    /// ``SearchStatus/converged`` if the schedule ran to its last temperature, ``SearchStatus/stopped`` otherwise. A schedule
    /// that ran out is no proof of a minimum.
    public let status: SearchStatus

    /// The best point met.
    public let point: [Double]

    /// f at `point`; finite.
    public let value: Double

    /// The temperature reached: below the final one if the schedule ran to its end.
    public let residual: Double

    /// How often the objective was called.
    public let functionEvaluations: Int
}
