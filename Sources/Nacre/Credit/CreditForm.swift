internal import GameModel
internal import Output
internal import Preferences

/// A conversation's credit as a line of `annotated.jsonl`: canonical JSON, put together from parts that many conversations share.
struct CreditForm: Sendable {
    /// Names in the order of canonical JSON, each as it stands before its number.
    private struct Names: Sendable {
        let order: [(index: Int, text: [UInt8])]

        init(_ names: [String]) {
            let sorted = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
            order = sorted.enumerated().map { place, index in
                (index, Array(place == 0 ? "".utf8 : ",".utf8) + CreditForm.quoted(names[index]) + Array(":".utf8))
            }
        }

        /// `{"name":number,…}`
        func add(to line: inout LineBuffer, _ value: (Int) -> Double) {
            line.append("{")
            for (index, text) in order {
                line.append(text)
                line.append(value(index))
            }
            line.append("}")
        }
    }

    let game: Game
    let measures: CreditMeasures
    let rewards: AnnotateRequest.Rewards
    private let users: Names
    private let states: Names
    private let names: Names
    /// Names as they stand in JSON.
    private let responses: [[UInt8]]
    private let outcomes: [[UInt8]]
    private let types: [[UInt8]]

    init(game: Game, measures: CreditMeasures, rewards: AnnotateRequest.Rewards) {
        (self.game, self.measures, self.rewards) = (game, measures, rewards)
        (users, states, names) = (Names(game.users), Names(game.states), Names(measures.measures.map(\.name)))
        responses = game.responses.map { Self.quoted($0.name) }
        outcomes = game.outcomes.map { Self.quoted($0.name) }
        types = game.users.map(Self.quoted)
    }

    /// A name as it stands in JSON, which every text can.
    private static func quoted(_ name: String) -> [UInt8] { (try? JSONValue.string(name).bytes()) ?? [] }

    /// Adds a conversation's line.
    func add(_ credit: ConversationCredit, to line: inout LineBuffer) {
        let (turns, conversation) = (credit.turns, credit.conversation)
        // Members in the order of canonical JSON.
        add("{\"advantages\":", turns.map(\.advantage), to: &line)
        add(",\"chance\":", turns.map(\.chance), to: &line)
        line.append(",\"id\":")
        line.append(quoted: conversation.id)
        add(conversation.messages, to: &line)
        line.append(",\"opening\":")
        line.append(credit.opening)
        line.append(",\"outcome\":")
        if case .outcome(let outcome) = conversation.end { line.append(outcomes[outcome]) } else { line.append("null") }
        line.append(",\"payoff\":")
        add(credit.payoff, to: &line)
        line.append(",\"pivotal_turn\":")
        if let pivotal = credit.pivotal { line.append(pivotal + 1) } else { line.append("null") }
        add(",\"turn_rewards\":", turns.map { rewards == .advantage ? $0.advantage : $0.shaped }, to: &line)
        line.append(",\"turns\":[")
        for index in turns.indices {
            if index > 0 { line.append(",") }
            add(turns[index], of: credit, to: &line)
        }
        line.append("],\"user\":")
        if let user = conversation.user { line.append(types[user]) } else { line.append("null") }
        line.append(",\"value\":")
        line.append(measures.start[CreditMeasures.payoff])
        line.append("}")
        line.endLine()
    }

    /// The words, where there are any.
    private func add(_ messages: [SpokenMessage], to line: inout LineBuffer) {
        guard !messages.isEmpty else { return }
        line.append(",\"messages\":[")
        for (index, item) in messages.enumerated() {
            line.append(index == 0 ? "{\"content\":" : ",{\"content\":")
            line.append(quoted: item.message.content)
            line.append(",\"role\":")
            line.append(quoted: item.message.role.rawValue)
            line.append("}")
        }
        line.append("]")
    }

    private func add(_ value: Double?, to line: inout LineBuffer) {
        if let value { line.append(value) } else { line.append("null") }
    }

    /// `NAME[number,…]`
    private func add(_ name: String, _ values: [Double?], to line: inout LineBuffer) {
        line.append(name)
        line.append("[")
        for (index, value) in values.enumerated() {
            if index > 0 { line.append(",") }
            add(value, to: &line)
        }
        line.append("]")
    }

    /// `{"answer": {…}, "situation": {…}, "unsafe_after": …}`
    private func add(_ turn: ConversationCredit.Turn, of credit: ConversationCredit, to line: inout LineBuffer) {
        line.append("{\"answer\":")
        if turn.isCertain {
            let user = credit.conversation.user.map { $0 + 1 } ?? 0
            shared(turn.situation, 1 + turn.response * (game.users.count + 1) + user, &line) { answer(turn, to: &$0) }
        } else {
            answer(turn, to: &line)
        }
        line.append(",\"situation\":")
        shared(turn.situation, 0, &line) { situation(turn.situation, to: &$0) }
        line.append(",\"unsafe_after\":")
        add(turn.unsafeAfter, to: &line)
        line.append("}")
    }

    /// Adds a text about a situation, which is made once where many conversations come to it.
    private func shared(
        _ situation: CreditSituation, _ about: Int, _ line: inout LineBuffer, _ make: (inout LineBuffer) -> Void
    ) {
        if let known = situation.text(about) { return line.append(known) }
        let start = line.count
        make(&line)
        situation.remember(line.suffix(from: start), about)
    }

    private func answer(_ turn: ConversationCredit.Turn, to line: inout LineBuffer) {
        line.append("{")
        if let ofUser = turn.ofUser {
            line.append("\"of_user\":{\"best\":")
            line.append(responses[ofUser.best])
            line.append(",\"said\":")
            line.append(ofUser.said)
            line.append(",\"value\":")
            line.append(ofUser.value)
            line.append("},")
        }
        line.append("\"response\":")
        line.append(responses[turn.response])
        line.append(",\"values\":")
        names.add(to: &line) { turn.said($0) }
        line.append("}")
    }

    private func situation(_ situation: CreditSituation, to line: inout LineBuffer) {
        line.append("{\"best\":")
        line.append(responses[situation.best])
        line.append(",\"best_value\":")
        line.append(situation.value(CreditMeasures.payoff, after: situation.best))
        line.append(",\"states\":")
        states.add(to: &line) { situation.state($0) }
        line.append(",\"turn\":")
        line.append(situation.turn)
        line.append(",\"unsafe\":")
        line.append(1 - situation.value(CreditMeasures.safe))
        line.append(",\"users\":")
        users.add(to: &line) { situation.user($0) }
        line.append(",\"values\":")
        names.add(to: &line) { situation.value($0) }
        line.append("}")
    }
}
