package import Analysis
internal import GameModel
internal import InputErrors
package import Scenarios

/// What is asked of users' behaviour.
package struct BehaviourRequest {
    /// Names of the user types to show; empty for all.
    package var users: [String] = []
    /// Names of the responses to show; empty for all.
    package var responses: [String] = []
    /// Name of the state to show; nil for all, and for their average.
    package var state: String?
    /// From 1.
    package var turn = 1
    /// What users are to do; see ``TargetText``.
    package var targets: [String] = []
    /// A file with more targets.
    package var targetFile: String?

    package init() {}

    /// - Throws: `InputError` for names and turns that the scenario does not have; `GameError` for targets of users who have no biases
    ///   that could meet them.
    /// - Complexity: an evaluation per response, and the searches for the least change.
    package func report(_ scenario: Scenario) throws -> BehaviourReport {
        let game = scenario.game
        guard (1...game.horizon).contains(turn) else {
            throw InputError("--turn \(turn): the conversation has turns 1 to \(game.horizon)")
        }
        let shown = BehaviourReport.Selection(
            users: try Self.indices(of: users, among: game.users, option: "--user"),
            responses: try Self.indices(of: responses, among: game.responses.map(\.name), option: "--response"),
            state: try state.map { try Self.index(of: $0, among: game.states, option: "--state") }, turn: turn)
        var wanted = try targets.map { try TargetText.target($0, in: scenario) }
        if let targetFile { wanted += try TargetText.targets(file: targetFile, in: scenario) }
        guard !wanted.isEmpty else {
            return BehaviourReport(
                scenario: scenario, original: scenario, shown: shown, behaviour: try Behaviour(game: game), change: nil)
        }
        let change = try LeastChange(wanted, in: scenario.definition)
        let changed = change.isMet ? try scenario.with(change) : scenario
        return BehaviourReport(
            scenario: changed, original: scenario, shown: shown, behaviour: try Behaviour(game: changed.game),
            change: change)
    }

    private static func indices(of names: [String], among all: [String], option: String) throws -> [Int] {
        guard !names.isEmpty else { return Array(all.indices) }
        return try names.map { try index(of: $0, among: all, option: option) }
    }

    private static func index(of name: String, among all: [String], option: String) throws -> Int {
        if let index = all.firstIndex(of: name) { return index }
        let hint = Scenario.suggestion(for: name, among: all).map { "did you mean \($0)?" }
        throw InputError("\(option) \(name): there is none; " + (hint ?? "there are \(all.joined(separator: ", "))"))
    }
}

extension Scenario {
    /// The same scenario with the biases that a change has moved.
    ///
    /// - Throws: `GameError` if they make no game.
    package func with(_ change: LeastChange) throws -> Scenario {
        try setting(
            change.changes.map { item in
                ParameterChange(
                    "users.\(game.users[item.user]).utility.\(game.reactions[item.reaction].name).bias", to: item.after)
            })
    }
}

extension BehaviourReport {
    /// How many targets a comment names.
    private static let mostNamed = 3

    /// The scenario's text with every number that differs from its file, comments kept.
    ///
    /// - Throws: `InputError` naming a number that has no place of its own in the file.
    package var writtenText: String {
        get throws { try scenario.text(note: note) }
    }

    /// What a changed number's line says.
    private var note: String {
        let targets = change?.findings.map { TargetText.text($0.target, in: game) } ?? []
        guard !targets.isEmpty else { return "set by behaviour --set" }
        let rest = targets.count - Self.mostNamed
        return "bias set by behaviour --target " + targets.prefix(Self.mostNamed).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
    }
}
