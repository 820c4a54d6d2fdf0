internal import GameModel
internal import InputErrors
internal import Output

extension Scenario {
    /// The file's text with the numbers that this scenario has, each changed where it stands: comments, order and everything else stay as
    /// they are. Read again, the text is this scenario.
    ///
    /// ```swift
    /// let other = try scenario.setting([ParameterChange("users.malicious.prior=0.3")])
    /// try other.text(note: "set in the explorer").write(toFile: "other.yaml", atomically: true, encoding: .utf8)
    /// ```
    ///
    /// A number that the file leaves out is put into its mapping. Every line that is changed says so: its comment is `# assumption: NOTE`,
    /// or what it was, with the note after it. Numbers are written in the shortest form that is read as the same.
    ///
    /// - Parameter note: where the numbers come from, on one line; control characters are shown, not written. Empty for no comments, which a
    ///   file in JSON cannot have.
    /// - Throws: `InputError` naming a number that has no place of its own in the file, such as a cue that is written once for all states.
    /// - Complexity: composes the text once per number that differs, and reads the file and the result.
    public func text(note: String) throws -> String {
        let file = try Scenario.parse(sourceText, file: file)
        let (before, after) = (
            GameInputs(definition: file.definition, objective: file.objective),
            GameInputs(definition: definition, objective: objective)
        )
        var editing = NumbersInText(sourceText)
        let isJSON = sourceText.first { !$0.isWhitespace } == "{"
        let changed = Self.different(before, after)
        for parameter in changed {
            guard let value = after[parameter] else { continue }
            do throws(NumbersInText.Problem) {
                try editing.set(parameter.path, to: value, note: isJSON ? "" : Escaped.line(note))
            } catch {
                throw InputError("\(self.file): \(parameter.path) \(error.text); write it out to have it changed")
            }
        }
        // What comes out must be this scenario, or nothing comes out.
        let again: Scenario
        do { again = try Scenario.parse(editing.text, file: self.file) } catch {
            let paths = changed.map(\.path).joined(separator: ", ")
            throw InputError(
                "\(self.file): \(paths) cannot be set where the file has them, such as in a row that is written once for all "
                    + "states; write them out to have them changed")
        }
        let read = GameInputs(definition: again.definition, objective: again.objective)
        if let wrong = Self.different(read, after).first {
            throw InputError(
                "\(self.file): \(wrong.path) cannot be set where it is written; write it out to have it changed")
        }
        return editing.text
    }

    /// Distributions are read with what rounding leaves.
    private static let rounding = 1e-14

    /// The numbers that two scenarios of one shape do not have alike.
    private static func different(_ first: GameInputs, _ second: GameInputs) -> [Parameter] {
        // Who can have foresight may have it in one and not in the other: both lists have all that either knows.
        second.parameters.filter { parameter in
            guard let old = first[parameter], let new = second[parameter] else {
                return first[parameter] != second[parameter]
            }
            return abs(old - new) > rounding * max(1, abs(old))
        }
    }
}
