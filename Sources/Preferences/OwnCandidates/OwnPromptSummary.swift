public import Output

/// What own prompts and answers came to: what was used, what was left out and why, and what their values rest on.
public struct OwnPromptSummary: Sendable, Equatable {
    /// How often something was left out for one kind of reason.
    public struct LeftOut: Sendable, Equatable {
        /// Whole prompts.
        public var prompts = 0
        /// Answers of prompts that stayed.
        public var answers = 0

        public init(prompts: Int = 0, answers: Int = 0) { (self.prompts, self.answers) = (prompts, answers) }
    }

    /// Lines of the file that are not blank.
    public internal(set) var lines = 0
    /// Prompts that were placed, and their answers.
    public internal(set) var prompts = 0
    public internal(set) var answers = 0
    /// What was left out, by kind of reason.
    public internal(set) var leftOut: [OwnCandidates.Reject.Kind: LeftOut] = [:]
    /// Answers whose label leaves something open.
    public internal(set) var uncertainAnswers = 0
    /// Answers that are valued by features.
    public internal(set) var featuredAnswers = 0
    /// Answers by who labelled them; ``LabelBasis/line`` for what stands in the line.
    public internal(set) var labellers: [String: Int] = [:]
    /// Prompts for which nobody says who may have written them, so that the scenario's prior was taken.
    public internal(set) var guessedPriors = 0
    /// Of these, prompts of which nothing else is known either: no cue, no history.
    public internal(set) var unknownPrompts = 0
    /// Prompts by turn.
    public internal(set) var turns: [Int: Int] = [:]
    /// Whether the same answer can be worth something else at another prompt; true where there is only one.
    public internal(set) var valuesDependOnPrompt = true
    /// Members of lines that come out in `source_data`, and of answers and messages that are not carried.
    public internal(set) var otherMembers: Set<String> = []
    public internal(set) var lostMembers: Set<String> = []
    /// Ids of the label file that no line has.
    public internal(set) var unusedLabels = 0
    /// How many draws stand for an uncertain label.
    public internal(set) var draws = 0

    /// Whether something was left out.
    public var isPartial: Bool { !leftOut.isEmpty }

    /// What was left out, kind by kind, in the order of the kinds.
    public var reasons: [(kind: OwnCandidates.Reject.Kind, count: LeftOut)] {
        OwnCandidates.Reject.Kind.allCases.compactMap { kind in leftOut[kind].map { (kind, $0) } }
    }

    /// The reasons in a line, for people.
    public var reasonsText: String {
        reasons.map { kind, count in
            let parts = [(count.prompts, "prompt"), (count.answers, "answer")].filter { $0.0 > 0 }
                .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
            return "\(kind.words): \(parts.joined(separator: " and "))"
        }.joined(separator: "; ")
    }

    /// What has to be known before training on the values.
    public var notes: [String] {
        var notes: [String] = []
        if !valuesDependOnPrompt {
            notes.append(
                "the values do not depend on the prompt: all \(prompts) prompts stand at the same place of the game, with the "
                    + "same belief about who writes, so that the same answer is worth the same everywhere; give cue or prior, "
                    + "or --answer-labels with labels of the prompts")
        } else if unknownPrompts > 1 {
            notes.append(
                "of \(unknownPrompts) of \(prompts) prompts nothing is known (no prior, cue or label); they are valued alike, with "
                    + "the scenario's prior")
        }
        if unusedLabels > 0 {
            notes.append(
                "the labels of \(unusedLabels) ids belong to no line of the candidates file; labels are joined by id, else by "
                    + "the number of the line")
        }
        return notes
    }

    public var json: JSONValue {
        .object([
            "lines": .integer(lines), "prompts": .integer(prompts), "answers": .integer(answers),
            "left_out": .object(
                Dictionary(
                    uniqueKeysWithValues: reasons.map { kind, count in
                        (
                            kind.rawValue,
                            .object(["prompts": .integer(count.prompts), "answers": .integer(count.answers)])
                        )
                    })),
            "uncertain_answers": .integer(uncertainAnswers), "answers_by_features": .integer(featuredAnswers),
            "labellers": .object(labellers.mapValues { .integer($0) }), "guessed_priors": .integer(guessedPriors),
            "unknown_prompts": .integer(unknownPrompts),
            "by_turn": .object(
                Dictionary(uniqueKeysWithValues: turns.map { ("\($0.key)", .integer($0.value)) })),
            "values_depend_on_prompt": .bool(valuesDependOnPrompt),
            "members_carried": .strings(otherMembers.sorted()), "members_lost": .strings(lostMembers.sorted()),
            "unused_labels": .integer(unusedLabels), "label_draws": .integer(draws),
        ])
    }
}
