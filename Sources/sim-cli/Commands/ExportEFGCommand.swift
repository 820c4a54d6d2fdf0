public import ArgumentParser
public import Nacre

extension GameTree.PayoffPlace: ExpressibleByArgument {}

struct ExportEFGCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "efg",
        abstract: "The game as a tree in Gambit's format, for Gambit and OpenSpiel; short horizons only.")

    @OptionGroup var options: InterchangeOptions

    @Option(
        name: .customLong("player"),
        help: """
            A user type that is a player rather than chance; it must react by quantal response. May be repeated.
            """)
    var players: [String] = []

    @Option(
        name: .long,
        help: "Payoffs of single turns at inner nodes (Gambit) or added up at the leaves (OpenSpiel needs it).")
    var payoffs = GameTree.PayoffPlace.inner

    @Option(
        name: .customLong("max-nodes"), help: "Refuse larger trees. (default: 1000000)",
        transform: Number.whole(1...Number.manySteps))
    var maximumNodes = GameTree.standardLimit

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try options.assumptions.scenario(path: options.file)
        let strategic = try players.map { try Self.player($0, scenario) }
        let foresight = scenario.definition.users.map { $0.agent.foresight?.weight ?? 0 }
        let chance = foresight.indices.filter { index in !strategic.contains { $0.user == index } }
        if let user = chance.first(where: { foresight[$0] > 0 }) {
            let name = scenario.game.users[user]
            throw InputError(
                "users.\(name) has foresight \(foresight[user]): it cannot be chance. Give --player \(name), or "
                    + "--foresight myopic")
        }
        let tree = try GameTree(
            InterchangeExport.game(scenario), strategic: strategic, place: payoffs, maximumNodes: maximumNodes)
        let report = try InterchangeExport(scenario: scenario, format: "efg").write(
            to: options.output.out, replaces: options.output.force, terminal
        ) { line in
            try tree.write(to: line)
        }
        try terminal.show(report)
    }

    /// λ·u of a user type's reactions.
    private static func player(_ name: String, _ scenario: Scenario) throws -> StrategicUser {
        let game = scenario.game
        guard let index = game.users.firstIndex(of: name) else {
            let hint = Scenario.suggestion(for: name, among: game.users).map { "did you mean \($0)?" }
            throw InputError(
                "--player \(name): there is no such user type; "
                    + (hint ?? "the types are \(game.users.joined(separator: ", "))"))
        }
        let agent = scenario.definition.users[index].agent
        guard let rationality = agent.choiceRationality, rationality.isFinite else {
            throw InputError(
                "--player \(name): its reactions are a table or a best response, so there are no utilities with a finite "
                    + "rationality to play for. Leave it to chance")
        }
        let turns = agent.dependsOnTurn ? game.horizon : 1
        let utilities = try (1...turns).map { turn in
            try game.states.indices.map { state in
                try game.responses.enumerated().map { index, response in
                    try agent.reactionUtilities(
                        turn: turn, state: state, response: index, features: response.features
                    ).map { $0.map { rationality * $0 } }
                }
            }
        }
        return StrategicUser(user: index, utilities: utilities, foresight: agent.foresight?.weight ?? 0)
    }
}
