internal import Analysis
internal import GameModel
internal import Output

/// The columns of an explanation: what was believed, what each response leads to, and what the decision hangs on.
extension ExplanationReport {
    /// A number that the decision hangs on.
    typealias Attribution = (parameter: Parameter, value: Double, derivative: Double, own: Double?)

    /// A turn of the history a row.
    var posteriors: Columns<Explanation.Posterior> {
        let users = game.users.enumerated().map { user, name in
            Columns<Explanation.Posterior>.Column.text(name) { Format.fixed($0.users[user], 3) }
        }
        return Columns<Explanation.Posterior>(
            [
                .text("need: who is asking", left: true) { posterior in
                    (posterior.response.map { "\(name($0)) > " } ?? "")
                        + game.name(ofObservation: posterior.observation)
                }
            ] + users
        ).followed(by: [
            .text("state", likeliestState), .text("evidence speaks for", favouredUser),
            .integer("turn", "the turn, from 1") { $0.turn },
            .string("response", "what the model said before; missing at the opening") { $0.response.map(name) },
            .string("observation", "what it saw then") { game.name(ofObservation: $0.observation) },
            .number("likelihood", "how likely it was to see that") { $0.likelihood },
            .member("users") { named(game.users, $0.users) }, .member("states") { named(game.states, $0.states) },
            .member("weights") { posterior in
                .object(
                    Dictionary(
                        uniqueKeysWithValues: zip(game.users, posterior.weights).map {
                            ($0, $1.flatMap { $0.isFinite ? .number($0) : nil } ?? .null)
                        }))
            },
        ])
    }

    private func likeliestState(_ posterior: Explanation.Posterior) -> String {
        let state = posterior.states.indices.max { posterior.states[$0] < posterior.states[$1] } ?? 0
        return "\(game.states[state]) \(Format.fixed(posterior.states[state], 2))"
    }

    /// The user type that the turn's evidence speaks for most, with its weight; empty where there is no evidence.
    private func favouredUser(_ posterior: Explanation.Posterior) -> String {
        let favoured = posterior.weights.indices.max {
            (posterior.weights[$0] ?? -.infinity) < (posterior.weights[$1] ?? -.infinity)
        }
        guard let favoured, let weight = posterior.weights[favoured] else { return "" }
        return "\(game.users[favoured]) (\(weight < 0 ? "" : "+")\(Format.fixed(weight, 2)) nats)"
    }

    /// A response a row: how conversations end if it is given. JSON has the same with the rest of the response.
    var risks: Columns<Anticipation> {
        let outcomes = game.outcomes.enumerated().map { index, outcome in
            Columns<Anticipation>.Column.text(outcome.name) { Format.fixed($0.outcomes[index], 3) }
        }
        let users = game.users.enumerated().map { user, name in
            Columns<Anticipation>.Column.text("unsafe | \(name)") {
                $0.riskByUser[user].map { Format.fixed($0, 3) } ?? ""
            }
        }
        return Columns(
            [.text("risk: if the model says", left: true) { name($0.response) }] + outcomes
                + [.text("unsafe") { Format.fixed($0.risk, 3) }] + users)
    }

    /// A response a row: what it is worth, and how often it is given.
    var candidates: Columns<Anticipation> {
        let best = explanation.candidates.map(\.value).max() ?? 0
        return [
            .text("strategies", left: true) { name($0.response) },
            .number("value", "what follows is worth") { $0.value }.formatted("value") { scenario.amount($0) },
            .text("behind the best") { scenario.amount($0.value - best) },
            .number("policy", "how often the policy gives it") { $0.strategy }.shown("policy", decimals: 3),
            .number("reference", "how often the reference gives it") { $0.reference }.shown("reference", decimals: 3),
            .number("risk", "P(unsafe)") { $0.risk },
            .member("outcomes") { named(game.outcomes.map(\.name), $0.outcomes) },
            .member("reactions") { named(game.reactions.map(\.name), $0.reactions) }
                .shown("likeliest reaction", left: true, likeliestReaction),
            .member("risk_by_user") { candidate in
                .object(
                    Dictionary(
                        uniqueKeysWithValues: zip(game.users, candidate.riskByUser).map {
                            ($0, $1.map { .number($0) } ?? .null)
                        }))
            },
        ]
    }

    private func likeliestReaction(_ candidate: Anticipation) -> String {
        let reaction = candidate.reactions.indices.max { candidate.reactions[$0] < candidate.reactions[$1] } ?? 0
        return "\(game.reactions[reaction].name) \(Format.fixed(candidate.reactions[reaction], 2))"
    }

    private func named(_ names: [String], _ values: [Double]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(names, values.map { JSONValue.number($0) })))
    }

    var slopes: Columns<Attribution> {
        [
            .string("path", "the number") { $0.parameter.path }.shown("hangs most on"),
            .number("value", "what it is") { $0.value }.shown("is"),
            .number("derivative", "change of the lead per unit of the number") { $0.derivative }
                .formatted("lead changes per unit by") { Format.number($0) },
            .number("value_derivative", "change of the decision's own value per unit of the number") { $0.own }
                .formatted("value changes per unit by") { Format.number($0) },
        ]
    }

    var turns: Columns<DecisionFlip> {
        [
            .string("path", "the number") { $0.parameter.path }.shown("would turn over if"),
            .number("value", "what it is") { $0.value }.shown("is"),
            .number("threshold", "from where another response would be best") { $0.threshold }
                .formatted("were") { Format.number($0) },
            .text("change") { Format.number($0.threshold - $0.value) },
        ]
    }
}
