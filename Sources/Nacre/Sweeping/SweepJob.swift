internal import GameModel
package import Output
package import Scenarios

/// Policies, or the solution anew, at every place of a grid over numbers of a scenario: in parallel, stoppable, saved as it goes.
package struct SweepJob {
    /// What is played at every place.
    package enum Player: Sendable {
        /// The same policy everywhere; `reference` is that of the place.
        case policy(NamedPolicy)
        /// Solved for at every place.
        case solved(any SolvingMethod, name: String, settings: JSONValue)

        package var label: String {
            switch self {
            case .policy(let policy): policy.label
            case .solved(_, let name, _): "solved by \(name)"
            }
        }
    }

    /// Per player what it comes to at a place.
    package typealias PlaceResult = [Result<SweepRecord, SweepFailure>]

    package let scenario: Scenario
    package let grid: SweepGrid
    package let players: [Player]
    package let seed: UInt64
    /// How long one search may take; nil for as long as it needs.
    package let searchTime: Duration?

    /// - Throws: ``InputError`` if setting one number at the first place changes the other.
    package init(
        _ scenario: Scenario, _ grid: SweepGrid, players: [Player], seed: UInt64, searchTime: Duration? = nil
    ) throws {
        self.scenario = scenario
        self.grid = grid
        self.players = players
        self.seed = seed
        self.searchTime = searchTime
        // Not every pair of values betrays that two numbers hang together: the corners do.
        for index in Set([0, grid.count - 1, (grid.axes.last?.values.count ?? 1) - 1]).sorted() {
            _ = try grid.scenario(scenario, at: grid.place(index))
        }
    }

    /// What the results depend on, as JSON: two sweeps with the same settings have the same results.
    package var settings: JSONValue {
        .object([
            "game_hash": .string(scenario.gameHash), "file_hash": .string(scenario.fileHash),
            "foresight": .string(scenario.assumption.rawValue), "kl_weight": .number(scenario.objective.klWeight),
            "over": .array(
                grid.axes.map { .object(["path": .string($0.path), "values": .numbers($0.values)]) }),
            "policies": .array(
                players.map { player in
                    switch player {
                    case .policy(let policy):
                        .object(["label": .string(policy.label), "policy_hash": .string(policy.hash)])
                    case .solved(_, let name, let settings):
                        .object(["method": .string(name), "settings": settings])
                    }
                }),
            "search_seconds": .number(ifPresent: searchTime.map { $0 / .seconds(1) }),
        ])
    }

    /// Places between two saves for each thread: evaluations are quick, searches are not.
    private var placesPerThread: Int {
        let searches = players.contains { if case .solved = $0 { true } else { false } }
        return searches ? 1 : 16
    }

    /// Computes the places that are still missing.
    ///
    /// - Parameters:
    ///   - done: results of the first places, from an earlier run.
    ///   - save: called with every batch of finished places, in order.
    /// - Returns: the results; fewer than there are places if stopped.
    /// - Complexity: a compilation of the game and an evaluation or search per place and player.
    package func run(
        from done: [PlaceResult] = [], control: RunControl,
        save: (_ first: Int, _ batch: [PlaceResult]) throws -> Void = { _, _ in }
    ) throws -> [PlaceResult] {
        var results = done
        let (shouldStop, threads, memory) = (control.shouldStop, control.threads ?? 1, control.memoryMebibytes)
        try control.units(
            of: "points", from: done.count, count: grid.count, batch: max(1, threads) * placesPerThread,
            threads: threads,
            { place($0, memory, shouldStop).map { UnitOutcome($0, \.text) } },
            take: { first, batch in
                let finished = batch.map { $0.map { $0.result { SweepFailure(text: $0) } } }
                try save(first, finished)
                results += finished
                control.progress(RunProgress(steps: results.count, of: grid.count, before: done.count))
            })
        return results
    }

    private func place(
        _ index: Int, _ memory: Int?, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> PlaceResult {
        let changed: Scenario
        do { changed = try grid.scenario(scenario, at: grid.place(index)) } catch {
            return players.map { _ in .failure(SweepFailure(text: "\(error)")) }
        }
        return players.map { player in
            do {
                switch player {
                case .policy(let policy):
                    let own = try changed.scriptedPolicy(policy.label) ?? policy.controller
                    return .success(SweepRecord(own, in: changed))
                case .solved(let method, _, _):
                    let control = RunControl(
                        within: searchTime, memoryMebibytes: memory, threads: 1, stop: shouldStop)
                    return .success(SweepRecord(try method.solve(changed, control), in: changed))
                }
            } catch {
                return .failure(SweepFailure(text: "\(error)"))
            }
        }
    }
}
