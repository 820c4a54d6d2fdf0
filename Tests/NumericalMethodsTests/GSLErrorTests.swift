import NumericalMethods
import Testing

@Suite("Errors of GSL")
struct GSLErrorTests {
    @Test("An error names its code and says what GSL says")
    func text() {
        let error = GSLError(code: 1, operation: "tail", detail: "x is -1; it must be above 0")
        #expect(error.name == "GSL_EDOM")
        #expect(error.message == "input domain error")
        #expect(error.description == "tail: x is -1; it must be above 0 (GSL_EDOM: input domain error)")
        #expect(
            GSLError(code: 27, operation: "search").description
                == "search: iteration is not making progress towards solution (GSL_ENOPROG)")
        #expect(GSLError(code: 8, operation: "search").message == "malloc failed")
    }

    @Test("A code that GSL does not know still has a name and a text")
    func unknown() {
        let error = GSLError(code: 999, operation: "search")
        #expect(error.name == "GSL_999")
        #expect(error.message == "unknown error code")
    }

    @Test("Errors are equal if code, operation and detail are")
    func equality() {
        let error = GSLError(code: 4, operation: "a", detail: "b")
        #expect(error == GSLError(code: 4, operation: "a", detail: "b"))
        #expect(error != GSLError(code: 5, operation: "a", detail: "b"))
        #expect(error != GSLError(code: 4, operation: "c", detail: "b"))
    }

    /// Each runs in its own process, as the first use of GSL there: with the default handler it would abort.
    @Test("An error inside GSL does not abort the process: a root without a change of sign")
    func rootDoesNotAbort() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: GSLError.self) { try bracketedRoot(in: 1...2, tolerance: 1e-9) { $0 } }
        }
    }

    @Test("An error inside GSL does not abort the process: a minimum that is not enclosed")
    func minimumDoesNotAbort() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: GSLError.self) { try bracketedMinimum(in: 1...2, near: 1.5, tolerance: 1e-9) { $0 } }
        }
    }

    @Test("An error inside GSL does not abort the process: a quantile that is not found")
    func quantileDoesNotAbort() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: GSLError.self) {
                try Distributions.studentTQuantile(1e-300, degreesOfFreedom: 0.001)
            }
        }
    }

    @Test("An error inside GSL does not abort the process: a simplex on values that are not finite")
    func simplexDoesNotAbort() async {
        await #expect(processExitsWith: .success) {
            #expect(throws: GSLError.self) { try SimplexMinimizer().minimize(from: [0]) { _ in .nan } }
        }
    }
}
