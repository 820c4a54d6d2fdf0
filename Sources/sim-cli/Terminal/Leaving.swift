internal import ArgumentParser
internal import Foundation
internal import Nacre

extension SimCLI {
    /// Ends the program as `exit(withError:)` does, but what is said of arguments, which hold names from elsewhere, goes through the
    /// terminal as everything else does.
    static func leave(_ error: any Error) -> Never {
        let (code, text) = (exitCode(for: error), fullMessage(for: error))
        let terminal = Terminal(json: false, quiet: false)
        if !text.isEmpty {
            // Help is data; where it cannot be written there is nobody to tell.
            if code.isSuccess { try? terminal.print(text + "\n") } else { terminal.complain(text) }
        }
        Foundation.exit(code.rawValue)
    }
}
