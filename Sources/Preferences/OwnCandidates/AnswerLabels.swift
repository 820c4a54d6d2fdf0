internal import InputErrors
public import Labelling
internal import Output

/// The labels of a file, by the line that they belong to: what `label` writes, or any judge in its form.
///
/// A line of candidates finds its labels by its `id`, else by its number, and by kind and index. The file may be in any order.
public struct AnswerLabels: Sendable {
    /// What is about one text, and the line of the file in which it stands.
    struct Entry: Sendable {
        let record: LabelRecord
        let line: Int
    }

    /// Names a text of a line.
    struct Key: Hashable, Sendable {
        let kind: String
        let index: Int
    }

    /// Lines that follow each other and have one id.
    private struct Run: Sendable {
        let start: Int
        var count: Int
        let firstLine: Int
        var lines: Int
    }

    private let path: String
    private let scheme: LabelScheme
    private let spool = Spool()
    private var runs: [ContentHash.Fingerprint: [Run]] = [:]
    /// How many labels there are.
    public private(set) var count = 0
    /// How many of them name each labeller.
    public private(set) var labellers: [String: Int] = [:]
    /// How many different ids they name.
    var idCount: Int { runs.count }

    /// Reads a file of labels.
    ///
    /// - Throws: `InputError` naming file and line for what is no label in the words of the scheme; `FileError` if it cannot be read.
    /// - Complexity: O(bytes) time; memory for the ids.
    public init(path: String, scheme: LabelScheme) throws {
        (self.path, self.scheme) = (path, scheme)
        var last: ContentHash.Fingerprint?
        var runs: [ContentHash.Fingerprint: [Run]] = [:]
        var (count, labellers): (Int, [String: Int]) = (0, [:])
        try InputFile.check(path, what: "label file")
        try LineReader.readObjects(path: path) { number, bytes in
            let record = try Self.record(TextLine(number: number, bytes: bytes), scheme, path: path)
            count += 1
            labellers[record.label.labeller, default: 0] += 1
            let start = try spool.append(bytes + [0x0A])
            let id = ContentHash.fingerprint(Array(record.id.utf8))
            defer { last = id }
            if last == id, let index = runs[id]?.indices.last, let run = runs[id]?[index],
                run.firstLine + run.lines == number
            {
                runs[id]?[index].count += bytes.count + 1
                runs[id]?[index].lines += 1
            } else {
                runs[id, default: []].append(Run(start: start, count: bytes.count + 1, firstLine: number, lines: 1))
            }
        }
        (self.runs, self.count, self.labellers) = (runs, count, labellers)
    }

    private static func record(_ line: TextLine, _ scheme: LabelScheme, path: String) throws(InputError) -> LabelRecord
    {
        if let problem = line.problem { throw InputError(problem.located(in: path)) }
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(strictly: line.bytes) } catch {
            throw InputError(line.error(at: error.byte ?? 0, "is not JSON: \(error.problem)").located(in: path))
        }
        do throws(InputError) { return try LabelRecord(json, scheme) } catch {
            throw InputError("\(path):\(line.number):1: error: \(error)")
        }
    }

    /// Whether anything is labelled of a line of candidates.
    func has(_ id: String) -> Bool { runs[ContentHash.fingerprint(Array(id.utf8))] != nil }

    /// The labels of a line of candidates; nil where there are none.
    ///
    /// - Throws: `InputError` naming both lines for two labels of one text.
    func entries(of id: String) throws -> [Key: Entry]? {
        guard let runs = runs[ContentHash.fingerprint(Array(id.utf8))] else { return nil }
        var entries: [Key: Entry] = [:]
        for run in runs {
            let bytes = try spool.read(at: run.start, count: run.count)
            for (offset, part) in bytes.split(separator: 0x0A).enumerated() {
                let line = TextLine(number: run.firstLine + offset, bytes: Array(part))
                let record = try Self.record(line, scheme, path: path)
                let key = Key(kind: record.kind.rawValue, index: record.index)
                if let first = entries[key] {
                    throw InputError(
                        "\(path):\(line.number):1: error: labels \(record.kind.rawValue) \(record.index) of \(id) a second "
                            + "time; line \(first.line) has its label already")
                }
                entries[key] = Entry(record: record, line: line.number)
            }
        }
        return entries
    }

    /// A label, if it is about this text.
    ///
    /// - Throws: `InputError` naming the line of the label if the text has changed since.
    func label(_ entry: Entry?, of content: String) throws(InputError) -> TextLabel? {
        guard let entry else { return nil }
        let hash = ContentHash.sha256(content)
        guard entry.record.sha256 == hash else {
            throw InputError(
                "\(path):\(entry.line):1: error: labels another text: \(entry.record.kind.rawValue) \(entry.record.index) of "
                    + "\(entry.record.id) has the SHA-256 \(hash), and sha256 is \(entry.record.sha256); label the texts again"
            )
        }
        return entry.record.label
    }
}
