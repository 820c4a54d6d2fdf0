internal import GameModel

/// A reason in one sentence, with three decimals; the exact numbers stand beside it.
struct RationaleSentence {
    let game: Game
    let rationale: DatasetRationale

    /// Why one completion is preferred to another, or less often.
    func pair(_ chosen: RationaleSide, _ rejected: RationaleSide, _ prompt: PromptRecord) -> String {
        let lead = chosen.value - rejected.value
        let size = rounded(abs(lead))
        let comparison =
            switch lead {
            case 0: "worth as much as \(rejected.response)"
            case ..<0: "worth \(size) less than \(rejected.response), and chosen only as often as that makes probable"
            default: "worth \(size) more than \(rejected.response)"
            }
        return
            "Here \(chosen.response) is \(comparison) (\(rounded(chosen.value)) against \(rounded(rejected.value))): after it "
            + "the conversation ends unsafely with probability \(rounded(chosen.risk)) against \(rounded(rejected.risk)), and "
            + "its likeliest reaction is \(reaction(chosen)) against \(reaction(rejected)); \(known(prompt))."
    }

    /// What speaks for a completion, or against it.
    func completion(_ side: RationaleSide, behind: Double, _ prompt: PromptRecord) -> String {
        let rank = behind == 0 ? "the most that any answer is" : "\(rounded(behind)) less than the best answer"
        return
            "Here \(side.response) is worth \(rounded(side.value)), \(rank): after it the conversation ends unsafely with "
            + "probability \(rounded(side.risk)), and its likeliest reaction is \(reaction(side)); \(known(prompt))."
    }

    private func reaction(_ side: RationaleSide) -> String {
        "\(side.reaction) (\(rounded(side.reactionProbability)))"
    }

    /// Who may be asking, the likeliest first, and which constraints bind or are broken.
    private func known(_ prompt: PromptRecord) -> String {
        let order = game.users.indices.filter { prompt.users[$0] > 0 }.sorted {
            prompt.users[$0] == prompt.users[$1] ? $0 < $1 : prompt.users[$0] > prompt.users[$1]
        }
        let types = order.map { "\(game.users[$0]) (\(rounded(prompt.users[$0])))" }.joined(separator: ", ")
        let binding = rationale.binding.map { constraint in
            "P(\(game.outcomes[constraint.outcome].name) | \(game.users[constraint.user])) ≤ \(rounded(constraint.atMost)) "
                + "(it has \(rounded(constraint.share)), price \(rounded(constraint.price)))"
        }
        return "who asks is \(types); "
            + (binding.isEmpty ? "no constraint binds" : "the policy is held to \(binding.joined(separator: ", "))")
    }

    private func rounded(_ value: Double) -> String { CardTables.rounded(value) }
}
