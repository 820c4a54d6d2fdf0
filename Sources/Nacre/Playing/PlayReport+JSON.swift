internal import Conversations
internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
package import Output
internal import Scenarios
internal import Simulation

extension PlayReport {
    package func json() -> JSONValue {
        var members = summary
        members["conversations"] = .array(conversations.map { $0.json(scenario.game) })
        return .object(members)
    }

    /// Everything but the conversations.
    package var summary: [String: JSONValue] {
        var members = scenario.members(of: entries()[0])
        members["format"] = .integer(1)
        members["scenario"] = .string(scenario.name)
        members["game_hash"] = .string(scenario.gameHash)
        members["episodes"] = .integer(episodes)
        members["requested_episodes"] = .integer(request.episodes)
        members["complete"] = .bool(episodes == request.episodes)
        members["seed"] = .string("\(request.seed)")
        members["how"] = .string("played")
        members["settings"] = .object(request.settings(cast))
        members["caution"] = .string(Self.caution)
        members["not_finished"] = .array(
            unfinished.map {
                .object([
                    "episode": .integer($0.episode), "reason": .string($0.missing.reason),
                    "may_pass": .bool($0.missing.mayPass),
                ])
            })
        let entries = entries()
        members["compared"] = .array(
            compared.indices.map { index in
                var other = scenario.members(of: entries[index + 1])
                other["difference"] = .object(differenceColumns.members(compared[index]))
                return .object(other.merging(compared[index].policy.fileMembers) { member, _ in member })
            })
        members["labels"] = labels
        members["fitted"] = fit
        members["regret"] = regretJSON
        if let samples {
            members["candidates"] = .object([
                "prompts": .integer(samples.prompts.count), "uniform": .integer(samples.uniform),
                "not_asked": .integer(samples.notAsked),
            ])
        }
        return scenario.withAssumptions(members)
    }

    private var labels: JSONValue? {
        guard let labeller = cast.labeller else { return nil }
        var members: [String: JSONValue] = [
            "labeller": .string(labeller.name), "answers": .integer(answers.all),
            "abstained": .integer(answers.abstained),
        ]
        if request.voice != nil {
            let counts = paraphrases
            members["paraphrases"] = .object(
                Dictionary(
                    uniqueKeysWithValues: SpokenConversation.Paraphrase.allCases.map {
                        ($0.rawValue, .integer(counts[$0] ?? 0))
                    }))
        }
        return .object(members)
    }

    private var fit: JSONValue? {
        guard let fitted else { return nil }
        let exact = Evaluation(fitted, game: cast.game)
        var members: [String: JSONValue] = [
            "payoff": .number(exact.payoff), "safe": .number(exact.safe),
            "strategies": .object(
                Dictionary(
                    uniqueKeysWithValues: (0..<fitted.memory.nodeCount).map { node in
                        (
                            scenario.game.name(ofObservation: fitted.memory.remembered[node].last ?? 0),
                            scenario.responses(Array(fitted.strategy(at: node)))
                        )
                    })),
        ]
        members["controlled"] = means.map { means in
            .object([
                "payoff": (means.payoff.controlled as Estimate?).json,
                "safe": (means.safe.controlled as Estimate?).json,
                "variance_saved": .object([
                    "payoff": .number(ifPresent: means.payoff.varianceSaved),
                    "safe": .number(ifPresent: means.safe.varianceSaved),
                ]),
            ])
        }
        members["label_error"] = labelling.map { error in
            .object([
                "payoff": .number(error.payoff), "safe": .number(error.safe),
                "draws": .integer(LabellingError.draws),
            ])
        }
        return .object(members)
    }

    private var regretJSON: JSONValue? {
        guard let regret, let solved = cast.solved else { return nil }
        return .object([
            "policy": .string(solved.label), "total": Sample(regret.losses).estimate.json,
            "implausible": .integer(regret.implausible),
            "rows": regretColumns.json(regret.rows),
        ])
    }
}

extension Scenario {
    /// What is known of a policy's conversations: totals, and shares of outcomes by type.
    func members(of entry: OutcomeTable.Entry) -> [String: JSONValue] {
        var members = OutcomeTable.columns(game).members(entry)
        members["outcomes"] = outcomes { user, outcome in
            .object(Columns.estimate("p", "P(outcome | user type)", json: "p").members(entry.outcomes[user][outcome]))
        }
        return members
    }
}
