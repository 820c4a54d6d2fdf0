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
        var members = scenario.members(of: tally, policy: cast.source.name)
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
        members["compared"] = .array(
            compared.map { policy, result in
                var other = scenario.members(of: result.tally, policy: policy.label)
                other["difference"] = .object([
                    "payoff": result.difference.payoff.json, "safe": result.difference.safe.json,
                ])
                return .object(other.merging(policy.editedMembers) { member, _ in member })
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
        return scenario.withForesight(members)
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

    /// The columns of the regret table.
    var regretColumns: Columns<RegretTable.Row> {
        let (game, count) = (scenario.game, Double(max(1, episodes)))
        return Columns([
            .integer("turn", "the turn, from 1") { $0.turn },
            .string("situation", "what the model had seen last: a cue, or a reaction and its cue") {
                game.name(ofObservation: $0.observation)
            },
            .integer("met", "conversations that came there") { $0.visits },
            .string("given", "the response that was given most") { row in
                game.responses[row.given.indices.max { row.given[$0] < row.given[$1] } ?? 0].name
            },
            .string("best", "the response that was worth most in most of them") { row in
                game.responses[row.best.indices.max { row.best[$0] < row.best[$1] } ?? 0].name
            },
            .number("loss_when_met", "mean loss there against the solved policy, in the goal's units") {
                $0.loss / Double(max(1, $0.visits))
            },
            .number("loss", "the same a conversation: the column sums to the regret") { $0.loss / count },
        ])
    }
}

extension Scenario {
    /// What a tally says of a policy, as `simulate --json` has it.
    func members(of tally: Tally, policy: String) -> [String: JSONValue] {
        [
            "policy": .string(policy), "payoff": tally.payoff.json, "safe": tally.safe(game).json,
            "turns": tally.turns.json,
            "outcomes": outcomes { user, outcome in
                let estimate = tally.outcome(outcome, user: user)
                return .object([
                    "p": .number(ifPresent: estimate?.value), "se": .number(ifPresent: estimate?.standardError),
                    "n": .integer(estimate?.count ?? 0),
                    "ci_low": .number(ifPresent: estimate?.interval?.lowerBound),
                    "ci_high": .number(ifPresent: estimate?.interval?.upperBound),
                ])
            },
        ]
    }
}
