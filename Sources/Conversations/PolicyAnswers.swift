public import GameModel
internal import Simulation

/// A policy at the table: it gives responses by name, drawn as in `simulate`, in the scenario's words.
public struct PolicyAnswers: AnswerSource {
    public let name: String
    public let width = 4096
    private let meanings: [AnswerMeaning]
    private let seed: UInt64
    private let speech: Speech
    private let tables: RolloutTables

    public init(_ policy: Policy, name: String, game: Game, texts: Texts, seed: UInt64) {
        self.name = name
        meanings = game.responses.indices.map { AnswerMeaning($0, in: game) }
        self.seed = seed
        speech = Speech(texts: texts, seed: seed)
        tables = RolloutTables(game: game, controller: policy)
    }

    public func answers(
        to conversations: [OpenConversation], _ control: RunControl
    ) throws -> [Result<SpokenAnswer, MissingAnswer>] {
        conversations.map { conversation in
            let response = PolicyPlace(tables, conversation, seed: seed).response
            let text = speech.answer(
                response, cue: conversation.cue, episode: conversation.episode, turn: conversation.turn)
            return .success(SpokenAnswer(text: text, meaning: meanings[response]))
        }
    }
}

/// Where a policy stands in a conversation, found from what was seen and said.
struct PolicyPlace {
    /// The rows of its node.
    private(set) var node: NodeRows
    private let tables: RolloutTables
    private let word: UInt64

    /// - Complexity: O(turns).
    init(_ tables: RolloutTables, _ conversation: OpenConversation, seed: UInt64) {
        self.tables = tables
        let episode = UInt64(conversation.episode)
        word = RandomDraws.word(seed: seed, episode: episode, turn: conversation.turn, purpose: .response)
        let cue = conversation.observations[0]
        if tables.firstNodeCount > 0 {
            let first = RandomDraws.word(seed: seed, episode: episode, turn: 0, purpose: .firstNode)
            let row = cue * tables.firstNodeCount
            let drawn = AliasTable.draw(tables.firstNodeDraws[row..<row + tables.firstNodeCount], word: first)
            node = tables.firstNodes[Int(drawn)]
        } else {
            node = tables.initial[cue]
        }
        for (turn, observation) in zip(conversation.turns, conversation.observations.dropFirst()) {
            let branch = tables.branchStride * turn.meaning.likeliest
            node = tables.successors[Int(node.successors) + branch + observation]
        }
    }

    /// a_t ~ π(· | n_t).
    var response: Int {
        let row = Int(node.responses)
        return Int(AliasTable.draw(tables.responses[row..<row + tables.responseCount], word: word))
    }
}
