internal import GameModel
internal import Output
internal import Preferences

/// Credit as rows of tidy tables: one of answers, and two of the situations that they were given in, each situation once.
struct CreditTables {
    private struct TurnRow {
        let id: String
        let turn: ConversationCredit.Turn
        let isPivotal: Bool
        /// Numbers of the situation, and of the one after it; nil after the last.
        let situation: Int
        let next: Int?
    }

    private struct SituationRow {
        let number: Int
        /// `value`, `user` or `state`.
        let variable: String
        let name: String
        let value: Double
    }

    private struct AnswerRow {
        let number: Int
        let response: String
        let measure: String
        let value: Double
    }

    let game: Game
    let names: [String]

    private let turn: (TurnRow) -> [UInt8]
    private let situation: (SituationRow) -> [UInt8]
    private let answer: (AnswerRow) -> [UInt8]

    init(_ game: Game, _ names: [String]) {
        (self.game, self.names) = (game, names)
        turn = Self.turns(game).csvRow()
        situation = Self.situations.csvRow()
        answer = Self.answers.csvRow()
    }

    /// The tables without rows.
    var empty: [TidyTable] {
        [
            Self.turns(game).table("turns", title: "One answer a row: what it was worth", rows: []),
            Self.situations.table("situations", title: "What was known and expected in a situation", rows: []),
            Self.answers.table("answers", title: "What each response was worth in a situation", rows: []),
        ]
    }

    /// Their first lines.
    var heads: [[UInt8]] { empty.map { Array($0.csvLines[0].utf8) } }

    /// The lines of a conversation's answers.
    ///
    /// - Parameter numbers: of the situations that they were given in.
    func turns(_ credit: ConversationCredit, _ numbers: [Int]) -> [[UInt8]] {
        let pivotal = credit.pivotal
        return credit.turns.indices.map { index in
            turn(
                TurnRow(
                    id: credit.conversation.id, turn: credit.turns[index], isPivotal: pivotal == index,
                    situation: numbers[index], next: index + 1 < numbers.count ? numbers[index + 1] : nil))
        }
    }

    /// The lines of a situation in the tables of situations and answers.
    func rows(_ situation: CreditSituation, number: Int) -> (situations: [[UInt8]], answers: [[UInt8]]) {
        func rows(_ variable: String, _ names: [String], _ values: [Double]) -> [SituationRow] {
            zip(names, values).map { SituationRow(number: number, variable: variable, name: $0, value: $1) }
        }
        let known =
            rows("value", names, situation.values) + rows("user", game.users, situation.users)
            + rows("state", game.states, situation.states)
        let worth = game.responses.enumerated().flatMap { index, response in
            names.enumerated().map {
                AnswerRow(
                    number: number, response: response.name, measure: $1, value: situation.responses[$0][index])
            }
        }
        return (known.map(self.situation), worth.map(answer))
    }

    private static func turns(_ game: Game) -> Columns<TurnRow> {
        let responses = game.responses.map(\.name)
        return [
            .string("conversation", "its id") { $0.id },
            .integer("turn", "the turn, from 1") { $0.turn.situation.turn },
            .integer("situation", "its number in the tables situations and answers") { $0.situation },
            .integer("next_situation", "that of the next answer; missing after the last") { $0.next },
            .string("response", "what was said, the likeliest by its label") { responses[$0.turn.response] },
            .string("best", "the response of the largest value here") { responses[$0.turn.situation.best] },
            .number("value", "V: payoff from here on under the policy, in payoff units") {
                $0.turn.situation.values[CreditMeasures.payoff]
            },
            .number("said", "Q: the same after what was said") { $0.turn.said[CreditMeasures.payoff] },
            .number("best_value", "Q of the best response") {
                $0.turn.situation.responses[CreditMeasures.payoff][$0.turn.situation.best]
            },
            .number("advantage", "discounted Q - V, in payoff units of the whole conversation") { $0.turn.advantage },
            .number("chance", "what the user's move then added; missing where nothing says what it was") {
                $0.turn.chance
            },
            .boolean("pivotal", "whether it is the dearest answer of its conversation") {
                $0.isPivotal
            },
            .number("unsafe_before", "P(unsafe end) before the answer") { $0.turn.unsafeBefore },
            .number("unsafe_after", "the same after what the user did; missing where that is not known") {
                $0.turn.unsafeAfter
            },
            .number("value_of_user", "V for users of the known type; missing where it is not known") {
                $0.turn.ofUser?.value
            },
            .number("said_of_user", "Q of what was said for users of the known type") { $0.turn.ofUser?.said },
            .string("best_of_user", "the response of the largest value for users of the known type") {
                $0.turn.ofUser.map { responses[$0.best] }
            },
        ]
    }

    private static var situations: Columns<SituationRow> {
        [
            .integer("situation", "its number, in the order of first appearance") { $0.number },
            .string("variable", "value (of a measure), user (the type) or state") { $0.variable },
            .string("name", "of the measure, type or state") { $0.name },
            .number("value", "V under the policy from here on, or the probability of the type or state") { $0.value },
        ]
    }

    private static var answers: Columns<AnswerRow> {
        [
            .integer("situation", "its number") { $0.number },
            .string("response", "the response") { $0.response },
            .string("measure", "payoff, safe, or the name of an outcome") { $0.measure },
            .number("value", "Q: the measure after the response, if the policy goes on") { $0.value },
        ]
    }
}
