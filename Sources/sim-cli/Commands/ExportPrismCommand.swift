internal import ArgumentParser
internal import Nacre

struct ExportPrismCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "prism",
        abstract: "The game as a POMDP in PRISM's language, for Storm and PRISM; with a policy, as a Markov chain.")

    @OptionGroup var options: InterchangeOptions

    @Option(
        name: .long,
        help: """
            Write the game under this policy, as a dtmc: \(PolicyForms.text).
            """)
    var policy: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try options.assumptions.scenario(path: options.file)
        try InterchangeExport.refuseForesight(
            scenario, instead: "Use export efg with --player, or give --foresight myopic")
        let game = InterchangeExport.game(scenario)
        guard let policy else {
            let file = PrismPOMDP(game)
            let report = try InterchangeExport(scenario: scenario, format: "prism", shift: file.shift)
                .write(to: options.output.out, replaces: options.output.force, terminal) { line in
                    try file.write(to: line)
                }
            try terminal.show(report)
            return
        }
        let named = try NamedPolicy(policy, scenario: scenario, note: terminal.note)
        let file = PrismChain(game, controller: named.controller, policy: named.label)
        let report = try InterchangeExport(scenario: scenario, format: "prism", policy: named, shift: file.shift)
            .write(to: options.output.out, replaces: options.output.force, terminal) { line in try file.write(to: line)
            }
        try terminal.show(report)
    }
}
