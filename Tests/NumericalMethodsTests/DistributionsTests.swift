import Foundation
import NumericalMethods
import Testing

@Suite("Distributions")
struct DistributionsTests {
    @Test("The upper tail of chi-squared")
    func chiSquared() throws {
        // Tables: the 5 % points for 1 and 10 degrees of freedom. Closed forms: ν = 2 and ν = 4.
        let tail = Distributions.chiSquaredUpperTail
        #expect(abs(try tail(3.841_458_820_694_124, 1) - 0.05) < 1e-14)
        #expect(abs(try tail(18.307_038_053_275_146, 10) - 0.05) < 1e-14)
        #expect(abs(try tail(2, 2) - exp(-1)) < 1e-15)
        #expect(abs(try tail(40, 4) / (21 * exp(-20)) - 1) < 1e-13)
        #expect(try tail(0, 3) == 1)
        #expect(try tail(-1, 3) == 1)
        #expect(try tail(.infinity, 3) == 0)
    }

    @Test("The quantile of the standard normal distribution")
    func normal() throws {
        let quantile = Distributions.standardNormalQuantile
        #expect(abs(try quantile(0.975) - 1.959_963_984_540_054) < 1e-14)
        #expect(abs(try quantile(0.841_344_746_068_542_9) - 1) < 1e-14)
        #expect(abs(try quantile(1e-10) + 6.361_340_902_404_056) < 1e-13)
        #expect(try quantile(0.5) == 0)
        #expect(try quantile(0) == -.infinity)
        #expect(try quantile(1) == .infinity)
    }

    @Test("The quantile of Student's t distribution")
    func studentT() throws {
        // Closed forms for ν = 1 and ν = 2; table for ν = 10; the normal limit.
        let quantile = Distributions.studentTQuantile
        #expect(abs(try quantile(0.75, 1) - 1) < 1e-10)
        #expect(abs(try quantile(0.975, 2) - 0.95 * (2 / 0.0975).squareRoot()) < 1e-9)
        #expect(abs(try quantile(0.975, 10) - 2.228_138_851_964_939) < 1e-9)
        #expect(abs(try quantile(0.025, 10) + 2.228_138_851_964_939) < 1e-9)
        #expect(abs(try quantile(0.975, 1e8) - 1.959_963_984_540_054) < 1e-6)
        #expect(try quantile(0, 5) == -.infinity)
        #expect(try quantile(1, 5) == .infinity)
    }

    @Test("Arguments outside their domain are domain errors")
    func domains() throws {
        let errors = [
            #expect(throws: GSLError.self) { try Distributions.chiSquaredUpperTail(.nan, degreesOfFreedom: 1) },
            #expect(throws: GSLError.self) { try Distributions.chiSquaredUpperTail(1, degreesOfFreedom: 0) },
            #expect(throws: GSLError.self) { try Distributions.chiSquaredUpperTail(1, degreesOfFreedom: .infinity) },
            #expect(throws: GSLError.self) { try Distributions.standardNormalQuantile(-0.1) },
            #expect(throws: GSLError.self) { try Distributions.standardNormalQuantile(1.1) },
            #expect(throws: GSLError.self) { try Distributions.standardNormalQuantile(.nan) },
            #expect(throws: GSLError.self) { try Distributions.studentTQuantile(2, degreesOfFreedom: 3) },
            #expect(throws: GSLError.self) { try Distributions.studentTQuantile(0.5, degreesOfFreedom: -3) },
        ]
        #expect(errors.allSatisfy { $0?.name == "GSL_EDOM" })
        #expect(
            errors[4]?.description
                == "standardNormalQuantile: the probability is 1.1; it must lie in [0, 1] "
                + "(GSL_EDOM: input domain error)")
    }

    @Test("A quantile that GSL cannot find is an error, not NaN")
    func notFound() throws {
        let error = try #require(throws: GSLError.self) {
            try Distributions.studentTQuantile(1e-300, degreesOfFreedom: 0.001)
        }
        #expect(error.name == "GSL_EFAILED")
    }
}
