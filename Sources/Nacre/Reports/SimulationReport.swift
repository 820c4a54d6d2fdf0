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
        let text =
            "\(scenario.heading)\nSimulated: \(Format.count(result.episodes)) episodes"
            + (result.episodes < job.episodes ? " (NOT COMPLETE: stopped before \(Format.count(job.episodes)))" : "")
            + ", seed \(job.seed)\(job.stream == .first ? "" : ", stream \(job.stream.rawValue)"); "
            + "± is one standard error.\n\(scenario.assumptionLines)\n"
            + OutcomeTable(game: scenario.game, entries: entries).text
        guard !result.differences.isEmpty else { return text }
        return text + "\n" + differences.text(zip(job.policies.dropFirst(), result.differences).map { ($0.label, $1) })
    }

    var entries: [OutcomeTable.Entry] {
        zip(job.policies, result.tallies).map { OutcomeTable.Entry($1, policy: $0.label, scenario: job.scenario) }
    }

    /// A policy that was compared a row.
    private var differences: Columns<(policy: String, difference: PairedTally)> {
        [
            .text("difference from \(job.policies[0].label), same users", left: true) { $0.policy },
            .member("payoff") { $0.difference.payoff.json }.shown { Format.quantity($0.difference.payoff) },
            .member("safe") { $0.difference.safe.json }.shown { Format.quantity($0.difference.safe) },
        ]
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
                let row = (job.policies[index + 1].label, result.differences[index])
                other["difference"] = .object(differences.members(row))
                return .object(other)
            })
        return .object(job.scenario.withAssumptions(members.merging(job.streamMember) { first, _ in first }))
    }

    private func policy(_ index: Int) -> [String: JSONValue] {
        job.scenario.members(of: entries[index]).merging(job.policies[index].fileMembers) { member, _ in member }
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
            ["simulate", scenario.gameHash, "\(job.seed)", "\(result.episodes)"]
                + (job.stream == .first ? [] : ["stream \(job.stream.rawValue)"]) + scenario.assumptionParts + names)
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        return DataPackage(
            scenario, name: "simulation", tables: [tables.outcomes(entries), tables.metrics(entries)])
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
