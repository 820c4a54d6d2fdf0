internal import Output

/// Tells the form of a row by its columns and what they hold.
enum RowRecogniser {
    /// What a row is, as far as its columns tell.
    enum Recognition {
        case form(RowForm.Columns)
        /// No form; the nearest one, and what is missing there.
        case none(missing: String)
    }

    /// - Complexity: O(columns · forms).
    static func recognise(_ row: [String: JSONValue]) -> Recognition {
        let names = Set(row.keys)
        guard !names.isEmpty else { return .none(missing: "the row has no columns") }
        for form in RowForm.Columns.byColumns where names.isSuperset(of: form.required) && fits(form, row) {
            return .form(form)
        }
        return .none(missing: missing(row))
    }

    /// What columns of the same name must hold to be this form's, and which other columns speak against it.
    private static func fits(_ form: RowForm.Columns, _ row: [String: JSONValue]) -> Bool {
        switch form {
        case .candidates: row["completions"]?.arrayValue?.first?.objectValue != nil && row["labels"] == nil
        case .openAIPreference: row["input"]?["messages"] != nil
        case .nemoAligner: row["chosen"] == nil && row["rejected"] == nil
        case .messagesRanking: row["prompt"] == nil
        case .preferenceImplicitPrompt: row["chosen"]?.objectValue == nil && rival(form, row) == nil
        default: rival(form, row) == nil
        }
    }

    /// A column that shows that more was meant than a form of few columns: another name for an answer, or a misspelt one.
    private static func rival(_ form: RowForm.Columns, _ row: [String: JSONValue]) -> String? {
        let against: [String] =
            switch form {
            case .promptOnly: answers
            case .preferenceImplicitPrompt: ["prompt", "conversations", "messages", "instruction"]
            case .promptCompletion: ["chosen", "rejected", "kto_tag", "label"]
            case .messages, .shareGPT, .text, .alpaca: ["chosen", "rejected", "kto_tag"]
            default: []
            }
        guard !against.isEmpty else { return nil }
        return row.keys.sorted().first { name in
            !form.required.contains(name) && against.contains { EditDistance.isMisspelling(name, of: $0) }
        }
    }

    /// Columns that hold an answer in some form.
    private static let answers = [
        "chosen", "rejected", "completion", "completions", "kto_tag", "candidates", "preferred_output",
        "non_preferred_output", "chosen_response", "rejected_response", "response", "responses", "output",
    ]

    /// What a row lacks to be of the form that it comes nearest to.
    static func missing(_ row: [String: JSONValue]) -> String {
        let names = Set(row.keys)
        func lacking(_ form: RowForm.Columns) -> [String] { form.required.filter { !names.contains($0) } }
        // A misspelt column counts as nearly there.
        func distance(_ form: RowForm.Columns) -> Double {
            lacking(form).reduce(0) { $0 + (EditDistance.nearest(to: $1, among: names) == nil ? 1 : 0.4) }
                - 0.01 * Double(form.required.count)
                // All its columns are there, and the row is not of it: what stands beside them speaks for another one.
                + (names.isSuperset(of: form.required) ? 1.2 : 0)
        }
        let known = RowForm.Columns.allCases.filter { form in
            form.required.contains { name in names.contains(name) || EditDistance.nearest(to: name, among: names) != nil
            }
        }
        guard let nearest = known.min(by: { distance($0) < distance($1) }) else {
            return "no column is known to a trainer (\(names.sorted().prefix(6).joined(separator: ", ")))"
        }
        let lack = lacking(nearest)
        guard let first = lack.first else {
            return "the columns are those of \(nearest.title), and "
                + (rival(nearest, row).map { "beside them stands \($0)" } ?? "do not hold what they must")
        }
        let hint = lack.compactMap { name in EditDistance.nearest(to: name, among: names).map { ($0, name) } }.first
        return "\(hint?.1 ?? first) is missing"
            + (hint.map { " (\($0.0) stands there: did you mean \($0.1)?)" } ?? "") + ", as \(nearest.title) needs"
    }
}

/// How far two names are apart.
enum EditDistance {
    /// Whether a name is another one or nearly: the same but for case and separators, or one or two letters off.
    static func isMisspelling(_ name: String, of right: String) -> Bool {
        let (a, b) = (plain(name), plain(right))
        if a == b { return true }
        guard min(a.count, b.count) >= 4, abs(a.count - b.count) <= 1 else { return false }
        return distance(a, b) <= (b.count >= 6 ? 2 : 1)
    }

    /// The name that is most likely a misspelling.
    static func nearest(to right: String, among names: Set<String>) -> String? {
        names.filter { isMisspelling($0, of: right) }.min { ($0.count, $0) < ($1.count, $1) }
    }

    private static func plain(_ name: String) -> [Character] {
        name.lowercased().filter { $0.isLetter || $0.isNumber }.map { $0 }
    }

    /// How many letters must be put in, left out, changed, or swapped with their neighbours (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var (before, row) = ([Int](), Array(0...b.count))
        for (i, x) in a.enumerated() {
            var next = [i + 1]
            for (j, y) in b.enumerated() {
                var least = min(row[j] + (x == y ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[b.count]
    }
}
