internal import GameModel
public import InputErrors
internal import Output

/// Reads a sheet that a person has filled in, and puts what stands there into the lines of the texts: examples to learn from.
public struct SheetReading: Sendable {
    private let scheme: LabelScheme
    private let path: String
    /// By text: its hash, and the members to fill in.
    private var filled: [LabelledFile.Key: (hash: String, members: [String: JSONValue])] = [:]
    /// Texts that the person has labelled.
    public var count: Int { filled.count }

    /// - Throws: `InputError` naming the row of what cannot be read.
    public init(_ path: String, scheme: LabelScheme) throws(InputError) {
        (self.scheme, self.path) = (scheme, path)
        let text: String
        do { text = try InputFile.text(path, what: "sheet") } catch { throw InputError("\(error)") }
        let rows = try SheetTable.rows(text, path)
        guard let header = rows.first?.fields else {
            throw InputError("\(path): is empty; a sheet of label sheet is needed")
        }
        let places = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
        for name in ["kind", "id", "index", "sha256"] where places[name] == nil {
            throw InputError("\(path):1:1: error: has no column \(name); a sheet of label sheet is needed")
        }
        for row in rows.dropFirst() {
            let cell = { (name: String) -> String in
                places[name].flatMap { row.fields.indices.contains($0) ? row.fields[$0] : nil } ?? ""
            }
            guard let kind = UnlabelledText.Kind(rawValue: cell("kind")) else { continue }
            do throws(InputError) {
                let members = try self.members(cell)
                guard !members.isEmpty else { continue }
                guard let index = Int(cell("index")) else {
                    throw InputError("index is \(cell("index")); it must be a number")
                }
                let id = cell("id").hasPrefix("'") ? String(cell("id").dropFirst()) : cell("id")
                let key = LabelledFile.Key(UnlabelledText(id: id, kind: kind, index: index, content: ""))
                filled[key] = (cell("sha256"), members)
            } catch { throw InputError("\(path):\(row.line):1: error: \(error)") }
        }
        guard !filled.isEmpty else {
            throw InputError("\(path): nothing is filled in; give response, cue, reaction or features to rows")
        }
    }

    private func members(_ cell: (String) -> String) throws(InputError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for name in ["response", "cue", "reaction"] {
            let value = cell(name).filter { !$0.isWhitespace }
            if !value.isEmpty { members[name] = .string(value) }
        }
        var features: [String: JSONValue] = [:]
        for feature in scheme.features {
            // A decimal comma, as spreadsheets of many countries write it.
            let text = cell("features.\(feature.name)").filter { !$0.isWhitespace }.map { $0 == "," ? "." : $0 }
            guard !text.isEmpty else { continue }
            guard let value = Double(String(text)) else {
                throw InputError("features.\(feature.name) is \(String(text)); it must be a number from 0 to 1")
            }
            features[feature.name] = .number(value)
        }
        if !features.isEmpty { members["features"] = .object(features) }
        _ = try LabelMembers(scheme).label(members)
        return members
    }

    /// The lines of the texts that the person has labelled, with the labels filled in.
    ///
    /// - Throws: `InputError` if a text is another one than in the sheet, or is not in the file.
    public func examples(_ texts: String) throws -> [[UInt8]] {
        var (lines, left): ([[UInt8]], Set<LabelledFile.Key>) = ([], Set(filled.keys))
        try InputFile.check(texts, what: "file of texts")
        try ConversationLines.read(path: texts) { number, bytes in
            guard let line = try? LabelLine(TextLine(number: number, bytes: bytes), scheme: nil),
                var members = try JSONValue(strictly: bytes).objectValue
            else { return }
            var isFilled = false
            for entry in line.entries {
                let key = LabelledFile.Key(entry.text)
                guard let own = filled[key] else { continue }
                guard ContentHash.sha256(entry.text.content) == own.hash else {
                    throw InputError(
                        "\(texts):\(number):1: error: \(key.kind.rawValue) \(key.index) of \(key.id) is another text than in \(path)"
                    )
                }
                Self.fill(&members, entry.text, own.members)
                left.remove(key)
                isFilled = true
            }
            if isFilled { lines.append(try JSONValue.object(members).bytes()) }
        }
        if let missing = left.map(\.id).min() {
            throw InputError("\(texts) has no text \(missing), which \(path) labels")
        }
        return lines
    }

    /// Puts a label beside its text, wherever in the line that stands.
    private static func fill(_ line: inout [String: JSONValue], _ text: UnlabelledText, _ label: [String: JSONValue]) {
        let candidates = line["candidates"]?.arrayValue ?? []
        if text.kind == .answer, text.index < candidates.count {
            line["candidates"] = .array(candidates.enumerated().map { $0 == text.index ? $1.merging(label) : $1 })
            return
        }
        // What stands beside a prompt is about its last message.
        let key = line["prompt"] == nil ? "messages" : "prompt"
        let messages = line[key]?.arrayValue ?? []
        let isLast = text.before.count == messages.count - 1 && key == "prompt"
        guard !messages.isEmpty, !isLast else {
            line.merge(label) { _, new in new }
            return
        }
        line[key] = .array(messages.enumerated().map { $0 == text.before.count ? $1.merging(label) : $1 })
    }
}

extension JSONValue {
    fileprivate func merging(_ members: [String: JSONValue]) -> JSONValue {
        .object((objectValue ?? [:]).merging(members) { _, new in new })
    }
}

/// The rows of a table of separated values as spreadsheets write it: RFC 4180, with commas, semicolons or tabs.
enum SheetTable {
    typealias Row = (line: Int, fields: [String])

    static func rows(_ text: String, _ path: String) throws(InputError) -> [Row] {
        let scalars = Array(text.unicodeScalars)
        let head = scalars.prefix { $0 != "\n" }
        let separator: Unicode.Scalar =
            [",", ";", "\t"].max { first, second in head.count { $0 == first } < head.count { $0 == second } } ?? ","
        var (rows, fields, field) = ([Row](), [String](), String.UnicodeScalarView())
        var (isQuoted, line, start, position) = (false, 1, 1, 0)
        func endOfRow() {
            fields.append(String(field))
            if fields != [""] { rows.append((start, fields)) }
            (fields, field, start) = ([], String.UnicodeScalarView(), line)
        }
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\n" { line += 1 }
            if isQuoted {
                guard scalar == "\"" else {
                    field.append(scalar)
                    continue
                }
                if position < scalars.count, scalars[position] == "\"" {
                    field.append(scalar)
                    position += 1
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"", field.isEmpty {
                isQuoted = true
            } else if scalar == separator {
                fields.append(String(field))
                field = String.UnicodeScalarView()
            } else if scalar == "\n" {
                endOfRow()
            } else if scalar != "\r" {
                field.append(scalar)
            }
        }
        guard !isQuoted else { throw InputError("\(path):\(start):1: error: begins a quoted field that never ends") }
        endOfRow()
        return rows
    }
}
