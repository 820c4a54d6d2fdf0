import NumericalMethods
import Testing

@Suite("Evaluations of an objective with gradient")
struct GradientMinimizerCountTests {
    @Test("The counts are those of the caller's functions", arguments: Method.allCases)
    func counts(method: Method) throws {
        let recorder = Recorder()
        let objective = DifferentiableObjective(
            value: { x in
                recorder.valueCalls += 1
                return Rosenbrock.value(x)
            },
            valueAndGradient: { x, gradient in
                recorder.gradientCalls += 1
                return Rosenbrock.valueAndGradient(x, &gradient)
            })
        let result = try GradientMinimizer(GradientMinimizerSettings(method: method))
            .minimize(objective, from: Rosenbrock.start)
        #expect(recorder.valueCalls > 0)
        #expect(result.functionEvaluations == recorder.valueCalls + recorder.gradientCalls)
        #expect(result.gradientEvaluations == recorder.gradientCalls)
    }

    @Test("No point is evaluated twice in a row", arguments: Method.allCases)
    func cache(method: Method) throws {
        let recorder = Recorder()
        let result = try GradientMinimizer(GradientMinimizerSettings(method: method))
            .minimize(from: Rosenbrock.start) { x, gradient in
                recorder.note(x)
                return Rosenbrock.valueAndGradient(x, &gradient)
            }
        #expect(result.functionEvaluations == recorder.points.count)
        #expect(result.gradientEvaluations == recorder.points.count)
        let repeats = zip(recorder.points, recorder.points.dropFirst()).filter { $0 == $1 }
        #expect(repeats.isEmpty)
    }

    @Test("A separate value gives the same search", arguments: Method.allCases)
    func separateValue(method: Method) throws {
        let minimizer = GradientMinimizer(GradientMinimizerSettings(method: method))
        let combined = try minimizer.minimize(from: Rosenbrock.start, Rosenbrock.valueAndGradient)
        let separate = try minimizer.minimize(
            DifferentiableObjective(value: Rosenbrock.value, valueAndGradient: Rosenbrock.valueAndGradient),
            from: Rosenbrock.start)
        #expect(separate.point == combined.point)
        #expect(separate.iterations == combined.iterations)
        #expect(separate.gradientEvaluations < combined.gradientEvaluations)
    }

    @Test("BFGS2 on Rosenbrock's valley stays near the measured number of evaluations")
    func budget() throws {
        let result = try GradientMinimizer().minimize(from: Rosenbrock.start, Rosenbrock.valueAndGradient)
        #expect(result.status == .converged)
        #expect(result.functionEvaluations <= 120)
    }
}
