public import ArgumentParser
internal import GameModel
internal import Output
public import Scenarios

extension ForesightAssumption: ExpressibleByArgument {}

/// `--follower`: whether users look ahead, whatever the scenario says of it.
struct ForesightOption: ParsableArguments {
    @Option(
        name: .customLong("follower"),
        help: "Take users as myopic, or as foresighted (default: as the scenario says; hashes stay the scenario's).")
    var wanted: ForesightAssumption?

    /// Reads a scenario, and changes its users if asked to.
    ///
    /// - Throws: ``DocumentError`` for a file that cannot be read; ``InputError`` if the scenario has no foresight to play.
    func scenario(path: String) throws -> Scenario { try following(try Scenario.load(path: path)) }

    private func following(_ scenario: Scenario) throws -> Scenario {
        guard let wanted else { return scenario }
        do throws(GameError) { return try scenario.assuming(wanted) } catch {
            throw InputError("--follower \(wanted.rawValue): \(scenario.file): \(error)")
        }
    }
}

extension Scenario {
    /// Whether the file gives any user foresight, so that it matters how users are taken.
    var hasForesight: Bool { foresight.contains { $0 > 0 } }

    /// A line for people on how users are taken; empty where the scenario leaves no choice.
    var foresightLine: String {
        guard hasForesight else { return "" }
        return assumption == .myopic
            ? "Users are taken as myopic, although the scenario gives them foresight.\n"
            : "Users look ahead: they anticipate the policy.\n"
    }

    /// JSON members with how users are taken; unchanged where the scenario leaves no choice.
    func withForesight(_ members: [String: JSONValue]) -> [String: JSONValue] {
        guard hasForesight else { return members }
        return members.merging(["follower": .string(assumption.rawValue)]) { _, new in new }
    }

    /// The settings of a run with how users are taken.
    func withForesight(_ settings: JSONValue) -> JSONValue {
        guard case .object(let members) = settings else { return settings }
        return .object(withForesight(members))
    }

    /// A policy file whose `solution` says which users it was solved for, with its checksum.
    func recordingForesight(inPolicy file: JSONValue) -> JSONValue {
        guard hasForesight, case .object(var members) = file, let solution = members["solution"] else { return file }
        members["solution"] = withForesight(solution)
        return PolicyFile.sealed(.object(members))
    }

    /// What names a run besides its command: nothing where the scenario leaves no choice.
    var foresightParts: [String] { hasForesight ? [assumption.rawValue] : [] }
}
