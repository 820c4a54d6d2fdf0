internal import Conversations
internal import GameModel
internal import Output
internal import Scenarios
internal import Simulation

extension PlayReport {
    /// Who played, and then the policies that met the same users.
    ///
    /// - Parameter name: of who played, for tables that have no room for all of it; nil for all of it.
    func entries(named name: String? = nil) -> [OutcomeTable.Entry] {
        [OutcomeTable.Entry(tally, policy: name ?? cast.source.name, scenario: scenario)]
            + compared.map { OutcomeTable.Entry($0.result.tally, policy: $0.policy.label, scenario: scenario) }
    }

    /// A compared policy a row.
    var differenceColumns: Columns<(policy: NamedPolicy, result: PlayedComparison)> {
        [
            .text("\(shortName) minus, same users", left: true) { $0.policy.label },
            .member("payoff") { $0.result.difference.payoff.json }
                .shown("payoff") { Format.quantity($0.result.difference.payoff) },
            .member("safe") { $0.result.difference.safe.json }
                .shown("safe") { Format.quantity($0.result.difference.safe) },
        ]
    }

    /// A turn and situation a row: see ``RegretTable``.
    var regretColumns: Columns<RegretTable.Row> {
        let (scenario, game, count) = (scenario, scenario.game, Double(max(1, episodes)))
        @Sendable func name(_ weights: [Double]) -> String {
            game.responses[weights.indices.reduce(0) { weights[$1] > weights[$0] ? $1 : $0 }].name
        }
        return [
            .string("situation", "what the model had seen last: a cue, or a reaction and its cue") {
                game.name(ofObservation: $0.observation)
            }.shown("where most is lost"),
            .integer("turn", "the turn, from 1") { $0.turn }.shown(),
            .integer("met", "conversations that came there") { $0.visits }.shown(),
            .string("given", "the response that was given most") { name($0.given) }.shown("mostly said"),
            .string("best", "the response that was worth most in most of them") { name($0.best.map(Double.init)) }
                .shown(),
            .number("loss_when_met", "mean loss there against the solved policy, in the goal's units") {
                $0.loss / Double(max(1, $0.visits))
            }.shown("lost there") { scenario.amount($0.loss / Double(max(1, $0.visits))) },
            .number("loss", "the same a conversation: the column sums to the regret") { $0.loss / count }
                .shown("lost in all") { scenario.amount($0.loss / count) },
        ]
    }
}
