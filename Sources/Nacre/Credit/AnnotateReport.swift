internal import GameModel
package import Output
internal import Preferences
package import Scenarios

/// What a run of `annotate` found.
public struct AnnotateReport: Report {
    /// A conversation that has no place in the game.
    package struct Reject: Error, Sendable {
        /// Its number in the source, from 1.
        let line: Int
        let reason: String

        var json: JSONValue { .object(["line": .integer(line), "reason": .string(reason)]) }
    }

    /// What answers of one response came to.
    struct OfResponse: Sendable {
        var count = 0
        var advantage = 0.0
        var pivotal = 0
    }

    package let scenario: Scenario
    package let request: AnnotateRequest
    package let policy: String
    let tracer: CreditTracer
    package let out: String
    public private(set) var conversations = 0
    public private(set) var turns = 0
    package private(set) var rejects: [Reject] = []
    /// The sum over all answers, in payoff units.
    private var advantage = 0.0
    private var responses: [OfResponse]
    /// The conversation of the dearest answer, or the one that was asked for.
    private(set) var shown: ConversationCredit?

    init(scenario: Scenario, request: AnnotateRequest, policy: String, tracer: CreditTracer, out: String) {
        (self.scenario, self.request, self.policy) = (scenario, request, policy)
        (self.tracer, self.out) = (tracer, out)
        responses = scenario.game.responses.map { _ in OfResponse() }
    }

    private var game: Game { scenario.game }

    mutating func reject(_ reject: Reject) { rejects.append(reject) }

    mutating func add(_ credit: ConversationCredit) {
        conversations += 1
        turns += credit.turns.count
        for turn in credit.turns {
            advantage += turn.advantage
            responses[turn.response].count += 1
            responses[turn.response].advantage += turn.advantage
        }
        if let pivotal = credit.pivotal { responses[credit.turns[pivotal].response].pivotal += 1 }
        show(credit)
    }

    private mutating func show(_ credit: ConversationCredit) {
        if let wanted = request.shown {
            if credit.conversation.id == wanted { shown = credit }
            return
        }
        func dearest(_ credit: ConversationCredit?) -> Double {
            credit.flatMap { credit in credit.pivotal.map { credit.turns[$0].advantage } } ?? 0
        }
        if shown == nil || dearest(credit) < dearest(shown) { shown = credit }
    }

    private var rows: [(name: String, item: OfResponse)] {
        zip(game.responses.map(\.name), responses).filter { $0.1.count > 0 }.map { ($0, $1) }
            .sorted { $0.item.advantage < $1.item.advantage }
    }

    private var columns: Columns<(name: String, item: OfResponse)> {
        let count = Double(max(1, conversations))
        return [
            .string("response", "what was said, the likeliest by its label") { $0.name }.shown("what was said"),
            .integer("answers", "answers that are this response") { $0.item.count }.shown(),
            .number("advantage", "mean advantage of such an answer, in payoff units") {
                $0.item.advantage / Double($0.item.count)
            }.shown("advantage", decimals: 4),
            .number("advantage_per_conversation", "the same over all conversations: the column sums to the whole") {
                $0.item.advantage / count
            }.shown("per conversation", decimals: 4),
            .integer("pivotal", "conversations whose dearest answer it was") { $0.item.pivotal }.shown("dearest in"),
        ]
    }

    package func json() throws -> JSONValue {
        .object(
            scenario.withChanges([
                "format": .integer(1), "kind": .string("annotations"), "scenario": .string(scenario.name),
                "game_hash": .string(scenario.gameHash), "policy": .string(policy),
                "value": .number(tracer.measures.start[CreditMeasures.payoff]),
                "conversations": .integer(conversations), "turns": .integer(turns),
                "rejected": .integer(rejects.count), "rewards": .string(request.rewards.rawValue),
                "advantage_per_conversation": .number(advantage / Double(max(1, conversations))),
                "responses": columns.json(rows), "out": .string(out),
                "shown": shown.map { .string($0.conversation.id) } ?? .null,
            ]))
    }

    package func text() throws -> String {
        let count = Format.count
        var text = "\(scenario.heading)\n\(scenario.assumptionLines)"
        text +=
            "\(Format.counted(conversations, "conversation")) with \(Format.counted(turns, "answer")); credit under "
        text += "\(Escaped.line(policy)), worth \(Format.number(tracer.measures.start[CreditMeasures.payoff], 4))\n"
        if let first = rejects.first {
            text += "left out: \(count(rejects.count)), kept in \(Escaped.line(out))/rejects.jsonl; the first: line "
            text += "\(first.line): \(Escaped.line(first.reason))\n"
        }
        text += "\n\(columns.text(rows))"
        text +=
            "\nadvantage of all answers: \(Format.number(advantage / Double(max(1, conversations)), 4)) a conversation\n"
        if let shown, let turn = shown.pivotal {
            let item = shown.turns[turn]
            let names = game.responses
            text += "dearest answer: turn \(turn + 1) of \(Escaped.line(shown.conversation.id)), "
            text += "\(names[item.response].name) in place of \(names[item.situation.best].name)\n"
        }
        return text + "\nwritten to \(Escaped.line(out))\n"
    }
}
