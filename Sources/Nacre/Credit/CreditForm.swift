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
    private let responses: [[UInt8]]

    init(game: Game, measures: CreditMeasures, rewards: AnnotateRequest.Rewards) {
        (self.game, self.measures, self.rewards) = (game, measures, rewards)
        (users, states, names) = (Names(game.users), Names(game.states), Names(measures.measures.map(\.name)))
        responses = game.responses.map { (try? JSONValue.string($0.name).bytes()) ?? [] }
    }

    /// - Throws: `JSONError` never for values of a game.
    func line(_ credit: ConversationCredit) throws -> [UInt8] {
        let turns = credit.turns
        var members: [String: JSONValue] = [
            "id": .string(credit.conversation.id), "advantages": .numbers(turns.map(\.advantage)),
            "chance": .array(turns.map { .number(ifPresent: $0.chance) }), "opening": .number(credit.opening),
            "turn_rewards": .array(
                turns.map { rewards == .advantage ? .number($0.advantage) : .number(ifPresent: $0.shaped) }),
            "payoff": .number(ifPresent: credit.payoff),
            "pivotal_turn": credit.pivotal.map { .integer($0 + 1) } ?? .null, "outcome": outcome(credit),
        ]
        if !credit.conversation.messages.isEmpty {
            members["messages"] = .array(
                credit.conversation.messages.map {
                    .object(["role": .string($0.role.rawValue), "content": .string($0.content)])
                })
        }
        var line = Array(try JSONValue.object(members).bytes().dropLast())
        // The names that follow stand after all others in the order of canonical JSON.
        line += Array(",\"turns\":[".utf8)
        for index in turns.indices {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            add(turns[index], of: credit, to: &line)
        }
        let last: [String: JSONValue] = [
            "user": credit.conversation.user.map { .string(game.users[$0]) } ?? .null,
            "value": .number(measures.start[CreditMeasures.payoff]),
        ]
        return try line + Array("],".utf8) + JSONValue.object(last).bytes().dropFirst()
    }

    private func outcome(_ credit: ConversationCredit) -> JSONValue {
        if case .outcome(let outcome) = credit.conversation.end { .string(game.outcomes[outcome].name) } else { .null }
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
