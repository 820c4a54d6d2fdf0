package import Output

/// Who is told what happens besides the result: advice and warnings, and what must not be missed.
package protocol Console: Sendable {
    /// A line of advice, a warning or a message to people, which they may have asked to be left out.
    func note(_ text: String)
    /// A line that is never left out.
    func complain(_ text: String)
}

extension Console {
    /// Makes a folder that appears whole, or not at all if `body` throws, and says what earlier exports left there.
    package func writeFolder<Value>(
        _ path: String, replaces: Bool, _ body: (OutputFolder) throws -> Value
    ) throws -> Value {
        try OutputFolder.write(path: path, replaces: replaces, note: { note($0) }, body)
    }
}

/// Nobody is told.
package struct SilentConsole: Console {
    package init() {}

    package func note(_ text: String) {}

    package func complain(_ text: String) {}
}
