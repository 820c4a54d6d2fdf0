internal import GameModel
internal import Output

/// Turns histories into conversations: exactly the words that the model would see.
struct PromptRenderer {
    let game: Game
    let wording: Texts
    let seed: UInt64

    /// The conversation up to the point where the model has to speak.
    ///
    /// - Parameter variant: which choice of paraphrases, from 0.
    func prompt(_ node: DecisionNode, variant: Int) -> [Message] {
        var messages = wording.openings[node.opening]
        var cue = node.opening
        for (index, exchange) in node.exchanges.enumerated() {
            messages.append(completion(exchange.response, cue: cue, node, variant: variant, position: 2 * index))
            guard let shown = game.observations.shown(of: exchange.observation) else { continue }
            cue = game.observations.cue(of: exchange.observation)
            let texts = wording.reactions[game.shownReactions[shown]][cue]
            let choice = paraphrase(of: texts.count, node, variant: variant, position: 2 * index + 1)
            messages.append(Message(role: .user, content: texts[choice]))
        }
        return messages
    }

    /// What the model would say at the node.
    func completion(_ response: Int, at node: DecisionNode, variant: Int) -> Message {
        let cue = node.exchanges.last.map { game.observations.cue(of: $0.observation) } ?? node.opening
        return completion(response, cue: cue, node, variant: variant, position: 1_000_000 + response)
    }

    private func completion(
        _ response: Int, cue: Int, _ node: DecisionNode, variant: Int, position: Int
    ) -> Message {
        let texts = wording.responses[response][cue]
        let choice = paraphrase(of: texts.count, node, variant: variant, position: position)
        return Message(role: .assistant, content: texts[choice])
    }

    /// A paraphrase chosen by (seed, history, variant, position): the same words for the same export, spread evenly.
    private func paraphrase(of count: Int, _ node: DecisionNode, variant: Int, position: Int) -> Int {
        let words = Philox4x64.block(
            counter: (historyCode(node), UInt64(variant), UInt64(position), 0), key: (seed, 0x77_6F72_6473))
        return Int(words.0.multipliedFullWidth(by: UInt64(count)).high)
    }

    /// FNV-1a of the history's indices.
    private func historyCode(_ node: DecisionNode) -> UInt64 {
        var code: UInt64 = 0xCBF2_9CE4_8422_2325
        for value in [node.opening] + node.exchanges.flatMap({ [$0.response, $0.observation] }) {
            code = (code ^ UInt64(value)) &* 0x0000_0100_0000_01B3
        }
        return code
    }
}

extension Message {
    var json: JSONValue { .object(["role": .string(role.rawValue), "content": .string(content)]) }
}
