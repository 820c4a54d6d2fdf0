internal import GameModel
internal import InputErrors
internal import Output

/// A table of texts for a person to label, the least certain first.
public struct LabelSheet: Sendable {
    /// A text with what the labeller thinks of it.
    struct Row: Sendable {
        let text: UnlabelledText
        let label: TextLabel
    }

    let scheme: LabelScheme
    let rows: [Row]
    public var count: Int { rows.count }

    /// - Parameters:
    ///   - labels: of the texts.
    ///   - texts: the file of the texts that were labelled.
    ///   - most: rows at most.
    /// - Throws: `InputError` for a line that cannot be read and for a text that is another one than was labelled.
    public init(_ labels: LabelledFile, texts: String, scheme: LabelScheme, most: Int) throws {
        self.scheme = scheme
        // The least certain first; of equals the first in the file.
        let order = labels.records.indices.sorted {
            (labels.records[$0].label.certainty ?? 0, $0) < (labels.records[$1].label.certainty ?? 0, $1)
        }.prefix(most)
        let places = Dictionary(
            uniqueKeysWithValues: order.enumerated().map { (LabelledFile.Key(labels.records[$1]), $0) })
        var rows = [Row?](repeating: nil, count: order.count)
        try InputFile.check(texts, what: "file of texts")
        try ConversationLines.read(path: texts) { number, bytes in
            // Lines that could not be read were not labelled either.
            guard let line = try? LabelLine(TextLine(number: number, bytes: bytes), scheme: nil) else { return }
            for entry in line.entries {
                guard let place = places[LabelledFile.Key(entry.text)] else { continue }
                let record = labels.records[order[place]]
                guard ContentHash.sha256(entry.text.content) == record.sha256 else {
                    throw InputError(
                        "\(texts):\(number):1: error: \(record.kind.rawValue) \(record.index) of \(record.id) is another text "
                            + "than was labelled; give the file that was labelled")
                }
                rows[place] = Row(text: entry.text, label: record.label)
            }
        }
        if let missing = rows.firstIndex(where: { $0 == nil }) {
            throw InputError("\(texts) has no text \(labels.records[order[missing]].id), which \(labels.path) labels")
        }
        self.rows = rows.compactMap(\.self)
    }

    /// Columns that a person fills in.
    static func columns(_ scheme: LabelScheme) -> [String] {
        ["response", "cue", "reaction"] + scheme.features.map { "features.\($0.name)" }
    }

    /// A line of the sheet: what a name means, or a text.
    private enum Line {
        case legend(String)
        case text(Row)

        var row: Row? { if case .text(let row) = self { row } else { nil } }
    }

    /// The table as CSV: what names mean in rows of the kind `legend`, then a row a text with empty columns to fill in.
    ///
    /// A text that a spreadsheet would take for a formula has an apostrophe before it; reading back looks at ids and hashes only.
    public var csv: String {
        let lines = legend.map(Line.legend) + rows.map(Line.text)
        let filled = Columns<Line>(Self.columns(scheme).map { .string($0, "to be filled in") { _ in nil } })
        return columns.followed(by: filled).table("sheet", title: "Texts to label", rows: lines).csv
    }

    private var legend: [String] {
        let members = [
            ("response", scheme.responses), ("cue", scheme.cues), ("reaction", scheme.reactions),
            ("features", scheme.features),
        ]
        return members.flatMap { member, names in
            names.map { name in "\(member) \(name.name)" + (name.meaning.map { ": \($0)" } ?? "") }
        }
    }

    private var columns: Columns<Line> {
        [
            .string("kind", "legend, or what the text is") { $0.row?.text.kind.rawValue ?? "legend" },
            .string("id", "line or conversation that the text is from") { $0.row.map { Self.guarded($0.text.id) } },
            .integer("index", "which of the texts of this kind") { $0.row?.text.index },
            .string("sha256", "hash of the text") { $0.row.map { ContentHash.sha256($0.text.content) } },
            .string("before", "the message that the text answers") { line in
                line.row?.text.before.last.map { Self.guarded($0.content) }
            },
            .string("text", "the text, or what a name means") { line in
                switch line {
                case .legend(let words): words
                case .text(let row): Self.guarded(row.text.content)
                }
            },
            .string("suggested", "what the labeller thinks likeliest") { $0.row.flatMap { suggested($0.label) } },
            .number("certainty", "its largest probability") { $0.row?.label.certainty },
        ]
    }

    private func suggested(_ label: TextLabel) -> String? {
        let parts = [
            (label.response, scheme.responses), (label.reaction, scheme.reactions), (label.cue, scheme.cues),
        ].compactMap { shares, names in shares.map { names[NominalFigures.likeliest($0)].name } }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func guarded(_ text: String) -> String {
        text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
    }
}
