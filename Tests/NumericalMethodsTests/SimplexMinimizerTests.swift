import NumericalMethods
import Testing

@Suite("Minimisation without gradient")
struct SimplexMinimizerTests {
    @Test("Rosenbrock's valley from the standard start")
    func rosenbrock() throws {
        let settings = SimplexMinimizerSettings(sizeTolerance: 1e-9)
        let recorder = Recorder()
        let result = try SimplexMinimizer(settings).minimize(from: Rosenbrock.start) { x in
            recorder.valueCalls += 1
            return Rosenbrock.value(x)
        }
        #expect(result.status == .converged)
        #expect(result.settings == settings)
        #expect(distance(result.point, [1, 1]) < 1e-7)
        #expect(result.value == Rosenbrock.value(result.point.span))
        #expect(result.residual < 1e-9)
        #expect(result.functionEvaluations == recorder.valueCalls)
        #expect(result.iterations > 50)
    }

    @Test("A bowl with a kink, with one step a coordinate")
    func kink() throws {
        let settings = SimplexMinimizerSettings(initialSteps: [1, -0.5], sizeTolerance: 1e-9)
        let result = try SimplexMinimizer(settings).minimize(from: [4, 3]) { x in
            abs(x[0] - 1) + 2 * abs(x[1] + 2) + 5
        }
        #expect(result.status == .converged)
        #expect(distance(result.point, [1, -2]) < 1e-7)
        #expect(abs(result.value - 5) < 1e-7)
    }

    @Test("The first simplex has the asked edges")
    func firstSimplex() throws {
        let recorder = Recorder()
        let settings = SimplexMinimizerSettings(initialSteps: [0.5, -2], maximumIterations: 1)
        _ = try SimplexMinimizer(settings).minimize(from: [1, 1]) { x in
            recorder.note(x)
            return Rosenbrock.value(x)
        }
        #expect(recorder.points.prefix(3) == [[1, 1], [1.5, 1], [1, -1]])
    }

    @Test("The iteration limit and a stop are reported as such")
    func ends() throws {
        let limited = try SimplexMinimizer(SimplexMinimizerSettings(maximumIterations: 5))
            .minimize(from: Rosenbrock.start, Rosenbrock.value)
        #expect(limited.status == .iterationLimit)
        #expect(limited.iterations == 5)
        #expect(limited.value == Rosenbrock.value(limited.point.span))
        let stopped = try SimplexMinimizer().minimize(
            from: Rosenbrock.start, shouldStop: { true }, Rosenbrock.value)
        #expect(stopped.status == .stopped)
        #expect(stopped.iterations == 1)
        #expect(stopped.value == Rosenbrock.value(stopped.point.span))
    }

    @Test("Errors of the objective come back unchanged; a value that is not finite is an error")
    func failures() throws {
        for last in 1...40 {
            let recorder = Recorder()
            #expect(throws: Broken.after(calls: last)) {
                try SimplexMinimizer().minimize(from: Rosenbrock.start) { x in
                    recorder.valueCalls += 1
                    guard recorder.valueCalls < last else { throw Broken.after(calls: last) }
                    return Rosenbrock.value(x)
                }
            }
            #expect(recorder.valueCalls == last)
        }
        let error = try #require(throws: GSLError.self) {
            try SimplexMinimizer().minimize(from: [0]) { x in x[0] > 0.5 ? .nan : 0 }
        }
        #expect(error.name == "GSL_EBADFUNC")
        #expect(error.detail == "the objective is nan at (1.0); it must be finite")
    }

    @Test("Settings and starts outside their domain are errors")
    func domains() {
        let bad: [(SimplexMinimizerSettings, [Double])] = [
            (SimplexMinimizerSettings(initialSteps: []), [1, 2]),
            (SimplexMinimizerSettings(initialSteps: [1, 1, 1]), [1, 2]),
            (SimplexMinimizerSettings(initialSteps: [1, 0]), [1, 2]),
            (SimplexMinimizerSettings(initialSteps: [.infinity]), [1, 2]),
            (SimplexMinimizerSettings(sizeTolerance: 0), [1, 2]),
            (SimplexMinimizerSettings(maximumIterations: 0), [1, 2]),
            (SimplexMinimizerSettings(), []),
            (SimplexMinimizerSettings(), [.infinity]),
        ]
        for (settings, start) in bad {
            #expect(throws: GSLError.self) { try SimplexMinimizer(settings).minimize(from: start) { _ in 0 } }
        }
    }
}
