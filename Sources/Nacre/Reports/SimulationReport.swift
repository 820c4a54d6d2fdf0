internal import GameModel
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation

/// How a simulation is shown.
package struct SimulationReport: Report {
    package let job: SimulationJob
    package let result: SimulationResult

    package init(job: SimulationJob, result: SimulationResult) {
        self.job = job
        self.result = result
    }

    package func text() -> String {
        let scenario = job.scenario
        let entries = zip(job.policies, result.tallies).map {
            OutcomeTable.Entry($1, policy: $0.label, scenario: scenario)
        }
        var text =
            "\(scenario.heading)\nSimulated: \(Format.count(result.episodes)) episodes"
            + (result.episodes < job.episodes ? " (NOT COMPLETE: stopped before \(Format.count(job.episodes)))" : "")
            + ", seed \(job.seed); "
            + "± is one standard error.\n\(scenario.foresightLine)\n"
            + OutcomeTable(game: scenario.game, entries: entries).text
        guard !result.differences.isEmpty else { return text }
        var table = TextTable(["difference from \(job.policies[0].label), same users", "payoff", "safe"])
        for (policy, difference) in zip(job.policies.dropFirst(), result.differences) {
            table.append([
                policy.label, Format.quantity(difference.payoff), Format.quantity(difference.safe),
            ])
        }
        text += "\n" + table.text
        return text
    }

    package func json() -> JSONValue {
        var members = policy(0)
        members["format"] = .integer(1)
        members["scenario"] = .string(job.scenario.name)
        members["game_hash"] = .string(job.scenario.gameHash)
        members["episodes"] = .integer(result.episodes)
        members["requested_episodes"] = .integer(job.episodes)
        members["complete"] = .bool(result.episodes == job.episodes)
        members["seed"] = .string("\(job.seed)")
        members["how"] = .string("simulated")
        members["compared"] = .array(
            result.differences.indices.map { index in
                var other = policy(index + 1)
                other["difference"] = .object([
                    "payoff": result.differences[index].payoff.json, "safe": result.differences[index].safe.json,
                ])
                return .object(other)
            })
        return .object(job.scenario.withForesight(members))
    }

    private func policy(_ index: Int) -> [String: JSONValue] {
        let tally = result.tallies[index]
        return [
            "policy": .string(job.policies[index].label),
            "payoff": tally.payoff.json,
            "safe": tally.safe(job.scenario.game).json,
            "turns": tally.turns.json,
            "outcomes": job.scenario.outcomes { user, outcome in
                let estimate = tally.outcome(outcome, user: user)
                return .object([
                    "p": .number(ifPresent: estimate?.value), "se": .number(ifPresent: estimate?.standardError),
                    "n": .integer(estimate?.count ?? 0),
                    "ci_low": .number(ifPresent: estimate?.interval?.lowerBound),
                    "ci_high": .number(ifPresent: estimate?.interval?.upperBound),
                ])
            },
        ].merging(job.policies[index].editedMembers) { member, _ in member }
    }
}

extension SimulationReport {
    /// A figure of the first policy by the name that gates give it; nil where it is not known.
    package func figure(_ metric: String) -> Double? {
        let tally = result.tallies[0]
        return switch metric {
        case "payoff": tally.payoff?.value
        case "safe": tally.safe(job.scenario.game)?.value
        case "turns": tally.turns?.value
        default: job.scenario.violation(tally)
        }
    }

    /// Outcomes and metrics as tables.
    package var package: DataPackage {
        let (scenario, names) = (job.scenario, job.policies.map(\.label))
        let runID = RunName.make(
            ["simulate", scenario.gameHash, "\(job.seed)", "\(result.episodes)"] + scenario.foresightParts + names)
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var (outcomes, metrics) = (ResultTables.outcomes, ResultTables.metrics)
        for (name, tally) in zip(names, result.tallies) {
            outcomes.append(contentsOf: tables.outcomes(tally, policy: name))
            metrics.append(contentsOf: tables.metrics(tally, policy: name))
        }
        return DataPackage(name: "simulation", title: scenario.title, tables: [outcomes, metrics])
    }
}

extension SimulationJob {
    /// Which limits no episode can speak of, a line each.
    package var absentTypes: [String] {
        Set(scenario.objective.constraints.map(\.user)).sorted().filter { scenario.game.prior[$0] == 0 }.map { user in
            "note: \(scenario.game.users[user]) has prior 0, so no episode is of that type and a limit on it stays "
                + "undecided here; evaluate says exactly what it comes to"
        }
    }
}
