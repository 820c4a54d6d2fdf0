/// A failure of the GNU Scientific Library, or an argument that it could not have worked with.
///
/// The text of an error says where it happened, what was found and what was needed:
///
///     GradientMinimizer: initialStep is 0.0; it must be finite and above 0 (GSL_EINVAL: invalid argument …)
///
/// An error that a caller's own function throws is never wrapped in this type; it is rethrown as it is.
///
/// Source: GSL 2.7 manual, chapter "Error Handling".
public struct GSLError: Error, Equatable, Sendable {
    /// The error code of GSL, as in `gsl_errno.h` (1 is a domain error, 4 an invalid argument, …).
    public let code: Int32

    /// The operation that failed, for example `"GradientMinimizer"`.
    public let operation: String

    /// What was found and what was needed; empty when only the code is known.
    public let detail: String

    /// The text that GSL gives for the code (`gsl_strerror`).
    public let message: String

    /// The symbolic name of the code, for example `"GSL_EDOM"`; `"GSL_<code>"` for a code that GSL does not name.
    public var name: String {
        Self.names[code] ?? "GSL_\(code)"
    }

    /// Makes an error from a code of GSL.
    ///
    /// - Parameters:
    ///   - code: a code of `gsl_errno.h`; its text is looked up.
    ///   - operation: the operation that failed.
    ///   - detail: what was found and what was needed.
    /// - Complexity: O(1).
    public init(code: Int32, operation: String, detail: String = "") {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.message = GSLRuntime.message(for: code)
    }

    private static let names: [Int32: String] = [
        -2: "GSL_CONTINUE", -1: "GSL_FAILURE", 0: "GSL_SUCCESS",
        1: "GSL_EDOM", 2: "GSL_ERANGE", 3: "GSL_EFAULT", 4: "GSL_EINVAL",
        5: "GSL_EFAILED", 6: "GSL_EFACTOR", 7: "GSL_ESANITY", 8: "GSL_ENOMEM",
        9: "GSL_EBADFUNC", 10: "GSL_ERUNAWAY", 11: "GSL_EMAXITER", 12: "GSL_EZERODIV",
        13: "GSL_EBADTOL", 14: "GSL_ETOL", 15: "GSL_EUNDRFLW", 16: "GSL_EOVRFLW",
        17: "GSL_ELOSS", 18: "GSL_EROUND", 19: "GSL_EBADLEN", 20: "GSL_ENOTSQR",
        21: "GSL_ESING", 22: "GSL_EDIVERGE", 23: "GSL_EUNSUP", 24: "GSL_EUNIMPL",
        25: "GSL_ECACHE", 26: "GSL_ETABLE", 27: "GSL_ENOPROG", 28: "GSL_ENOPROGJ",
        29: "GSL_ETOLF", 30: "GSL_ETOLX", 31: "GSL_ETOLG", 32: "GSL_EOF",
    ]
}

extension GSLError: CustomStringConvertible {
    /// The operation, what was found and needed, and the name and text of the code, in one line.
    public var description: String {
        detail.isEmpty
            ? "\(operation): \(message) (\(name))"
            : "\(operation): \(detail) (\(name): \(message))"
    }
}

extension GSLError {
    /// An argument outside what the operation accepts.
    static func invalid(_ operation: String, _ detail: String) -> GSLError {
        GSLError(code: GSLRuntime.invalidArgument, operation: operation, detail: detail)
    }

    /// A number outside the domain of the function.
    static func domain(_ operation: String, _ detail: String) -> GSLError {
        GSLError(code: GSLRuntime.domainError, operation: operation, detail: detail)
    }

    /// A caller's function that returned something unusable, such as a value that is not finite.
    static func badFunction(_ operation: String, _ detail: String) -> GSLError {
        GSLError(code: GSLRuntime.badFunction, operation: operation, detail: detail)
    }

    /// GSL could not allocate its state.
    static func noMemory(_ operation: String) -> GSLError {
        GSLError(code: GSLRuntime.noMemory, operation: operation)
    }
}
