internal import GameModel
package import Output
internal import Scenarios

extension Explorer {
    /// Everything about the scenario that no change of a number changes, for the page: names, titles, and the numbers with their places.
    package var description: [String: JSONValue] {
        let (game, titles) = (scenario.game, scenario.titles)
        func named(_ name: String, _ title: String?) -> [String: JSONValue] {
            ["name": .string(name), "title": title.map { .string(Escaped.line($0)) } ?? .null]
        }
        func title(_ list: [String?], _ index: Int) -> String? { list.indices.contains(index) ? list[index] : nil }
        return [
            "name": .string(scenario.name), "title": .string(Escaped.line(scenario.title)),
            "description": titles.description.map { .string(Escaped.lines($0)) } ?? .null,
            "file": .string(Escaped.line(scenario.file)), "game_hash": .string(scenario.gameHash),
            "goal": .string(scenario.objective.goal.rawValue), "horizon": .integer(game.horizon),
            "foresight": .bool(game.foresight != nil), "given": .array(scenario.changes.map(\.json)),
            "has_states": .bool(game.states.count > 1), "has_cues": .bool(game.cues.count > 1),
            "users": .array(game.users.enumerated().map { .object(named($1, title(titles.users, $0))) }),
            "states": .array(game.states.map { .object(named($0, nil)) }),
            "cues": .array(game.cues.enumerated().map { .object(named($1, title(titles.cues, $0))) }),
            "responses": .array(
                game.responses.enumerated().map { .object(named($1.name, title(titles.responses, $0))) }),
            "reactions": .array(
                game.reactions.enumerated().map { index, reaction in
                    var members = named(reaction.name, title(titles.reactions, index))
                    switch reaction.effect {
                    case .continues: members["effect"] = .string("continues")
                    case .continuesShowing(let other): members["shows_as"] = .integer(other)
                    case .ends(let outcome): members["ends"] = .integer(outcome)
                    }
                    return .object(members)
                }),
            "outcomes": .array(
                game.outcomes.enumerated().map { index, outcome in
                    var members = named(outcome.name, title(titles.outcomes, index))
                    (members["safe"], members["timeout"]) = (.bool(outcome.isSafe), .bool(outcome.isTimeout))
                    return .object(members)
                }),
            "policies": .strings(policies.map(\.label)),
            "numbers": .array(parameters.compactMap(number)),
        ]
    }

    /// A slider: where it stands, how far it goes, and among which it is found.
    private func number(_ parameter: Parameter) -> JSONValue? {
        guard let value = inputs[parameter] else { return nil }
        let (low, high) = range(parameter, value)
        return .object([
            "path": .string(parameter.path), "value": .number(ifPresent: value.isFinite ? value : nil),
            "from": .number(low), "to": .number(high), "group": .string(Self.group(parameter.location)),
            "owner": owner(parameter.location).map { .string($0) } ?? .null,
        ])
    }

    /// How far the slider goes; what is typed may lie outside, if the number may be so.
    private func range(_ parameter: Parameter, _ value: Double) -> (Double, Double) {
        let size = value.isFinite ? max(1, 2 * abs(value)) : 10
        switch inputs.domain(of: parameter) {
        case .probability: return (0, 1)
        case .discount: return (0.01, 1)
        case .nonNegative: return (0, size)
        case .anyNumber: return (-size, size)
        }
    }

    private static func group(_ location: Parameter.Location) -> String {
        switch location {
        case .prior: "shares"
        case .limit: "limits"
        case .payoff, .exposure: "payoffs"
        case .rationality, .foresight, .own: "rationality"
        case .responseFeature, .cost: "responses"
        case .initialState, .cue: "openings"
        case .utility: "reactions"
        case .move: "moves"
        case .discount, .klWeight, .reference: "objective"
        }
    }

    private func owner(_ location: Parameter.Location) -> String? {
        switch location {
        case .responseFeature(let response, _), .cost(let response): scenario.game.responses[response].name
        case .prior(let user), .initialState(let user, _), .cue(let user, _, _), .payoff(let user, _),
            .exposure(let user, _), .rationality(let user), .foresight(let user), .utility(let user, _, _),
            .move(let user, _), .own(let user, _):
            scenario.game.users[user]
        case .limit(let constraint): scenario.game.users[scenario.objective.constraints[constraint].user]
        case .discount, .klWeight, .reference: nil
        }
    }
}
