internal import GameModel
internal import NumericalMethods
internal import Output
internal import RunStore
internal import Scenarios

/// A stored run beside others.
struct ComparedRun {
    let details: RunDetails
    let overview: RunOverview
    /// Figures of all conversations first, then outcomes by user type.
    let results: [RunResult]
    /// The scenario that it was run in; nil where this version cannot read it any more, or makes another game of it.
    let scenario: Scenario?

    /// - Throws: `StoreError` if there is no such run, or it is damaged.
    init(_ run: RunID, in store: Store) throws {
        details = try store.run(run)
        overview = try store.overview(of: run)
        results = RunResult.all(metrics: try store.metrics(of: run), outcomes: try store.outcomes(of: run), details)
        scenario = Self.scenario(details)
    }

    var id: RunID { details.summary.id }

    /// As columns are headed: `run 2`.
    var name: String { "run \(id)" }

    /// What tells the run from others for people: its policy, or what it was made of.
    var label: String { details.summary.policy ?? details.summary.scenario }

    /// Which random words its seed stands for: 1 where the settings name none.
    var stream: Int { (try? JSONValue(parsing: details.settings)["stream"]?.integerValue) ?? 1 }

    private static func scenario(_ details: RunDetails) -> Scenario? {
        guard let stored = try? Scenario.parse(details.scenarioText, file: "scenario of run \(details.summary.id)")
        else { return nil }
        if stored.gameHash == details.gameHash { return stored }
        guard let word = try? JSONValue(parsing: details.settings)["follower"]?.stringValue,
            let assumption = ForesightAssumption(rawValue: word), let assumed = try? stored.assuming(assumption),
            assumed.gameHash == details.gameHash
        else { return nil }
        return assumed
    }

    /// The policy in the run's own game; nil where there is none, or it cannot be read in it.
    var policy: Policy? {
        guard let scenario, let text = details.policy else { return nil }
        return try? NamedPolicy(text.label, scenario: scenario, stored: text.json).controller
    }
}
