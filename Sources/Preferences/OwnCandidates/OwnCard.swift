internal import Output

/// What the card says of own prompts: where they stand, what is carried, what was left out.
struct OwnCard {
    let dataset: Dataset

    var text: String {
        """
        ## Which conversations

        Prompts and answers were given. A prompt of one message is placed at the first turn with the prior over user types that it \
        came with (the scenario's where it came with none), a longer one at its turn with the posterior that the labels of its \
        history lead to. Where no reference probabilities were known, the given answers count as equally likely under π_ref. What \
        could not be used is listed in `rejects.jsonl` with the reason.

        \(lines.map { "- \($0)\n" }.joined())

        """
    }

    private var lines: [String] {
        guard let own = dataset.own else { return [] }
        var lines = [
            "Prompts by turn: "
                + own.turns.sorted { $0.key < $1.key }.map { "\($0.value) at turn \($0.key)" }.joined(separator: ", ")
                + "."
        ]
        lines += own.notes.map { "**\(Escaped.markdown($0)).**" }
        if own.uncertainAnswers > 0 {
            lines.append(
                "\(own.uncertainAnswers) of \(own.answers) answers have uncertain labels: `score_*_sd` is the standard deviation "
                    + "of their value over \(own.draws) draws of what they may be, `certainty` the share of the draws in which the "
                    + "chosen answer is worth more. A feature with a standard deviation is drawn from the normal distribution "
                    + "truncated to [0, 1].")
        }
        if own.featuredAnswers > 0 {
            lines.append(
                "\(own.featuredAnswers) answers are valued by features. Where none was given, their cost lies between those of "
                    + "the responses with the nearest features.")
        }
        lines += members(own)
        if own.isPartial { lines.append("Left out: \(own.reasonsText).") }
        return lines
    }

    private func members(_ own: OwnPromptSummary) -> [String] {
        func names(_ names: Set<String>) -> String {
            names.sorted().map { Escaped.markdownCode($0) }.joined(separator: ", ")
        }
        var lines: [String] = []
        if !own.otherMembers.isEmpty {
            lines.append(
                "`source_id` is the `id` of the line, `source_data` the JSON text of what else stood in it: "
                    + "\(names(own.otherMembers)). Both are empty where nothing did.")
        }
        if !own.lostMembers.isEmpty {
            lines.append("Not carried: \(names(own.lostMembers)).")
        }
        return lines
    }
}
