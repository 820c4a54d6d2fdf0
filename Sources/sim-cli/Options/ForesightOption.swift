public import ArgumentParser
public import Nacre

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
