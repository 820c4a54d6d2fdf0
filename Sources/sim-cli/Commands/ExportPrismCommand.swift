internal import ArgumentParser
internal import Interchange
internal import Scenarios

struct ExportPrismCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "prism",
        abstract: "The game as a POMDP in PRISM's language, for Storm and PRISM; with a policy, as a Markov chain.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: InterchangeOptions

    @Option(
        name: .long,
        help: """
            Write the game under this policy, as a dtmc: \(PolicyForms.text).
            """)
    var policy: String?

    func execute(_ terminal: Terminal) throws {
        let scenario = try Scenario.load(path: options.file)
        try InterchangeExport.refuseForesight(
            scenario, instead: "Use export efg with --player, or set foresight to 0")
        let game = InterchangeExport.game(scenario)
        guard let policy else {
            let file = PrismPOMDP(game)
            try InterchangeExport(scenario: scenario, format: "prism", shift: file.shift)
                .write(options.output, terminal) { line in try file.write(to: line) }
            return
        }
        let named = try NamedPolicy(policy, scenario: scenario, terminal)
        let file = PrismChain(game, controller: named.controller, policy: named.label)
        try InterchangeExport(scenario: scenario, format: "prism", policy: named, shift: file.shift)
            .write(options.output, terminal) { line in try file.write(to: line) }
    }
}
