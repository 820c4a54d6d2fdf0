import CGSL

/// The process-wide state of GSL: its error handler, its status codes and their texts.
///
/// GSL calls a global error handler whenever a function fails, and the default handler aborts the process. It is
/// switched off once, on first use; from then on GSL only returns status codes.
enum GSLRuntime {
    static let success = Int32(GSL_SUCCESS)
    static let domainError = Int32(GSL_EDOM)
    static let invalidArgument = Int32(GSL_EINVAL)
    static let failed = Int32(GSL_EFAILED)
    static let noMemory = Int32(GSL_ENOMEM)
    static let badFunction = Int32(GSL_EBADFUNC)
    static let noProgress = Int32(GSL_ENOPROG)

    /// Runs once, when first read: the language guarantees that, from any number of threads.
    private static let handlerIsOff: Bool = {
        _ = unsafe gsl_set_error_handler_off()
        return true
    }()

    /// Makes sure that a failing GSL function returns a status and does not abort the process.
    ///
    /// Every entry into GSL calls this first. After the first call it costs one atomic load.
    static func switchErrorHandlerOff() {
        _ = handlerIsOff
    }

    /// Turns a status of GSL into a thrown error, and success into nothing.
    static func check(_ status: Int32, _ operation: String, _ detail: @autoclosure () -> String = "") throws(GSLError) {
        guard status != success else { return }
        throw GSLError(code: status, operation: operation, detail: detail())
    }

    /// The text of GSL for a status code.
    static func message(for code: Int32) -> String {
        guard let text = unsafe gsl_strerror(code) else { return "unknown error code" }
        return unsafe String(cString: text)
    }
}
