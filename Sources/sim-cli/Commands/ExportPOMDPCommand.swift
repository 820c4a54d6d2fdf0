internal import ArgumentParser
internal import Nacre

struct ExportPOMDPCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "pomdp",
        abstract: "The game as a POMDP in Cassandra's format, for pomdp-solve, SARSOP and POMDPs.jl.")

    @OptionGroup var options: InterchangeOptions

    @Option(
        name: .long,
        help: """
            pomdp: Cassandra's format. pomdpx: the XML of SARSOP (APPL), in which turn and shown reaction are seen, so that \
            type and state alone are hidden.
            """)
    var format = POMDPFormat.pomdp

    @Option(
        name: .long,
        help: """
            The discount that the file says, in (0, 1] (default: the scenario's). Rewards make up for it, so the value \
            does not change; SARSOP needs it below 1.
            """,
        transform: Number.real(0...1, isAbove: true))
    var discount: Double?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try options.assumptions.scenario(path: options.file)
        try InterchangeExport.refuseForesight(
            scenario, instead: "Use export efg with --player, or give --foresight myopic")
        let game = InterchangeExport.game(scenario)
        let (written, write): (Double, (ExportedGame.Lines) throws -> Void)
        switch format {
        case .pomdp:
            let file = try CassandraFile(game, discount: discount)
            (written, write) = (file.discount, file.write)
        case .pomdpx:
            let file = try PomdpxFile(game, discount: discount)
            (written, write) = (file.discount, file.write)
        }
        let report = try InterchangeExport(scenario: scenario, format: format.rawValue).write(
            to: options.output.out, replaces: options.output.force, terminal, body: write)
        try terminal.show(report)
        if written == 1 {
            terminal.note("the file's discount is 1, which SARSOP refuses; --discount 0.95 writes the same values")
        }
    }
}

/// The two forms of a POMDP file, by their endings.
enum POMDPFormat: String, ExpressibleByArgument, CaseIterable {
    case pomdp, pomdpx
}
