internal import ArgumentParser

/// Reads a command line without doing what it says: what is tried with command lines that nobody gives.
package enum ArgumentReading {
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code and the message; nil for a command line that would be run.
    package static func refusal(of arguments: [String]) -> (code: Int32, message: String)? {
        do {
            if let error = SimCLI.misspeltCommand(arguments) { throw error }
            _ = try SimCLI.parseAsRoot(arguments)
            return nil
        } catch {
            return (SimCLI.exitCode(for: error).rawValue, SimCLI.fullMessage(for: error))
        }
    }
}
