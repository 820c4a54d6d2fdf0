internal import InputErrors
internal import Output
package import RunStore
internal import Scenarios

extension SimulationJob {
    /// A simulation of a store as it was asked for.
    ///
    /// - Throws: `InputError` if the run is no simulation; ``StoreError`` if what is stored of it cannot be read any more: it was read
    ///   when it was recorded.
    package init(
        resuming details: RunDetails, in path: String, note: (String) -> Void
    ) throws {
        guard details.summary.kind == .simulate else { throw InputError(Self.instead(details)) }
        if let player = try? JSONValue(parsing: details.settings)["played_by"]?.stringValue {
            throw InputError(
                "run \(details.summary.id) was played at the table by \(player), which is not resumed here. Give its command "
                    + "again: answers that are remembered cost nothing: \(details.commandLine)")
        }
        let episodes = try Self.requestedEpisodes(of: details, in: path)
        let run = details.summary.id
        do {
            let settings = try StoredSettings(details.settings)
            let stored = try Scenario.parse(details.scenarioText, file: "scenario of run \(run)")
                .setting(settings.changes)
            let scenario = try stored.assuming(settings.assumption ?? stored.assumption)
            guard scenario.gameHash == details.gameHash else { throw Self.changed("scenario") }
            guard let policy = details.policy else { throw InputError("it has no policy") }
            guard ContentHash.sha256(policy.json) == policy.hash else { throw Self.changed("policy") }
            self.init(
                scenario: scenario,
                policies: [try NamedPolicy(policy.label, scenario: scenario, stored: policy.json, note: note)],
                episodes: episodes, seed: details.summary.seed, recordsTurns: settings.recordsTurns,
                stream: settings.stream)
        } catch {
            throw StoreError(
                .damaged, path,
                "is damaged, or was written by another version: run \(run) cannot be resumed: \(error)")
        }
    }

    /// The most episodes that a simulation takes: what a machine cannot finish in a year.
    package static let mostEpisodes = 1_000_000_000_000_000

    /// - Throws: ``StoreError`` if it is a number that `simulate` does not take: the run would not end.
    private static func requestedEpisodes(of details: RunDetails, in path: String) throws -> Int {
        let stored = details.summary.requestedEpisodes
        guard let stored, (1...Self.mostEpisodes).contains(stored) else {
            throw StoreError(
                .damaged, path,
                "is damaged: run \(details.summary.id) has \(stored.map { "\($0)" } ?? "null") in the column requested_episodes; it must "
                    + "hold a whole number from 1 to \(Self.mostEpisodes)")
        }
        return stored
    }

    private static func changed(_ what: String) -> InputError {
        InputError("its \(what) is not the one that was recorded (another hash)")
    }

    /// How a run that is no simulation is made again.
    private static func instead(_ run: RunDetails) -> String {
        let summary = run.summary
        let again: String
        switch summary.kind {
        case .suite, .sweep: again = "Give its command again with --resume"
        case .export:
            again = "Remove it with runs rm, and give its command again, with --resume if its folder is unfinished"
        default: again = "Remove it with runs rm, and run its command again"
        }
        return "run \(summary.id) is of kind \(summary.kind.rawValue); only simulations can be resumed here. "
            + "\(again): \(run.commandLine)"
    }
}
