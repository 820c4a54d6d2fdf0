internal import NumericalMethods

/// One search without gradients over softmax parameters: what was tried, and the best of it.
///
/// Both minimisers begin by trying the uniform policy and each constant one. The simplex starts from the uniform policy. The annealing
/// starts from the best of them, at a temperature taken from their spread; a step changes one node, either to a sure response or by
/// an amount that shrinks as it cools; a second, cooler walk starts from the best point met, and the simplex polishes what that leaves.
struct PolicySearch {
    let settings: SearchSettings
    let parameters: SoftmaxStrategies
    /// What is to be minimised.
    let objective: ([Double]) throws -> Double
    let shouldStop: () -> Bool

    /// How a search ended.
    struct End {
        var point: [Double]
        var status: SearchStatus
        var residual: Double
        var tolerance: Double
        var evaluations: Int
    }

    /// What all parts of a search share.
    private final class Record {
        var best: (point: [Double], value: Double)?
        var evaluations = 0
    }

    /// The logit of a response that is as good as sure; the others have 0.
    private static let sure = 30.0
    /// Logits further below the largest are lifted before a row is moved: a saturated softmax does not feel a step.
    private static let depth = 4.0

    func run() throws -> End {
        let record = Record()
        let spread = try tryConstants(record)
        switch settings.minimiser {
        case .simplex:
            let start = [Double](repeating: 0, count: parameters.parameterCount)
            let minimum = try simplex(from: start, record, until: settings.maximumEvaluations)
            return end(record, minimum.status, residual: minimum.residual, tolerance: settings.sizeTolerance)
        case .annealing:
            return try anneal(record, spread: spread)
        }
    }

    private func end(_ record: Record, _ status: SearchStatus, residual: Double, tolerance: Double) -> End {
        End(
            point: record.best?.point ?? [Double](repeating: 0, count: parameters.parameterCount), status: status,
            residual: residual, tolerance: tolerance, evaluations: record.evaluations)
    }

    private func value(_ point: [Double], _ record: Record) throws -> Double {
        record.evaluations += 1
        let value = try objective(point)
        if record.best.map({ value < $0.value }) ?? true { record.best = (point, value) }
        return value
    }

    /// Values the uniform policy and the constant ones.
    ///
    /// - Returns: the difference of the largest and the least value.
    private func tryConstants(_ record: Record) throws -> Double {
        let width = parameters.inPlay.count
        var values: [Double] = []
        for choice in -1..<width where values.isEmpty || !shouldStop() {
            let point = (0..<parameters.parameterCount).map { $0 % width == choice ? Self.sure : 0 }
            values.append(try value(point, record))
        }
        return (values.max() ?? 0) - (values.min() ?? 0)
    }

    private func simplex(from start: [Double], _ record: Record, until limit: Int) throws
        -> (status: SearchStatus, residual: Double)
    {
        // A softmax that saturates has plateaus on which a simplex would wander for ever: a tilt that is smaller than any noise
        // lets it contract at their edge. What is recorded is without it.
        let tilt = 1e-7 * max(abs(record.best?.value ?? 0), 1e-6)
        let minimum = try SimplexMinimizer(
            SimplexMinimizerSettings(
                initialSteps: [2], sizeTolerance: settings.sizeTolerance, maximumIterations: max(1, limit))
        ).minimize(
            from: start, shouldStop: { shouldStop() || record.evaluations >= limit },
            { logits in
                let point = logits.indices.map { logits[$0] }
                return try value(point, record) + tilt * point.reduce(0) { $0 + $1 * $1 }
            })
        // The limit counts evaluations; a search ended by it was not stopped by the caller.
        return (minimum.status == .stopped && !shouldStop() ? .iterationLimit : minimum.status, minimum.residual)
    }

    /// Steps at one temperature.
    private static let stretch = 20

    private func anneal(_ record: Record, spread: Double) throws -> End {
        let scale = max(abs(record.best?.value ?? 0), 1e-6)
        let first = settings.initialTemperature ?? max(0.25 * spread, 1e-3 * scale)
        let polish = settings.maximumEvaluations / 4
        var residual = first
        var status = SearchStatus.converged
        for (walk, share) in [(0, 0.6), (1, 1.0)] where status == .converged {
            let rest = settings.maximumEvaluations - polish - record.evaluations
            let temperatures = max(1, (Int(share * Double(rest)) - 1) / Self.stretch)
            let initial = walk == 0 ? first : 0.1 * first
            let final = 1e-3 * first
            let start = record.best?.point ?? []
            let minimum = try SimulatedAnnealing(
                SimulatedAnnealingSettings(
                    stepsPerTemperature: Self.stretch, stepSize: 2, initialTemperature: initial,
                    coolingFactor: Cooling.factor(ratio: initial / final, temperatures: temperatures),
                    finalTemperature: final, seed: settings.seed &+ UInt64(walk))
            ).minimize(from: start, step: step(temperatures: temperatures), shouldStop: shouldStop) { logits in
                try value(logits.indices.map { logits[$0] }, record)
            }
            (status, residual) = (minimum.status, minimum.residual)
        }
        if status == .converged, let best = record.best {
            _ = try simplex(from: lifted(best.point), record, until: settings.maximumEvaluations)
            if shouldStop() { status = .stopped }
        }
        return end(record, status, residual: residual, tolerance: 1e-3 * first)
    }

    /// Changes one node: half of the time to a sure response, otherwise by steps that shrink to a fifth over the schedule.
    private func step(temperatures: Int) -> SimulatedAnnealing.Step {
        let (nodes, width) = (parameters.nodeCount, parameters.inPlay.count)
        var count = 0
        return { point, size, uniform in
            count += 1
            let row = min(nodes - 1, Int(uniform() * Double(nodes))) * width
            if uniform() < 0.5 {
                let choice = min(width - 1, Int(uniform() * Double(width)))
                for index in 0..<width { point[row + index] = index == choice ? Self.sure : 0 }
            } else {
                let cooled = Double(count) / Double(max(1, temperatures * Self.stretch))
                lift(&point, row: row)
                for index in 0..<width { point[row + index] += size * (1 - 0.8 * min(1, cooled)) * (2 * uniform() - 1) }
            }
        }
    }

    private func lifted(_ point: [Double]) -> [Double] {
        var point = point
        for node in 0..<parameters.nodeCount { lift(&point, row: node * parameters.inPlay.count) }
        return point
    }

    private func lift(_ point: inout [Double], row: Int) {
        let range = row..<row + parameters.inPlay.count
        let top = point[range].max() ?? 0
        for index in range { point[index] = max(point[index] - top, -Self.depth) }
    }
}
