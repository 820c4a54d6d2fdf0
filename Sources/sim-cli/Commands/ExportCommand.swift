internal import ArgumentParser
internal import Nacre

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Write into a folder: preference data in the forms that trainers read, CSV, the game for other solvers.",
        groupedSubcommands: [
            CommandGroup(
                name: "Preference data", subcommands: [ExportPreferencesCommand.self] + NamedForms.commands),
            CommandGroup(name: "Tables", subcommands: [ExportCSVCommand.self]),
            CommandGroup(
                name: "Games for other programs",
                subcommands: [ExportPOMDPCommand.self, ExportPrismCommand.self, ExportEFGCommand.self]),
        ])
}

/// Where an export goes.
struct OutputOptions: ParsableArguments {
    @Option(name: .long, help: "Folder to write.", completion: .directory)
    var out: String

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false
}
