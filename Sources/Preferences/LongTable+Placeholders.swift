public import GameModel

extension LongTable {
    /// The same table without completions that are placeholders: they are no training text.
    ///
    /// π* is then the target over what remains, and where the reference is over the answers of a prompt from elsewhere, so is the
    /// reference. A prompt that fewer than two answers remain to is left out.
    ///
    /// - Parameter wording: the scenario's texts, which say what passages in brackets stand for an answer.
    /// - Complexity: O(length of the texts).
    public func withoutPlaceholders(_ wording: Texts, temperature: Double) -> LongTable {
        let rule = PlaceholderRule(wording)
        var table = self
        (table.prompts, table.placeholders) = ([], 0)
        for prompt in prompts {
            var kept = prompt
            kept.completions.removeAll { rule.isPlaceholder($0.content) }
            let removed = prompt.completions.count - kept.completions.count
            table.placeholders = (table.placeholders ?? 0) + removed
            if removed > 0 {
                guard kept.completions.count >= 2 else {
                    table.promptsOfPlaceholders += 1
                    continue
                }
                if isGiven { kept.normaliseReference() }
                kept.setTargets(temperature: temperature)
            }
            if kept.messages.contains(where: { $0.role == .assistant && rule.isPlaceholder($0.content) }) {
                table.promptsWithPlaceholders += 1
            }
            table.prompts.append(kept)
        }
        return table
    }

    /// Whether the prompts were made elsewhere: no turn is covered.
    private var isGiven: Bool { coverage.isEmpty }
}

extension PromptRecord {
    fileprivate mutating func normaliseReference() {
        let total = completions.reduce(0) { $0 + $1.reference }
        guard total > 0 else { return }
        for index in completions.indices {
            completions[index].reference /= total
            completions[index].target = completions[index].reference
        }
    }
}
