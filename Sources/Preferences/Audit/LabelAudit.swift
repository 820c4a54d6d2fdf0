internal import Output

/// What can be wrong with labels, scores and ranks of a row.
struct LabelAudit {
    let form: RowForm.Columns
    /// Whether labels were drawn or dealt on purpose, so that the worse answer is chosen now and then.
    let isDrawn: Bool
    /// Whether the manifest says that no answer is chosen that alone exceeds a limit.
    var isWithinLimits = false

    func faults(_ view: AuditedRow, _ row: [String: JSONValue]) -> [AuditFault] {
        [count(view), ranks(view), order(view, row), strength(row), limit(row)].compactMap { $0 }
    }

    /// A chosen answer that by itself exceeds a limit of the objective, where the rejected one does not.
    private func limit(_ row: [String: JSONValue]) -> AuditFault? {
        guard row["chosen_exceeds_limit"]?.boolValue == true, row["rejected_exceeds_limit"]?.boolValue == false else {
            return nil
        }
        return AuditFault(
            severity: isWithinLimits ? .error : .warning, kind: .exceedsLimit, subject: "",
            message: "the chosen answer exceeds a limit of the objective, and the rejected one does not",
            consequence: "what is trained breaks what the policy is held to"
                + (isWithinLimits ? ", and the manifest says that such rows were left out" : ""))
    }

    private func count(_ view: AuditedRow) -> AuditFault? {
        if form == .nemoRL, view.answers.count != 2 {
            return .error(
                .oneCompletion, "", "completions has \(view.answers.count) answers", "NeMo RL takes exactly two")
        }
        guard view.isComplete, view.answers.count < 2 else { return nil }
        return .error(
            .oneCompletion, "", "there \(view.answers.count == 1 ? "is 1 answer" : "are no answers") to the prompt",
            "no pair can be made of it")
    }

    private func ranks(_ view: AuditedRow) -> AuditFault? {
        guard view.answers.count == 2, let first = view.answers[0].rank, first == view.answers[1].rank else {
            return nil
        }
        return .error(.equalRanks, "", "both completions have rank \(first)", "NeMo RL refuses the row")
    }

    private func order(_ view: AuditedRow, _ row: [String: JSONValue]) -> AuditFault? {
        guard !isDrawn, view.isPair, !["quota", "sampled"].contains(row["label_mode"]?.stringValue) else { return nil }
        guard let chosen = view.answers[0].score, let rejected = view.answers[1].score else {
            guard let margin = row["margin"]?.doubleValue, margin < 0 else { return nil }
            return .warning(.scoresUpsideDown, "margin", "margin is \(margin)", "the worse answer is chosen")
        }
        if chosen < rejected {
            return .warning(
                .scoresUpsideDown, "", "the chosen answer has the score \(chosen), and the rejected one \(rejected)",
                "the worse answer is chosen, or the scores mean something else")
        }
        guard chosen == rejected, row["p_chosen"] == nil else { return nil }
        return .warning(
            .scoresTied, "", "both answers have the score \(chosen)", "which of them is chosen says nothing")
    }

    /// Whether p_chosen is a mean over what the answers may be, which does not follow from the scores.
    private func isUncertain(_ row: [String: JSONValue]) -> Bool {
        ["score_chosen_sd", "score_rejected_sd"].contains { (row[$0]?.doubleValue ?? 0) > 0 }
    }

    /// p_chosen against the values and the temperature that stand beside it.
    private func strength(_ row: [String: JSONValue]) -> AuditFault? {
        guard let stated = row["p_chosen"]?.doubleValue, let chosen = row["score_chosen"]?.doubleValue,
            let rejected = row["score_rejected"]?.doubleValue, let beta = row["beta"]?.doubleValue,
            let tau = row["tau"]?.doubleValue, tau > 0, !isUncertain(row)
        else { return nil }
        let expected = logistic(beta / tau * (chosen - rejected))
        guard !(abs(stated - expected) <= 1e-9) else { return nil }
        return .error(
            .labelStrength, "",
            "p_chosen is \(stated), and σ((beta/tau)(score_chosen − score_rejected)) is \(expected)",
            "labels and scores teach different policies")
    }
}
