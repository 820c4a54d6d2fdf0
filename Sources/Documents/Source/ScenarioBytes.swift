package import Output

extension FileBytes {
    /// The bytes of a file of ours: a regular file of at most ``DocumentLimits/bytes``.
    package static func scenario(path: String) throws(Failure) -> [UInt8] {
        try read(path: path, limit: DocumentLimits.bytes)
    }

    /// The same, with the problem as that of a file of ours.
    package static func load(_ path: String) throws(DocumentError) -> [UInt8] {
        do throws(Failure) {
            return try scenario(path: path)
        } catch {
            throw DocumentError(diagnostics: [Diagnostic(severity: .error, file: path, message: error.message)])
        }
    }
}
