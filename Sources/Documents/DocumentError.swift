public import InputErrors

/// Why a scenario file was refused: all its problems, in the order of the file.
public struct DocumentError: InputProblem, Equatable {
    /// The errors, and the warnings found with them; at most ``DocumentLimits/diagnostics``.
    public var diagnostics: [Diagnostic]
    /// How many more problems there are than `diagnostics` lists.
    public var omitted: Int

    public init(diagnostics: [Diagnostic], omitted: Int = 0) {
        self.diagnostics = diagnostics
        self.omitted = omitted
    }

    /// Every problem as ``Diagnostic/rendered`` shows it, one after the other, and a line for those left out.
    public var description: String {
        var parts = diagnostics.map(\.rendered)
        if omitted > 0 { parts.append("and \(omitted) more") }
        return parts.joined(separator: "\n")
    }
}
