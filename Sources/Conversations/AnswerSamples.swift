public import GameModel
public import LanguageModels

/// Several answers of a model to each prompt that was visited: what own-policy preference data are made from.
public struct AnswerSamples: Sendable, Equatable {
    /// A prompt with its different answers.
    public struct Prompt: Sendable, Equatable {
        /// Where the prompt was first met: an index in the conversations, and a turn from 0.
        public let conversation: Int
        public let turn: Int
        public let answers: [String]
    }

    /// Those with at least two different answers, in the order in which they were met.
    public let prompts: [Prompt]
    /// Prompts to which all answers were the same, or none came: no pair can be made of them.
    public let uniform: Int
    /// Prompts that were not asked about, since the work was stopped.
    public let notAsked: Int

    /// Asks for more answers where a prompt has fewer than wanted.
    ///
    /// The answers that were given in conversations count; a prompt that was met in several conversations has one from each.
    ///
    /// - Parameters:
    ///   - count: answers a prompt, at least 2.
    ///   - requested: how many conversations were asked for; further samples are numbered from there.
    /// - Throws: what keeps the model from answering at all.
    public init(
        of model: any ChatModel, in conversations: [SpokenConversation], system: String?, count: Int,
        requested: Int, _ control: RunControl
    ) throws {
        var (order, met): ([(conversation: Int, turn: Int)], [[Message]: Int]) = ([], [:])
        var answers: [[String]] = []
        for (index, conversation) in conversations.enumerated() {
            for (turn, item) in conversation.turns.enumerated() {
                let prompt = conversation.messages(before: turn)
                let place = met[prompt] ?? order.count
                if place == order.count {
                    met[prompt] = place
                    order.append((index, turn))
                    answers.append([])
                }
                if answers[place].count < count { answers[place].append(item.answer) }
            }
        }
        var (requests, places): ([ChatRequest], [Int]) = ([], [])
        for (place, item) in order.enumerated() {
            let prompt = conversations[item.conversation].messages(before: item.turn)
            for sample in answers[place].count..<max(count, answers[place].count) {
                requests.append(ModelAnswers.request(prompt, system: system, sample: requested + sample))
                places.append(place)
            }
        }
        let sampled = requests.isEmpty ? [] : try model.answers(requests, control)
        for (place, answer) in zip(places, sampled) {
            if case .success(let text) = answer.result, !text.trimmed.isEmpty { answers[place].append(text.trimmed) }
        }
        let missing = Set(places.dropFirst(sampled.count))
        var (prompts, uniform): ([Prompt], Int) = ([], 0)
        for (place, item) in order.enumerated() where !missing.contains(place) {
            var seen: Set<[UInt8]> = []
            let different = answers[place].filter { seen.insert(Array($0.utf8)).inserted }
            if different.count < 2 {
                uniform += 1
            } else {
                prompts.append(Prompt(conversation: item.conversation, turn: item.turn, answers: different))
            }
        }
        self.prompts = prompts
        self.uniform = uniform
        notAsked = missing.count
    }
}
