internal import GameModel
internal import Output
internal import Preferences

/// Credit as rows of tidy tables: one of answers, and two of the situations that they were given in, each situation once.
struct CreditTables: Sendable {
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

    private let turn: CSVRow<TurnRow>
    private let situation: CSVRow<SituationRow>
    private let answer: CSVRow<AnswerRow>

    init(_ report: AnnotateReport) {
        (game, names) = (report.scenario.game, report.tracer.measures.measures.map(\.name))
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

    /// Adds the lines of a conversation's answers.
    ///
    /// - Parameter numbers: of the situations that they were given in.
    func add(_ credit: ConversationCredit, _ numbers: [Int], to lines: inout LineBuffer) {
        let pivotal = credit.pivotal
        for index in credit.turns.indices {
            turn(
                TurnRow(
                    id: credit.conversation.id, turn: credit.turns[index], isPivotal: pivotal == index,
                    situation: numbers[index], next: index + 1 < numbers.count ? numbers[index + 1] : nil),
                &lines)
        }
    }

    /// Adds the lines of a situation to the table of situations.
    func add(_ item: CreditSituation, to lines: inout LineBuffer) {
        for (variable, names, values) in [
            ("value", names, item.values), ("user", game.users, item.users), ("state", game.states, item.states),
        ] {
            for (name, value) in zip(names, values) {
                situation(SituationRow(number: item.number, variable: variable, name: name, value: value), &lines)
            }
        }
    }

    /// Adds the lines of a situation to the table of answers.
    func addAnswers(_ situation: CreditSituation, to lines: inout LineBuffer) {
        for (index, response) in game.responses.enumerated() {
            for (measure, name) in names.enumerated() {
                let value = situation.value(measure, after: index)
                answer(
                    AnswerRow(number: situation.number, response: response.name, measure: name, value: value), &lines)
            }
        }
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
                $0.turn.situation.value(CreditMeasures.payoff)
            },
            .number("said", "Q: the same after what was said") { $0.turn.said(CreditMeasures.payoff) },
            .number("best_value", "Q of the best response") {
                $0.turn.situation.value(CreditMeasures.payoff, after: $0.turn.situation.best)
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
