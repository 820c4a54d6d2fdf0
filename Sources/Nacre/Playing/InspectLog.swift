internal import Conversations
internal import GameModel
internal import NumericalMethods
package import Output
internal import Scenarios
internal import Simulation

extension PlayReport {
    /// The conversations as an evaluation log of Inspect: one sample a conversation, scored by payoff, safe end and outcome.
    ///
    /// A conversation that is not finished is a sample with an error and without scores.
    ///
    /// Source: inspect_ai 0.3.285, class EvalLog (inspect.aisi.org.uk/reference/inspect_ai.log.html), version 2 of the format.
    ///
    /// - Parameter time: ISO 8601.
    package func inspectLog(at time: String) -> JSONValue {
        let run = RunName.make(["inspect", scenario.gameHash, "\(request.seed)", cast.source.name, time])
        let status = isStopped ? "cancelled" : "success"
        return .object([
            "version": .integer(2), "status": .string(status), "eval": evaluation(run, time),
            "plan": .object([
                "name": .string("plan"),
                "steps": .array([
                    .object(["solver": .string("nacre_play"), "params": .object(request.settings(cast))])
                ]),
            ]),
            "results": results,
            "stats": .object([
                "started_at": .string(time), "completed_at": .string(time), "model_usage": .object([:]),
            ]),
            "samples": .array(conversations.map(sample)),
        ])
    }

    private func evaluation(_ run: String, _ time: String) -> JSONValue {
        .object([
            "eval_id": .string("eval-\(run)"), "run_id": .string(run), "task_id": .string("task-\(run)"),
            "created": .string(time), "task": .string("nacre/\(scenario.name)"), "task_version": .integer(0),
            "task_args": .object(["seed": .string("\(request.seed)"), "episodes": .integer(request.episodes)]),
            "dataset": .object([
                "name": .string(scenario.name), "samples": .integer(conversations.count),
                "sample_ids": .strings(conversations.map { id($0.episode) }),
            ]),
            "model": .string(cast.source.name), "config": .object(["epochs": .integer(1)]),
            "packages": .object(["nacre": .string(Release.version)]),
            "metadata": .object(
                scenario.withChanges(["game_hash": .string(scenario.gameHash), "caution": .string(Self.caution)])),
        ])
    }

    private var results: JSONValue {
        func score(_ name: String, _ estimate: Estimate?) -> JSONValue? {
            guard let estimate else { return nil }
            func metric(_ metric: String, _ value: Double) -> (String, JSONValue) {
                (metric, .object(["name": .string(metric), "value": .number(value)]))
            }
            let metrics =
                [metric("mean", estimate.value)]
                + (estimate.standardError.map { [metric("stderr", $0)] } ?? [])
            return .object([
                "name": .string(name), "scorer": .string(name),
                "metrics": .object(Dictionary(uniqueKeysWithValues: metrics)),
            ])
        }
        return .object([
            "total_samples": .integer(conversations.count), "completed_samples": .integer(episodes),
            "scores": .array(
                [score("payoff", tally.payoff), score("safe", tally.safe(scenario.game))].compactMap(\.self)),
        ])
    }

    private func sample(_ conversation: SpokenConversation) -> JSONValue {
        let game = scenario.game
        let last = conversation.turns.last?.answer ?? ""
        var members: [String: JSONValue] = [
            "id": .string(id(conversation.episode)), "epoch": .integer(1), "target": .string(""),
            "input": .array(conversation.opening.map(message)),
            "messages": .array(conversation.messages.map(message)),
            "output": .object([
                "model": .string(cast.source.name), "completion": .string(last),
                "choices": .array([
                    .object([
                        "message": message(Message(role: .assistant, content: last)),
                        "stop_reason": .string("stop"),
                    ])
                ]),
            ]),
            "metadata": conversation.json(game),
        ]
        if case .object(var metadata)? = members["metadata"] {
            metadata["messages"] = nil
            members["metadata"] = .object(metadata)
        }
        switch conversation.end {
        case .outcome(let outcome):
            let item = game.outcomes[outcome]
            members["scores"] = .object([
                "payoff": .object(["value": .number(conversation.payoff)]),
                "safe": .object(["value": .integer(item.isSafe ? 1 : 0)]),
                "outcome": .object(["value": .string(item.name)]),
            ])
        case .unfinished(let missing):
            members["error"] = .object([
                "message": .string(missing.reason), "traceback": .string(""), "traceback_ansi": .string(""),
            ])
        }
        return .object(members)
    }

    private func message(_ message: Message) -> JSONValue {
        .object(["role": .string(message.role.rawValue), "content": .string(message.content)])
    }
}
