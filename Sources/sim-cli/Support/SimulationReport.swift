internal import GameModel
internal import Nacre
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation

/// How a simulation is shown.
struct SimulationReport {
    let job: SimulationJob
    let result: SimulationResult

    func present(on terminal: Terminal) throws {
        if terminal.json {
            try terminal.print(json)
        } else {
            try terminal.print(text)
        }
    }

    private var text: String {
        let scenario = job.scenario
        let entries = zip(job.policies, result.tallies).map {
            OutcomeTable.Entry($1, policy: $0.label, scenario: scenario)
        }
        var text =
            "\(scenario.heading)\nSimulated: \(Format.count(result.episodes)) episodes"
            + (result.episodes < job.episodes ? " (NOT COMPLETE: stopped before \(Format.count(job.episodes)))" : "")
            + ", seed \(job.seed); "
            + "± is one standard error.\n\(scenario.followerLine)\n"
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

    private var json: JSONValue {
        let first = policy(0)
        guard case .object(var members) = first else { return first }
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
                guard case .object(var other) = policy(index + 1) else { return .null }
                other["difference"] = .object([
                    "payoff": result.differences[index].payoff.json, "safe": result.differences[index].safe.json,
                ])
                return .object(other)
            })
        return .object(job.scenario.withForesight(members))
    }

    private func policy(_ index: Int) -> JSONValue {
        let tally = result.tallies[index]
        return .object(
            [
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
            ].merging(job.policies[index].editedMembers) { member, _ in member })
    }
}
