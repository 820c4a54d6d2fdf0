import NumericalMethods
import Testing

@Suite("How a minimisation with gradient ends")
struct GradientMinimizerEndTests {
    @Test("The iteration limit is reported as such", arguments: Method.allCases)
    func iterationLimit(method: Method) throws {
        for limit in [0, 3] {
            let result = try GradientMinimizer(
                GradientMinimizerSettings(method: method, maximumIterations: limit)
            ).minimize(from: Rosenbrock.start, Rosenbrock.valueAndGradient)
            #expect(result.status == .iterationLimit)
            #expect(!result.isConverged)
            #expect(result.iterations == limit)
            #expect(result.residual > result.settings.gradientTolerance)
        }
    }

    @Test("The caller can stop a search", arguments: Method.allCases)
    func stop(method: Method) throws {
        var polls = 0
        let result = try GradientMinimizer(GradientMinimizerSettings(method: method)).minimize(
            from: Rosenbrock.start,
            shouldStop: {
                polls += 1
                return polls > 4
            },
            Rosenbrock.valueAndGradient)
        #expect(result.status == .stopped)
        #expect(result.iterations == 4)
        #expect(polls == 5)
        #expect(result.value < 24.2)
    }

    @Test("An error of the objective comes back unchanged, from the first call on", arguments: Method.allCases)
    func rethrow(method: Method) {
        for last in [1, 2, 7] {
            let recorder = Recorder()
            #expect(throws: Broken.after(calls: last)) {
                try GradientMinimizer(GradientMinimizerSettings(method: method))
                    .minimize(from: Rosenbrock.start) { x, gradient in
                        recorder.gradientCalls += 1
                        guard recorder.gradientCalls < last else { throw Broken.after(calls: last) }
                        return Rosenbrock.valueAndGradient(x, &gradient)
                    }
            }
            #expect(recorder.gradientCalls == last, "no call after the error")
        }
    }

    @Test("A value that is not finite is an error", arguments: Method.allCases)
    func badValue(method: Method) throws {
        for (bad, calls) in [(Double.nan, 1), (.nan, 3), (.infinity, 3), (-.infinity, 3)] {
            let recorder = Recorder()
            let error = try #require(throws: GSLError.self) {
                try GradientMinimizer(GradientMinimizerSettings(method: method))
                    .minimize(from: Rosenbrock.start) { x, gradient in
                        recorder.gradientCalls += 1
                        let value = Rosenbrock.valueAndGradient(x, &gradient)
                        return recorder.gradientCalls < calls ? value : bad
                    }
            }
            #expect(error.name == "GSL_EBADFUNC")
            #expect(error.detail.hasPrefix("the objective is \(bad) at ("))
            #expect(recorder.gradientCalls == calls, "no call after the error")
        }
    }

    @Test("A gradient that is not finite, or not written, is an error")
    func badGradient() throws {
        let infinite = try #require(throws: GSLError.self) {
            try GradientMinimizer().minimize(from: [1, 2]) { x, gradient in
                gradient[0] = 1
                gradient[1] = .infinity
                return x[0]
            }
        }
        #expect(infinite.detail == "gradient[1] is inf at (1.0, 2.0); it must be written and finite")
        let unwritten = try #require(throws: GSLError.self) {
            try GradientMinimizer().minimize(from: [1, 2]) { x, gradient in
                gradient[1] = 1
                return x[1]
            }
        }
        let recorder = Recorder()
        let later = try #require(throws: GSLError.self) {
            try GradientMinimizer().minimize(from: [1, 2]) { x, gradient in
                recorder.gradientCalls += 1
                gradient[1] = x[1]
                if recorder.gradientCalls < 3 { gradient[0] = x[0] }
                return 0.5 * (x[0] * x[0] + x[1] * x[1])
            }
        }
        #expect(later.detail.hasPrefix("gradient[0] is nan at ("), "a stale number must not pass for a written one")
        #expect(unwritten.detail == "gradient[0] is nan at (1.0, 2.0); it must be written and finite")
    }

    @Test("A gradient of the wrong sign ends as no progress", arguments: Method.allCases)
    func wrongGradient(method: Method) throws {
        let result = try GradientMinimizer(GradientMinimizerSettings(method: method))
            .minimize(from: [1]) { x, gradient in
                gradient[0] = -2 * x[0]
                return x[0] * x[0]
            }
        #expect(result.status == .noProgress)
        #expect(result.residual == 2)
        #expect(result.point == [1])
    }

    @Test("An objective that falls without bound never counts as converged", arguments: Method.allCases)
    func unbounded(method: Method) {
        let result = try? GradientMinimizer(GradientMinimizerSettings(method: method))
            .minimize(from: [0]) { x, gradient in
                gradient[0] = -1
                return -x[0]
            }
        #expect(result?.status != .converged)
    }

    @Test("BFGS2 whose line search finds no end stops after a few iterations and not at the limit")
    func unboundedBFGS() throws {
        let result = try GradientMinimizer().minimize(from: [0]) { x, gradient in
            gradient[0] = -1
            return -x[0]
        }
        #expect(result.status == .noProgress)
        #expect(result.iterations < 10)
        #expect(result.residual == 1)
    }

    @Test("Settings and starts outside their domain are errors, before any evaluation")
    func domains() {
        let bad: [(GradientMinimizerSettings, [Double])] = [
            (GradientMinimizerSettings(initialStep: 0), [1]),
            (GradientMinimizerSettings(initialStep: .infinity), [1]),
            (GradientMinimizerSettings(lineSearchTolerance: 0), [1]),
            (GradientMinimizerSettings(lineSearchTolerance: 1), [1]),
            (GradientMinimizerSettings(gradientTolerance: -1), [1]),
            (GradientMinimizerSettings(gradientTolerance: .nan), [1]),
            (GradientMinimizerSettings(objectiveScale: 3), [1]),
            (GradientMinimizerSettings(objectiveScale: -2), [1]),
            (GradientMinimizerSettings(maximumIterations: -1), [1]),
            (GradientMinimizerSettings(restarts: -1), [1]),
            (GradientMinimizerSettings(), []),
            (GradientMinimizerSettings(), [1, .nan]),
        ]
        for (settings, start) in bad {
            #expect(throws: GSLError.self) {
                try GradientMinimizer(settings).minimize(from: start) { _, _ in
                    Issue.record("the objective must not be called")
                    return 0
                }
            }
        }
    }
}
