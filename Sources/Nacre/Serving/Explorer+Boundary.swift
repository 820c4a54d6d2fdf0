internal import Analysis
internal import GameModel
internal import InputErrors
package import Output
package import Scenarios

extension Explorer {
    /// Where the best first response switches as one number varies, the policy going on as it is: the strip below the sliders.
    ///
    /// - Parameters:
    ///   - path: the number.
    ///   - cue: the opening, by its index.
    /// - Throws: `InputError` where there is no strip: for a mixture of policies, a cue that nobody opens with.
    /// - Complexity: about 35 evaluations per piece of the interval.
    package func boundary(
        _ path: String, cue: Int, policy name: String, changes: [ParameterChange]
    ) throws -> JSONValue {
        let changed = try scenario(with: changes)
        let policy = try policy(name, in: changed)
        let inputs = GameInputs(
            definition: changed.definition, objective: policy.objective(changed.objective))
        let parameter = try inputs.namedParameter(path)
        guard changed.game.cues.indices.contains(cue) else {
            throw InputError("there is no cue \(cue); there are \(changed.game.cues.count), from 0")
        }
        guard !policy.policy.memory.drawsFirstNode else {
            throw InputError("no strip: the policy is a mixture that draws one of several at the opening")
        }
        let value = inputs[parameter] ?? 0
        let variation = try Variation(parameter, inputs: inputs)
        let query = try HeldQuery(
            policy.policy, inputs: inputs, decisions: [History(cue: cue)], multipliers: policy.prices)
        guard let line = try query.lines(along: variation).first else {
            throw InputError("no strip: there is no decision")
        }
        return .object([
            "path": .string(path), "value": .number(value), "from": .number(variation.lower),
            "to": .number(variation.upper), "cue": .integer(cue), "has_effect": .bool(!line.hasNoEffect),
            "segments": .array(
                line.segments.map {
                    .object([
                        "from": .number($0.lower), "to": .number($0.upper), "response": .integer($0.response),
                    ])
                }),
            "open": .array(line.open.map { .numbers([$0.lowerBound, $0.upperBound]) }),
        ])
    }
}
