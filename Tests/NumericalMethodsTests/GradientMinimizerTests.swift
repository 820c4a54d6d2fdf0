import NumericalMethods
import Testing

typealias Method = GradientMinimizerSettings.Method

@Suite("Minimisation with gradient")
struct GradientMinimizerTests {
    @Test("Rosenbrock's valley from the standard start", arguments: Method.allCases)
    func rosenbrock(method: Method) throws {
        let settings = GradientMinimizerSettings(method: method, gradientTolerance: 1e-9)
        let result = try GradientMinimizer(settings).minimize(
            from: Rosenbrock.start, Rosenbrock.valueAndGradient)
        #expect(result.status == .converged)
        #expect(result.isConverged)
        #expect(result.settings == settings)
        #expect(distance(result.point, [1, 1]) < 1e-8)
        #expect(result.value < 1e-16)
        #expect(result.residual <= 1e-9)
        #expect(result.iterations > 5)
        #expect(result.gradientEvaluations <= result.functionEvaluations)
    }

    @Test("A bowl with a known minimum", arguments: Method.allCases)
    func bowl(method: Method) throws {
        let bowl = Bowl(curvatures: [1, 3, 10, 30], minimum: [1, -2, 0.5, 4], offset: -7)
        let settings = GradientMinimizerSettings(method: method, gradientTolerance: 1e-6)
        let result = try GradientMinimizer(settings).minimize(from: [0, 0, 0, 0], bowl.valueAndGradient)
        #expect(result.status == .converged)
        #expect(distance(result.point, bowl.minimum) <= 1e-6)
        #expect(abs(result.value + 7) < 1e-12)
    }

    @Test("Point, value, gradient and residual of a result belong together", arguments: Method.allCases)
    func resultIsConsistent(method: Method) throws {
        // The last limit ends without progress: beside the minimum 1 the last falls of the value are rounded away.
        let bowl = Bowl(curvatures: [1, 30, 1000, 1e4], minimum: [1, -2, 0.5, 4], offset: 1)
        for limit in [0, 1, 2, 7, 5000] {
            let settings = GradientMinimizerSettings(
                method: method, gradientTolerance: 1e-15, maximumIterations: limit)
            let result = try GradientMinimizer(settings).minimize(from: [0, 0, 0, 0], bowl.valueAndGradient)
            #expect(result.status == (limit < 5000 ? .iterationLimit : .noProgress))
            var gradient = [0.0, 0, 0, 0]
            var span = gradient.mutableSpan
            let value = bowl.valueAndGradient(result.point.span, &span)
            #expect(result.value == value)
            #expect(result.gradient == gradient)
            let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(result.residual - norm) <= 1e-14 * norm)
        }
    }

    @Test("A start at the minimum needs no iteration and one evaluation", arguments: Method.allCases)
    func startAtMinimum(method: Method) throws {
        let result = try GradientMinimizer(GradientMinimizerSettings(method: method, gradientTolerance: 0))
            .minimize(from: [1, 1], Rosenbrock.valueAndGradient)
        #expect(result.status == .converged)
        #expect(result.iterations == 0)
        #expect(result.functionEvaluations == 1)
        #expect(result.residual == 0)
    }

    @Test("The scale of the objective does not change the search of the conjugate gradients by one bit")
    func scaleIsExact() throws {
        for method in [Method.fletcherReeves, .polakRibiere] {
            let points = try [0x1p0, 0x1p30, 0x1p-20].map { scale in
                try GradientMinimizer(GradientMinimizerSettings(method: method, objectiveScale: scale))
                    .minimize(from: Rosenbrock.start(6), Rosenbrock.valueAndGradient).point
            }
            #expect(points[0] == points[1])
            #expect(points[0] == points[2])
        }
    }

    @Test("BFGS2 without scale gives up early and says so; with the default scale it converges")
    func bfgsNeedsScale() throws {
        let unscaled = try GradientMinimizer(GradientMinimizerSettings(objectiveScale: 1, restarts: 0))
            .minimize(from: Rosenbrock.start(10), Rosenbrock.valueAndGradient)
        #expect(unscaled.status == .noProgress)
        #expect(unscaled.residual > 1e-8)
        #expect(unscaled.residual < 1e-4)
        #expect(unscaled.restarts == 0)
        let scaled = try GradientMinimizer().minimize(from: Rosenbrock.start(10), Rosenbrock.valueAndGradient)
        #expect(scaled.status == .converged)
    }

    @Test("A restart goes on where the search was stuck")
    func restartHelps() throws {
        var settings = GradientMinimizerSettings(
            lineSearchTolerance: 0.01, objectiveScale: 1, restarts: 0)
        let stuck = try GradientMinimizer(settings).minimize(
            from: Rosenbrock.start(10), Rosenbrock.valueAndGradient)
        settings.restarts = 1
        let restarted = try GradientMinimizer(settings).minimize(
            from: Rosenbrock.start(10), Rosenbrock.valueAndGradient)
        #expect(stuck.status == .noProgress)
        #expect(restarted.restarts == 1)
        #expect(restarted.iterations > stuck.iterations)
        #expect(restarted.residual < stuck.residual)
    }

    @Test("Searches in parallel give the result of one alone")
    func parallel() async throws {
        let alone = try GradientMinimizer().minimize(from: Rosenbrock.start(8), Rosenbrock.valueAndGradient)
        let results = try await withThrowingTaskGroup(of: GradientMinimum.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try GradientMinimizer().minimize(from: Rosenbrock.start(8), Rosenbrock.valueAndGradient)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: alone, count: 8))
    }
}
