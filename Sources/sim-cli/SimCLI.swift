internal import ArgumentParser

/// `sim-cli`: a person's and a script's way into the libraries.
@main
struct SimCLI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim-cli",
        abstract: "Simulate users against response policies, solve for better ones, export preference data.",
        discussion: """
            Exit codes: 0 done; 1 ran, but a gate failed or a solver did not converge; 64 usage; 65 bad input file; \
            70 a fault of ours; 74 file or store trouble; 130 interrupted.
            """,
        version: Nacre.version,
        subcommands: [
            InitCommand.self, ValidateCommand.self, SimulateCommand.self, EvaluateCommand.self, SolveCommand.self,
            FrontierCommand.self, ExplainCommand.self, PearlCommand.self, BoundaryCommand.self,
            SensitivityCommand.self, ExportCommand.self, CalibrateCommand.self, SuiteCommand.self, CheckCommand.self,
            RunsCommand.self,
            DoctorCommand.self,
        ]
    )

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(error)
        }
    }
}

/// What this program is.
enum Nacre {
    static let version = "0.1.0"
}
