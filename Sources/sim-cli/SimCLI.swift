internal import ArgumentParser
internal import Nacre

/// `sim-cli`: a person's and a script's way into the libraries.
@main
struct SimCLI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim-cli",
        abstract: "Simulate users against response policies, solve for better ones, export preference data.",
        discussion: """
            Exit codes: 0 done; 1 ran, but a gate failed or a solver did not converge; 64 usage; 65 bad input file; \
            70 a fault of ours; 74 file or store trouble; 75 an address cannot be reached; 130 interrupted.
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Scenarios", subcommands: [InitCommand.self, ValidateCommand.self, CalibrateCommand.self]),
            CommandGroup(
                name: "Policies",
                subcommands: [
                    EvaluateCommand.self, SimulateCommand.self, PlayCommand.self, SolveCommand.self,
                    FrontierCommand.self, ObjectivesCommand.self, SweepCommand.self,
                ]),
            CommandGroup(
                name: "Questions",
                subcommands: [
                    BehaviourCommand.self, ExplainCommand.self, PearlCommand.self, BoundaryCommand.self,
                    SensitivityCommand.self, RealityCommand.self, ReportCommand.self, ServeCommand.self,
                ]),
            CommandGroup(
                name: "Training data",
                subcommands: [
                    LabelCommand.self, AnnotateCommand.self, NoiseCommand.self, ExportCommand.self, CheckCommand.self,
                ]),
            CommandGroup(
                name: "Many runs",
                subcommands: [
                    SuiteCommand.self, PlanCommand.self, MergeCommand.self, ClusterCommand.self, RunsCommand.self,
                    DoctorCommand.self,
                ]),
        ]
    )

    static func main() {
        ProcessMemory.settle()
        let arguments = Array(CommandLine.arguments.dropFirst())
        var command: any ParsableCommand
        if let error = misspeltCommand(arguments) { fail(error, arguments) }
        do {
            command = try parseAsRoot()
        } catch {
            fail(arguments.contains("--json") ? usageError(error, arguments) : error, arguments)
        }
        do { try command.run() } catch { fail(error, arguments) }
    }

    /// A word that stands where a command belongs and is none, with the command that was probably meant; nil where all is well.
    static func misspeltCommand(_ arguments: [String]) -> ValidationError? {
        let (command, rest) = named(by: arguments)
        let names = command.configuration.subcommands.map { $0._commandName }
        guard let word = rest.first, !names.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
        // Where a command may be left out, the word may be a file as well: only one that looks like a command is none.
        if command.configuration.defaultSubcommand != nil,
            word.contains(".") || word.contains("/") || Scenario.suggestion(for: word, among: names) == nil
        {
            return nil
        }
        let path = command == SimCLI.self ? "sim-cli" : "sim-cli \(command._commandName)"
        let hint = Scenario.suggestion(for: word, among: names).map { "did you mean \($0)?" }
        return ValidationError(
            "\(path) has no command '\(word)'; " + (hint ?? "there are \(names.joined(separator: ", ")).")
        )
    }

    /// The command that the first words name, and the words after its name.
    static func named(
        by arguments: [String]
    ) -> (command: any ParsableCommand.Type, rest: ArraySlice<String>) {
        var (command, rest): (any ParsableCommand.Type, _) = (SimCLI.self, arguments[...])
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: { $0._commandName == word })
        {
            (command, rest) = (next, rest.dropFirst())
        }
        return (command, rest)
    }

    /// Ends as the library does, but what it says of arguments, which hold names from elsewhere, is shown as everything else is.
    private static func fail(_ error: any Error, _ arguments: [String]) -> Never {
        UsageFailure(error, arguments: arguments)?.present()
        leave(error)
    }

    /// What is wrong with a command line; without `--json`, which is no option of the program itself and hides what else is.
    private static func usageError(_ error: any Error, _ arguments: [String]) -> any Error {
        do {
            _ = try parseAsRoot(arguments.filter { $0 != "--json" })
            return error
        } catch let other {
            return exitCode(for: other) == .validationFailure ? other : error
        }
    }
}
