internal import GameModel
internal import Output

/// The sections of a card in plain words: what the labels rest on, what was left out and why, what the labels give up.
struct CardSections {
    let dataset: Dataset
    let format: DatasetFormat

    var text: String {
        section("What the labels rest on", rests) + section("What was left out", leftOut)
            + section("What these labels give up", givenUp)
    }

    private func section(_ title: String, _ lines: [String]) -> String {
        lines.isEmpty ? "" : "## \(title)\n\n" + lines.map { "- \($0)\n" }.joined() + "\n"
    }

    // MARK: What the labels rest on

    private var rests: [String] {
        let game =
            "Values are what the game of the scenario says: how its users react, and what endings are worth. No person "
            + "judged a single row."
        guard let basis = dataset.basis else {
            return [game, "What an answer is was said by the author of the scenario, who wrote it for a response."]
        }
        let labellers = basis.labellers.map { "\(Escaped.markdown($0.name)) (\($0.answers) answers)" }
        var lines = [
            game,
            "What an answer is was said by: "
                + (labellers.isEmpty ? "nobody" : labellers.joined(separator: ", ")) + ".",
        ]
        lines.append(
            dataset.agreement.map { "Agreement: \($0.sentence)" }
                ?? "Agreement with a second reader was not given (`label agreement` measures it, `--agreement` states it "
                + "here).")
        let share = basis.prompts > 0 ? Double(basis.guessedPriors) / Double(basis.prompts) : 0
        lines.append(
            "\(basis.guessedPriors) of \(basis.prompts) prompts (share \(CardTables.rounded(share))) say nothing of who wrote "
                + "them, by prior, cue or label; the scenario's prior was taken, which is a guess.")
        lines.append("\(basis.abstained) answers were left out because their labeller abstained.")
        return lines
    }

    // MARK: What was left out

    private var leftOut: [String] {
        var lines = placeholders + limits
        if format.isPaired {
            let reasons = dataset.pairs.omissions.occurring.map { "\($0.count) \($0.reason.phrase)" }
            lines.append("Pairs: " + (reasons.isEmpty ? "none." : reasons.joined(separator: ", ") + "."))
            if dataset.pairs.rowsLeftOut > 0 {
                lines.append("\(dataset.pairs.rowsLeftOut) rows that would have chosen what is not to be chosen.")
            }
        }
        let answers = format.rows.answersLeftOut(dataset)
        if !answers.isEmpty { lines.append("Answers that would have been called good: \(answers.phrase).") }
        let never = dataset.pairs.settings.neverChosen.sorted().map { Escaped.markdownCode(dataset.responses[$0]) }
        if !never.isEmpty { lines.append("Never chosen, as was asked for: \(never.joined(separator: ", ")).") }
        if let rejects = dataset.rejects, !rejects.isEmpty {
            lines.append("\(rejects.count) lines or answers that could not be placed: `rejects.jsonl` says why.")
        }
        return lines
    }

    private var placeholders: [String] {
        let table = dataset.pairs.table
        guard let count = table.placeholders else {
            return ["Placeholders in square brackets stand in rows, as was asked for; they are no training text."]
        }
        var lines = [
            "\(count) answers that are placeholders: wholly in square brackets, or with a passage in brackets that says that "
                + "something is withheld. A stand-in without brackets is not recognised."
        ]
        if table.promptsOfPlaceholders > 0 {
            lines.append("\(table.promptsOfPlaceholders) prompts that fewer than two answers remained to.")
        }
        if table.promptsWithPlaceholders > 0 {
            lines.append(
                "Not left out: \(table.promptsWithPlaceholders) prompts in whose earlier turns the model says a placeholder. "
                    + "Trainers of pairs do not train on prompts.")
        }
        return lines
    }

    /// Which limits decide on what is chosen.
    private var limits: [String] {
        guard let risks = dataset.source.limits else { return [] }
        let game = dataset.source.game
        let names = risks.limits.map { limit in
            "P(\(Escaped.markdown(game.outcomes[limit.outcome].name)) \\| \(Escaped.markdown(game.users[limit.user]))) ≤ "
                + "\(limit.atMost)"
        }
        guard !dataset.pairs.settings.keepsOverLimit else {
            return ["Limits of the objective did not decide on what is chosen, as was asked for."]
        }
        return [
            "Limits: \(names.joined(separator: ", ")). An answer that makes one of these probabilities exceed its limit, given at "
                + "the prompt for certain with the policy afterwards, is chosen over no answer that does not."
        ]
    }

    // MARK: What the labels give up

    private var givenUp: [String] {
        guard format.isPaired, format.requiredLabels == nil else { return [] }
        let pairs = dataset.pairs
        guard let stock = pairs.stockRecovery else { return [] }
        var lines: [String] = []
        if let weighed = pairs.weighedRecovery, format.carriesProbability {
            lines.append("A trainer that weighs both orientations by `p_chosen` ends \(distance(weighed)) from π*.")
        }
        lines.append(
            "A stock trainer, which takes every row for a whole preference, ends \(distance(stock)) from π*"
                + (pairs.settings.mode == .soft || pairs.settings.mode == .hard
                    ? ": it learns which answer is better, not by how much, and goes as far as β and the steps let it."
                    : "."))
        lines.append(
            "These are total variation distances of optima, in the limit of training, computed from the rows of both splits; "
                + "within what rows compare, and in the reference's proportions beyond.")
        return lines
    }

    private func distance(_ recovery: QuotaRecovery) -> String {
        "\(CardTables.rounded(recovery.mean)) (mean over prompts; \(CardTables.rounded(recovery.byReach)) by reach, at most "
            + "\(CardTables.rounded(recovery.worst)))"
    }
}
