import NumericalMethods
import Testing

@Suite("Simulated annealing")
struct SimulatedAnnealingTests {
    /// A bowl with ripples: dozens of local minima, the least at 0.
    private func ripples(_ x: Span<Double>) -> Double {
        var sum = 0.0
        for index in x.indices {
            let ripple = x[index] - (x[index] / 1.0).rounded()
            sum += 0.1 * x[index] * x[index] + 2 * abs(ripple)
        }
        return sum
    }

    @Test("Leaves local minima that a descent is stuck in")
    func escapes() throws {
        let settings = SimulatedAnnealingSettings(stepsPerTemperature: 50, stepSize: 1.5, initialTemperature: 5)
        let result = try SimulatedAnnealing(settings).minimize(from: [4, -3], ripples)
        let stuck = try SimplexMinimizer(SimplexMinimizerSettings(initialSteps: [0.1])).minimize(
            from: [4, -3], ripples)
        #expect(stuck.value > 1)
        #expect(result.value < 0.1)
        #expect(result.value == ripples(result.point.span))
        #expect(result.status == .converged)
        #expect(result.residual <= 1.05 * settings.finalTemperature)
        #expect(result.functionEvaluations == settings.evaluations)
    }

    @Test("A seed is a walk: the same twice, another for another seed")
    func seeds() throws {
        func walk(_ seed: UInt64) throws -> AnnealedMinimum {
            try SimulatedAnnealing(SimulatedAnnealingSettings(finalTemperature: 0.5, seed: seed))
                .minimize(from: [1, 2, 3], ripples)
        }
        #expect(try walk(7) == walk(7))
        #expect(try walk(7).point != walk(8).point)
        #expect(try walk(1 << 32).point != walk(0).point)
    }

    @Test("The caller's steps are taken, and are given numbers in [0, 1)")
    func ownSteps() throws {
        let recorder = Recorder()
        let result = try SimulatedAnnealing(SimulatedAnnealingSettings(stepsPerTemperature: 10)).minimize(
            from: [9],
            step: { point, size, uniform in
                let number = uniform()
                #expect(number >= 0 && number < 1)
                #expect(size == 1)
                recorder.valueCalls += 1
                point[0] += number < 0.5 ? -1 : 1
            }, { ($0[0] - 3) * ($0[0] - 3) })
        #expect(result.point == [3])
        #expect(recorder.valueCalls == result.functionEvaluations - 1)
    }

    @Test("A stop and errors end the walk")
    func ends() throws {
        let recorder = Recorder()
        let stopped = try SimulatedAnnealing().minimize(
            from: [2], shouldStop: { recorder.valueCalls >= 30 },
            { x in
                recorder.valueCalls += 1
                return x[0] * x[0]
            })
        #expect(stopped.status == .stopped)
        #expect(stopped.functionEvaluations == 30)
        #expect(stopped.value == stopped.point[0] * stopped.point[0])
        struct Mine: Error {}
        #expect(throws: Mine.self) { try SimulatedAnnealing().minimize(from: [2]) { _ in throw Mine() } }
        #expect(throws: Mine.self) {
            try SimulatedAnnealing().minimize(from: [2], step: { _, _, _ in throw Mine() }, { $0[0] })
        }
        #expect(throws: GSLError.self) { try SimulatedAnnealing().minimize(from: [2]) { _ in .nan } }
        #expect(throws: GSLError.self) { try SimulatedAnnealing().minimize(from: []) { _ in 0 } }
        for settings in [
            SimulatedAnnealingSettings(stepsPerTemperature: 0), SimulatedAnnealingSettings(stepSize: 0),
            SimulatedAnnealingSettings(initialTemperature: -1), SimulatedAnnealingSettings(coolingFactor: 1),
            SimulatedAnnealingSettings(finalTemperature: 2), SimulatedAnnealingSettings(coolingFactor: 1.000_000_1),
        ] {
            #expect(throws: GSLError.self) { try SimulatedAnnealing(settings).minimize(from: [2]) { $0[0] } }
        }
    }
}
