internal import Output

/// What is found out about a file as a whole: its form, the types of its columns, what its answers have in common.
struct FileAudit {
    let name: String
    /// The split that it is in, by index.
    let split: UInt32
    let isTraining: Bool
    private(set) var rows = 0
    private var forms: [RowForm: (count: Int, lines: [Int])] = [:]
    private var unknown: (count: Int, lines: [Int], message: String)?
    private(set) var columns = ColumnsSeen()
    var answers = AnswerTally()
    var ratio: (beta: Double, tau: Double)?

    init(name: String, split: UInt32, isTraining: Bool) {
        (self.name, self.split, self.isTraining) = (name, split, isTraining)
    }

    mutating func add(_ row: [String: JSONValue], line: Int, bytes: Int) {
        rows += 1
        columns.add(row, line: line, bytes: bytes)
    }

    /// Notes that a row could not be read; it counts.
    mutating func addUnreadable() { rows += 1 }

    mutating func takePart() -> [String: ColumnsSeen.Column] { columns.take() }

    mutating func note(_ form: RowForm, line: Int) {
        forms[form, default: (0, [])].count += 1
        if forms[form, default: (0, [])].lines.count < Finding.shownPlaces { forms[form]?.lines.append(line) }
    }

    mutating func noteUnknown(_ row: [String: JSONValue], line: Int, missing: String) {
        if unknown == nil { unknown = (0, [], missing) }
        unknown?.count += 1
        if (unknown?.lines.count ?? 0) < Finding.shownPlaces { unknown?.lines.append(line) }
    }

    /// The form of most rows; nil where no row has one.
    var form: RowForm? {
        forms.max { ($0.value.count, $1.value.lines[0]) < ($1.value.count, $0.value.lines[0]) }?.key
    }

    /// Adds what rows of other forms than the file's come to, and rows of none.
    func report(to ledger: inout FindingLedger) {
        func places(_ lines: [Int]) -> [Finding.Place] { lines.map { Finding.Place(file: name, line: $0) } }
        guard let form else {
            guard let unknown else { return }
            ledger.add(
                .error(
                    .unknownForm, name, "the rows are of no form that a trainer reads: \(unknown.message)",
                    "nothing can be trained on them"),
                at: places(unknown.lines), count: unknown.count)
            return
        }
        for (other, seen) in forms.sorted(by: { $0.value.lines[0] < $1.value.lines[0] }) where other != form {
            let isStyle = other.columns == form.columns
            ledger.add(
                AuditFault(
                    severity: isStyle ? .warning : .error, kind: .mixedForms, subject: name,
                    message: "the row is of the form \(other), and most rows of the file are of \(form)",
                    consequence: isStyle
                        ? "some trainers ask the first row whether they must apply the chat template"
                        : "trainers take all rows as the first one, and fail or leave columns empty"),
                at: places(seen.lines), count: seen.count)
        }
        if let unknown {
            ledger.add(
                .error(
                    .unknownForm, name, "the row does not fit the form of the file (\(form)): \(unknown.message)",
                    "trainers fail, or train on nothing there"), at: places(unknown.lines), count: unknown.count)
        }
        for (column, line) in columns.mixed where !form.columns.required.contains(column) {
            ledger.add(
                .warning(
                    .mixedColumn, column, "\(column) is of several kinds in one file",
                    "`datasets` keeps such a column as undecoded JSON, and old versions refuse the file"),
                at: Finding.Place(file: name, line: line))
        }
    }
}

/// The columns of a file with their types, as a loader meets them that guesses types from one part of the file at a time.
struct ColumnsSeen {
    /// How much `datasets` reads before it decides on types: `chunksize` of its JSON builder.
    static let part = 10 << 20

    struct Column {
        var type: ColumnType
        /// Where it was first of this type.
        var line: Int
    }

    /// The part that is being read.
    private(set) var current: [String: Column] = [:]
    private(set) var mixed: [(name: String, line: Int)] = []
    private var bytes = 0
    /// Whether the part is full.
    var isPartFull: Bool { bytes >= Self.part }

    mutating func add(_ row: [String: JSONValue], line: Int, bytes: Int) {
        self.bytes += bytes
        for (name, value) in row {
            let type = ColumnType(value)
            guard let known = current[name] else {
                current[name] = Column(type: type, line: line)
                continue
            }
            let joined = known.type == type ? type : known.type.joined(with: type)
            guard joined != known.type else { continue }
            current[name] = Column(type: joined, line: line)
            if joined == .mixed, !mixed.contains(where: { $0.name == name }) { mixed.append((name, line)) }
        }
    }

    /// Ends a part.
    mutating func take() -> [String: Column] {
        defer { (current, bytes) = ([:], 0) }
        return current
    }
}
