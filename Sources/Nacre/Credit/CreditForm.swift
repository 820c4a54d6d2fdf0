internal import GameModel
internal import Output
internal import Preferences

/// A conversation's credit as a line of `annotated.jsonl`: canonical JSON, put together from parts that many conversations share.
struct CreditForm {
    /// Names in the order of canonical JSON, each as it stands before its number.
    private struct Names {
        let order: [(index: Int, text: [UInt8])]

        init(_ names: [String]) {
            let sorted = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
            order = sorted.enumerated().map { place, index in
                let name = (try? JSONValue.string(names[index]).bytes()) ?? []
                return (index, (place == 0 ? [] : [UInt8(ascii: ",")]) + name + [UInt8(ascii: ":")])
            }
        }

        /// `{"name":number,…}`
        func add(_ values: [Double], to line: inout [UInt8]) {
            line.append(UInt8(ascii: "{"))
            for (index, text) in order {
                line += text
                line.append(contentsOf: values[index].description.utf8)
            }
            line.append(UInt8(ascii: "}"))
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
        func quoted(_ names: [String]) -> [[UInt8]] { names.map { (try? JSONValue.string($0).bytes()) ?? [] } }
        responses = quoted(game.responses.map(\.name))
        outcomes = quoted(game.outcomes.map(\.name))
        types = quoted(game.users)
    }

    /// - Throws: `JSONError` never: values of a game are finite.
    func line(_ credit: ConversationCredit) throws -> [UInt8] {
        let (turns, conversation) = (credit.turns, credit.conversation)
        // Members in the order of canonical JSON.
        var line: [UInt8] = []
        line.reserveCapacity(Self.usualHead + turns.count * Self.usualTurn)
        add("{\"advantages\":", turns.map { Optional($0.advantage) }, to: &line)
        add(",\"chance\":", turns.map(\.chance), to: &line)
        line += try Array(",\"id\":".utf8) + JSONValue.string(conversation.id).bytes()
        if !conversation.messages.isEmpty {
            let messages = conversation.messages.map {
                JSONValue.object(["role": .string($0.message.role.rawValue), "content": .string($0.message.content)])
            }
            line += try Array(",\"messages\":".utf8) + JSONValue.array(messages).bytes()
        }
        line.append(contentsOf: ",\"opening\":\(credit.opening),\"outcome\":".utf8)
        if case .outcome(let outcome) = conversation.end { line += outcomes[outcome] } else { line += Self.null }
        line.append(contentsOf: ",\"payoff\":".utf8)
        add(credit.payoff, to: &line)
        line.append(contentsOf: ",\"pivotal_turn\":\(credit.pivotal.map { "\($0 + 1)" } ?? "null")".utf8)
        add(
            ",\"turn_rewards\":", turns.map { rewards == .advantage ? $0.advantage : $0.shaped }, to: &line)
        line.append(contentsOf: ",\"turns\":[".utf8)
        for index in turns.indices {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            add(turns[index], of: credit, to: &line)
        }
        line.append(contentsOf: "],\"user\":".utf8)
        if let user = conversation.user { line += types[user] } else { line += Self.null }
        line.append(contentsOf: ",\"value\":\(measures.start[CreditMeasures.payoff])}".utf8)
        return line
    }

    /// Bytes of a line without its turns, and of a turn, that few exceed.
    private static let (usualHead, usualTurn) = (512, 1536)
    private static let null = Array("null".utf8)

    private func add(_ value: Double?, to line: inout [UInt8]) {
        if let value { line.append(contentsOf: value.description.utf8) } else { line += Self.null }
    }

    /// `NAME[number,…]`
    private func add(_ name: String, _ values: [Double?], to line: inout [UInt8]) {
        line.append(contentsOf: name.utf8)
        var isFirst = true
        line.append(UInt8(ascii: "["))
        for value in values {
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            add(value, to: &line)
        }
        line.append(UInt8(ascii: "]"))
    }

    /// `{"answer": {…}, "situation": {…}, "unsafe_after": …}`
    private func add(_ turn: ConversationCredit.Turn, of credit: ConversationCredit, to line: inout [UInt8]) {
        line.append(contentsOf: "{\"answer\":".utf8)
        if turn.isCertain {
            let user = credit.conversation.user.map { $0 + 1 } ?? 0
            line += turn.situation.text(1 + turn.response * (game.users.count + 1) + user) { answer(turn) }
        } else {
            line += answer(turn)
        }
        line.append(contentsOf: ",\"situation\":".utf8)
        line += turn.situation.text(0) { situation(turn.situation) }
        line.append(contentsOf: ",\"unsafe_after\":".utf8)
        line.append(contentsOf: (turn.unsafeAfter?.description ?? "null").utf8)
        line.append(UInt8(ascii: "}"))
    }

    private func answer(_ turn: ConversationCredit.Turn) -> [UInt8] {
        var text = Array("{".utf8)
        if let ofUser = turn.ofUser {
            text += Array("\"of_user\":{\"best\":".utf8) + responses[ofUser.best]
            text += Array(",\"said\":\(ofUser.said),\"value\":\(ofUser.value)},".utf8)
        }
        text += Array("\"response\":".utf8) + responses[turn.response] + Array(",\"values\":".utf8)
        names.add(turn.said, to: &text)
        return text + [UInt8(ascii: "}")]
    }

    private func situation(_ situation: CreditSituation) -> [UInt8] {
        var text = Array("{\"best\":".utf8) + responses[situation.best]
        text += Array(",\"best_value\":\(situation.responses[CreditMeasures.payoff][situation.best])".utf8)
        text += Array(",\"states\":".utf8)
        states.add(situation.states, to: &text)
        text += Array(",\"turn\":\(situation.turn),\"unsafe\":\(1 - situation.values[CreditMeasures.safe])".utf8)
        text += Array(",\"users\":".utf8)
        users.add(situation.users, to: &text)
        text += Array(",\"values\":".utf8)
        names.add(situation.values, to: &text)
        return text + [UInt8(ascii: "}")]
    }
}
