public import ArgumentParser
public import Nacre

extension ForesightAssumption: ExpressibleByArgument {}
extension DrawStream: ExpressibleByArgument {}

/// `--set`: numbers of the scenario that have another value than its file's.
struct SettingOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            """
            Set a number of the scenario: PATH=VALUE, with the paths of boundary; an entry of a distribution rescales the \
            others. May be repeated; docs/what-if.md.
            """, valueName: "path=value"),
        transform: Self.change)
    var changes: [ParameterChange] = []

    private static let change: @Sendable (String) throws -> ParameterChange = { text in
        do { return try ParameterChange(text) } catch { throw ValidationError("\(error).") }
    }

    /// Reads a scenario, and sets what was asked for.
    ///
    /// - Throws: `DocumentError` for a file that cannot be read; `InputError` for a path that it does not have, and for a value that the
    ///           number cannot have.
    func scenario(path: String) throws -> Scenario {
        let scenario = try Scenario.load(path: path)
        do { return try scenario.setting(changes) } catch let error as any InputProblem {
            throw InputError("--set: \(scenario.file): \(error)")
        }
    }
}

/// What every command takes that asks something of a scenario: `--set`, and whether users have the foresight that it gives them.
struct ScenarioOptions: ParsableArguments {
    @OptionGroup var setting: SettingOptions

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

    /// Reads a scenario, sets numbers, and then changes its users if asked to.
    ///
    /// - Throws: `DocumentError` for a file that cannot be read; `InputError` for what cannot be set, and if the scenario has no foresight
    ///           to play.
    func scenario(path: String) throws -> Scenario { try following(try setting.scenario(path: path)) }

    private func following(_ scenario: Scenario) throws -> Scenario {
        guard let wanted else { return scenario }
        do throws(GameError) { return try scenario.assuming(wanted) } catch {
            throw InputError("--foresight \(wanted.rawValue): \(scenario.file): \(error)")
        }
    }
}
