internal import ArgumentParser
internal import Foundation
internal import Nacre

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON document to standard output instead of tables.")
    var json = false

    @Option(name: .long, help: "Seed of everything random. (default: 1)", transform: Number.seed)
    var seed: UInt64 = 1

    @Option(
        name: .long, help: "Threads to use (default: all cores); never changes a byte of the result.",
        transform: Number.whole(1...4096))
    var threads: Int?

    @Flag(name: .long, help: "No progress and no advice on standard error.")
    var quiet = false

    /// How many threads to use.
    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }
}

/// A command of ours: it runs, and its failures become messages and exit codes in one place.
protocol NacreCommand: ParsableCommand {
    var global: GlobalOptions { get }

    /// Does the work.
    func execute(_ terminal: Terminal) throws
}

extension NacreCommand {
    func run() throws {
        let terminal = Terminal(json: global.json, quiet: global.quiet)
        _ = InterruptGuard(terminal)
        do {
            try ReplacedInputs.check(Array(CommandLine.arguments.dropFirst()))
            if let divided = self as? any DividedCommand, let share = divided.pieces.shard {
                try divided.writePiece(share, terminal)
            } else {
                try execute(terminal)
            }
        } catch let exit as ExitCode {
            throw exit
        } catch let error as ValidationError {
            throw error
        } catch is InterruptedError {
            throw ExitCode(ExitStatus.interrupted.rawValue)
        } catch {
            throw ExitCode(Failure(error).present(on: terminal))
        }
    }
}
