internal import Foundation
internal import Nacre

/// The exit codes of the program, as in sysexits.h where one fits.
enum ExitStatus: Int32 {
    /// Ran, but a gate failed or a solver did not converge.
    case gate = 1
    case badInput = 65
    case fault = 70
    case fileTrouble = 74
    /// Something outside failed and may pass when tried again: an address that cannot be reached.
    case temporary = 75
    case interrupted = 130
}

/// An error on its way to a person or a script.
struct Failure {
    private let status: ExitStatus
    private let lines: [String]
    private let items: [JSONValue]

    init(_ error: any Error) {
        if let error = error as? DocumentError {
            status = .badInput
            lines = [error.description]
            items = error.diagnostics.filter { $0.severity == .error }.map(\.json)
            return
        }
        if let error = error as? PieceProblems {
            status = .badInput
            lines = error.problems.map { "error: \(Escaped.line($0))" }
            items = error.problems.map { Self.item($0) }
            return
        }
        if let error = error as? DataError {
            status = .badInput
            // What is wrong with a place of a file says so behind the place, as compilers do.
            let head = error.head.contains(": error: ") ? error.head : "error: \(error.head)"
            lines = [Escaped.line(head)] + error.details.map { "  \(Escaped.line($0))" }
            items = [Self.item(error.description)]
            return
        }
        status =
            switch error {
            case is StoreError, is FileError: .fileTrouble
            case is UnreachableAddress: .temporary
            case is any InputProblem: .badInput
            // Files that a library reads or writes: the system's answer, whatever it was.
            case is CocoaError, is POSIXError: .fileTrouble
            default: .fault
            }
        let text = status == .fileTrouble && error is CocoaError ? error.localizedDescription : "\(error)"
        let shown = Escaped.line(text)
        lines = [
            status == .fault ? "error: \(shown) (this is a fault of sim-cli; please report it)" : "error: \(shown)"
        ]
        items = [Self.item(text)]
    }

    /// An error that is in no file, in the shape that scripts rely on.
    static func item(_ message: String) -> JSONValue {
        .object([
            "file": .null, "line": .null, "column": .null, "path": .null, "message": .string(message),
            "severity": .string("error"),
        ])
    }

    /// The document that a failed command prints with `--json`.
    static func document(_ errors: [JSONValue]) -> JSONValue {
        .object(["format": .integer(1), "errors": .array(errors)])
    }

    /// Shows the error and returns the exit code.
    func present(on terminal: Terminal) -> Int32 {
        if terminal.json, !Terminal.hasPrintedDocument, (try? terminal.print(Self.document(items))) != nil {
            return status.rawValue
        }
        for line in lines { terminal.complain(line) }
        return status.rawValue
    }
}
