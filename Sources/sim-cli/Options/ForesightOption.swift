public import ArgumentParser
public import Nacre

extension ForesightAssumption: ExpressibleByArgument {}

/// `--foresight`: whether users have the foresight that the scenario gives them.
struct ForesightOption: ParsableArguments {
    @Option(
        name: .long,
        help: "Take users as myopic, or as foresighted (default: as the scenario says; hashes stay the scenario's).")
    var foresight: ForesightAssumption?

    /// What the option was called before.
    @Option(name: .customLong("follower"), help: .hidden)
    var earlierName: ForesightAssumption?

    var wanted: ForesightAssumption? { foresight ?? earlierName }

    func validate() throws {
        if let foresight, let earlierName, foresight != earlierName {
            throw ValidationError("--foresight and --follower are one option; give it once.")
        }
    }

    /// Reads a scenario, and changes its users if asked to.
    ///
    /// - Throws: ``DocumentError`` for a file that cannot be read; ``InputError`` if the scenario has no foresight to play.
    func scenario(path: String) throws -> Scenario { try following(try Scenario.load(path: path)) }

    private func following(_ scenario: Scenario) throws -> Scenario {
        guard let wanted else { return scenario }
        do throws(GameError) { return try scenario.assuming(wanted) } catch {
            throw InputError("--foresight \(wanted.rawValue): \(scenario.file): \(error)")
        }
    }
}
