import Calibration
import Testing

@Suite("Coefficients from published effects")
struct EffectFitTests {
    private func effect(_ name: String, _ estimate: Double, _ error: Double, _ contrast: [Double]) -> EffectFit.Effect {
        .init(name: name, estimate: estimate, standardError: error, contrast: contrast)
    }

    @Test("As many effects as features: the effects themselves, with the errors of their differences")
    func saturated() throws {
        // direct = −i + f; partial = −i / 2. So i = −2 partial and f = direct + i.
        let effects = [effect("direct", -3, 0.3, [-1, 1]), effect("partial", -1.5, 0.2, [-0.5, 0])]
        for correlation in [0, 0.5] {
            let fit = try EffectFit(effects, features: ["information", "firmness"], correlation: correlation)
            #expect(abs(fit.coefficients[0] - 3) < 1e-12 && abs(fit.coefficients[1]) < 1e-12)
            let shared = correlation * 0.3 * 0.2
            #expect(abs(fit.covariance[0] - 4 * 0.04) < 1e-12)
            #expect(abs(fit.covariance[3] - (0.09 + 4 * 0.04 - 4 * shared)) < 1e-12)
            #expect(abs(fit.covariance[1] - (4 * 0.04 - 2 * shared)) < 1e-12)
            #expect(fit.degreesOfFreedom == 0 && fit.misfit < 1e-20)
        }
    }

    @Test("More effects than features: the mean weighted by precision, and the misfit of Cochran's Q")
    func weighted() throws {
        let effects = [effect("a", 1, 0.5, [1]), effect("b", 2, 0.25, [1]), effect("c", 4, 1, [2])]
        let fit = try EffectFit(effects, features: ["x"], correlation: 0)
        // Precisions 4, 16 and 4 · 1 for effects 1, 2 and 4/2.
        #expect(abs(fit.coefficients[0] - (4 * 1 + 16 * 2 + 4 * 2) / 24.0) < 1e-12)
        #expect(abs(fit.covariance[0] - 1 / 24.0) < 1e-12)
        let mean = 44.0 / 24
        let q = 4 * (1 - mean) * (1 - mean) + 16 * (2 - mean) * (2 - mean) + (4 - 2 * mean) * (4 - 2 * mean)
        #expect(abs(fit.misfit - q) < 1e-12 && fit.degreesOfFreedom == 2)
    }

    @Test("Intervals say standard errors; features that styles do not tell apart are named")
    func problems() throws {
        #expect(abs(try EffectFit.standardError(width: 2 * 1.959_963_984_540_054, level: 0.95) - 1) < 1e-12)
        func problem(_ effects: [EffectFit.Effect], _ features: [String]) -> String {
            do throws(CalibrationError) {
                _ = try EffectFit(effects, features: features, correlation: 0.5)
                return "none"
            } catch { return error.description }
        }
        let same = [effect("a", 1, 1, [1, 0]), effect("b", 2, 1, [0.5, 0])]
        #expect(problem(same, ["x", "y"]).hasPrefix("the feature y is the same in all styles"))
        let tied = [effect("a", 1, 1, [1, 2, 1]), effect("b", 2, 1, [0.5, 1, 0]), effect("c", 2, 1, [1, 2, 0])]
        #expect(problem(tied, ["x", "y", "z"]).hasPrefix("the features x, y change together"))
        #expect(problem([same[0]], ["x", "y"]).contains("there must be as many at least"))
    }
}

extension EffectFitTests {
    @Test("How sure anyone is of an effect does not make features alike", arguments: [1e-6, 1e-3, 1e6])
    func sureness(error: Double) throws {
        let effects = [
            EffectFit.Effect(name: "both", estimate: 3, standardError: error, contrast: [1, 1]),
            EffectFit.Effect(name: "second", estimate: 1, standardError: 1, contrast: [0, 1]),
        ]
        let fit = try EffectFit(effects, features: ["x", "y"], correlation: 0)
        #expect(abs(fit.coefficients[0] - 2) < 1e-3 && abs(fit.coefficients[1] - 1) < 1e-3)
        #expect(abs(fit.standardErrors[1] - 1) < 1e-3)
    }
}
