import Foundation
import NumericalMethods
import Testing

@Suite("Roots and minima in a bracket")
struct BracketTests {
    @Test("The fixed point of the cosine")
    func cosine() throws {
        let result = try bracketedRoot(in: 0...1, tolerance: 1e-12) { cos($0) - $0 }
        #expect(result.status == .converged)
        #expect(abs(result.root - 0.739_085_133_215_160_641_66) < 1e-12)
        #expect(result.lower <= result.root && result.root <= result.upper)
        #expect(result.residual <= 1e-12)
        #expect(result.functionEvaluations < 15)
    }

    @Test("A root at an end or exactly at a trial point")
    func exactRoots() throws {
        #expect(try bracketedRoot(in: 0...1, tolerance: 1e-9) { $0 }.root == 0)
        #expect(try bracketedRoot(in: -1...0, tolerance: 1e-9) { $0 }.root == 0)
        #expect(try bracketedRoot(in: 0...1, tolerance: 1e-9) { $0 - 0.5 }.root == 0.5)
    }

    @Test("Too few iterations are reported as such")
    func limit() throws {
        let root = try bracketedRoot(in: -1...3, tolerance: 1e-12, maximumIterations: 10) { $0 * $0 * $0 }
        #expect(root.status == .iterationLimit)
        #expect(root.iterations == 10)
        #expect(root.residual > 1e-12)
        let minimum = try bracketedMinimum(in: 0...3, near: 1.6, tolerance: 1e-14) { ($0 - 2) * ($0 - 2) }
        #expect(minimum.status == .iterationLimit)
        #expect(minimum.iterations == 100)
        #expect(abs(minimum.point - 2) < 1e-7)
    }

    @Test("The minimum of −sin")
    func sine() throws {
        let result = try bracketedMinimum(in: 0...3, near: 1, tolerance: 1e-7) { -sin($0) }
        #expect(result.status == .converged)
        #expect(abs(result.point - Double.pi / 2) < 1e-7)
        #expect(result.value == -sin(result.point))
        #expect(result.lower <= result.point && result.point <= result.upper)
    }

    @Test("No change of sign, or a guess that is not the lowest, is an error with a text")
    func noBracket() throws {
        let root = try #require(throws: GSLError.self) {
            try bracketedRoot(in: 1...2, tolerance: 1e-9) { $0 * $0 }
        }
        #expect(
            root.description
                == "bracketedRoot: the function has the same sign at both ends of 1.0...2.0; it must change sign "
                + "(GSL_EINVAL: invalid argument supplied by user)")
        let minimum = try #require(throws: GSLError.self) {
            try bracketedMinimum(in: 1...2, near: 1.5, tolerance: 1e-9) { $0 }
        }
        #expect(minimum.detail.hasPrefix("the function at the guess 1.5 is not below that at both ends"))
    }

    @Test("Errors of the function come back unchanged; a value that is not finite is an error")
    func failures() throws {
        for last in 1...4 {
            var calls = 0
            #expect(throws: Broken.after(calls: last)) {
                try bracketedRoot(in: 0...1, tolerance: 1e-12) { x in
                    calls += 1
                    guard calls < last else { throw Broken.after(calls: last) }
                    return cos(x) - x
                }
            }
            #expect(calls == last)
        }
        let error = try #require(throws: GSLError.self) {
            try bracketedMinimum(in: 0...3, near: 1, tolerance: 1e-6) { $0 == 3 ? .nan : -sin($0) }
        }
        #expect(error.detail == "the function is nan at 3.0; it must be finite")
    }

    @Test("Arguments outside their domain are errors")
    func domains() {
        #expect(throws: GSLError.self) { try bracketedRoot(in: 0...(.infinity), tolerance: 1) { $0 } }
        #expect(throws: GSLError.self) { try bracketedRoot(in: -1...1, tolerance: -1) { $0 } }
        #expect(throws: GSLError.self) { try bracketedRoot(in: -1...1, tolerance: 1, maximumIterations: -1) { $0 } }
        #expect(throws: GSLError.self) { try bracketedMinimum(in: 0...1, near: 1, tolerance: 1) { $0 } }
        #expect(throws: GSLError.self) { try bracketedMinimum(in: 0...1, near: .nan, tolerance: 1) { $0 } }
    }
}
