internal import ExactEvaluation
internal import GameModel
public import Output
public import Scenarios
public import Solver

/// What a solver found for a scenario: the solution, with what belongs to it in reports, policy files and stores.
///
/// What the solution says can be asked of it directly: `solved.value` is `solved.solution.value`.
@dynamicMemberLookup
public struct SolvedScenario: Sendable {
    /// The scenario as it was solved, with the KL weight that was asked for.
    public let scenario: Scenario
    public let solution: Solution
    /// The word for the way it was found, in files and scripts: `gradient`, `belief`, `soft`, `search`, or a solver's own.
    public let method: String
    /// How the method went: lines for people.
    public let notes: [String]
    /// What only this method says: members of the JSON document besides the common ones.
    public let members: [String: JSONValue]
    /// The settings that can change the result.
    public let settings: [String: JSONValue]
    /// What the value and the bound are, where they are not the goal in the scenario's own game.
    public let valueName: String?
    /// How the search ended, in a line for people.
    public let ending: String
    /// The member `solution` of the policy file; made where it is wanted, since a large graph takes memory and time as JSON.
    private let summary: @Sendable () -> [String: JSONValue]

    package init(
        _ solution: Solution, of scenario: Scenario, method: String, ending: String, notes: [String],
        members: [String: JSONValue], settings: [String: JSONValue], valueName: String? = nil,
        summary: @escaping @Sendable () -> [String: JSONValue]
    ) {
        self.scenario = scenario
        self.solution = solution
        self.method = method
        self.ending = ending
        self.notes = notes
        self.members = members
        self.settings = settings
        self.valueName = valueName
        self.summary = summary
    }

    public subscript<Value>(dynamicMember path: KeyPath<Solution, Value>) -> Value { solution[keyPath: path] }

    /// The policy file as JSON: the policy, with all that is known of its quality.
    public var file: JSONValue {
        PolicyFile.json(
            solution.policy, solution: .object(scenario.withAssumptions(summary())), scenario: scenario.name,
            gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: scenario.game)
    }

    /// Writes the policy file, whole or not at all.
    ///
    /// - Throws: `FileError` if it cannot be written, or is there already and is not to be replaced.
    public func write(to path: String, replaces: Bool = false) throws {
        try OutputFile(path: path, replaces: replaces, makesFolders: true).write(
            try file.bytes(.indented) + [0x0A])
    }
}

/// What endings are called for people, where methods say them alike.
enum Ending {
    static let optimal = "optimal: the bounds met"
    static let gapReached = "converged: the bounds are within the gap asked for"
    static let stepLimit = "step limit reached: this is the best so far"
    static let memoryLimit = "memory limit reached: this is the best so far; give --memory more"
    static let stopped = "stopped by the time limit or an interruption: this is the best so far"
    static let interrupted = "interrupted: this is the best so far"

    /// The ending of a status that a method says nothing special of.
    static func text(_ status: Solution.Status) -> String {
        switch status {
        case .optimal: optimal
        case .gapReached: gapReached
        case .converged: "converged"
        case .stepLimit: stepLimit
        case .limitReached: "limit reached: not converged; this is the best so far"
        case .memoryLimit: memoryLimit
        case .stopped: stopped
        case .infeasible(let violation, .excess(let least)):
            "infeasible: no policy satisfies the constraints; some limit is exceeded by at least "
                + "\(Format.number(least, 6)) (proven), by the policy below by \(Format.number(violation, 6)); loosen at_most"
        case .infeasible(let violation, .dualBound):
            "infeasible: no policy satisfies the constraints; the least violation found is \(Format.number(violation, 6))"
        case .infeasible(let violation, .unproven):
            "infeasible: no policy was found that satisfies the constraints; the least violation found is "
                + Format.number(violation, 6)
        case .undecided(let violation):
            "undecided: no policy that satisfies the constraints was found before the search ended, nor a proof that "
                + "there is none; the policy below exceeds a limit by \(Format.number(violation, 6)); more time (--time-limit) "
                + "or a looser at_most may decide it"
        }
    }
}
