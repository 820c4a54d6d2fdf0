internal import InputErrors
internal import Output

/// Labels from a file: `labels.jsonl` of `label`, or lines of texts with labels filled in.
public struct LabelledFile: Sendable {
    public let path: String
    /// In the order of the file.
    public let records: [LabelRecord]

    /// - Throws: `InputError` naming the first line that cannot be read, and for a label that stands twice.
    public init(_ path: String, _ scheme: LabelScheme) throws {
        self.path = path
        var (records, places): ([LabelRecord], [Key: Int]) = ([], [:])
        try InputFile.check(path, what: "label file")
        try LineReader.readObjects(path: path) { number, bytes in
            let line = TextLine(number: number, bytes: bytes)
            do throws(LineError) {
                for record in try Self.records(line, scheme) {
                    if let first = places.updateValue(number, forKey: Key(record)) {
                        throw line.error(
                            at: 0,
                            "labels \(record.kind.rawValue) \(record.index) of \(record.id), as line \(first) does")
                    }
                    records.append(record)
                }
            } catch { throw InputError(error.located(in: path)) }
        }
        guard !records.isEmpty else { throw InputError("\(path): holds no label (docs/labels.md)") }
        self.records = records
    }

    /// Names a text.
    struct Key: Hashable {
        let id: String
        let kind: UnlabelledText.Kind
        let index: Int

        init(_ record: LabelRecord) { (id, kind, index) = (record.id, record.kind, record.index) }

        init(_ text: UnlabelledText) { (id, kind, index) = (text.id, text.kind, text.index) }
    }

    private static func records(_ line: TextLine, _ scheme: LabelScheme) throws(LineError) -> [LabelRecord] {
        if line.problem == nil, let value = try? JSONValue(strictly: line.bytes), value["sha256"] != nil {
            do throws(InputError) { return [try LabelRecord(value, scheme)] } catch {
                throw line.error(at: 0, error.description)
            }
        }
        return try LabelLine(line, scheme: scheme).entries.compactMap { entry in
            entry.given.map { LabelRecord(entry.text, $0) }
        }
    }
}
