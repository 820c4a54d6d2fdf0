public import Output

/// Looks through files of preference data, ours or not, for what breaks or silently poisons a trainer.
///
/// The form of every row is recognised first; rows are then looked at in one view that is the same for all forms. Lines are looked
/// at one by one, so that a file may be larger than memory: fingerprints of 16 bytes stay for each different prompt, pair and row.
public struct DatasetAudit {
    /// What was recognised in a file.
    public struct File: Sendable, Equatable {
        public let name: String
        /// In words; nil where no row has a form.
        public let form: String?
        public let rows: Int
    }

    public private(set) var files: [File] = []
    public private(set) var rows = 0
    private var ledger = FindingLedger()
    private let columns: ColumnAudit
    private let leaks: LeakAudit
    private let manifest: ManifestAudit?

    private var file = FileAudit(name: "", split: 0, isTraining: true)
    private var splitter = RowSplitter()
    private var splits: [String] = []
    private var prompts = PromptLedger()
    private var pairs = PairLedger()
    /// The columns of the files that are loaded together, by the name of what they make.
    private var reference: [String: [String: ColumnsSeen.Column]] = [:]
    private var values = ValueLedger()
    private var place = DataFile(name: "", split: "train", set: nil, isShard: true)

    /// - Parameters:
    ///   - users: names of user types that no row may tell; empty where they aren't known.
    ///   - manifest: what the folder's manifest says, if it has one.
    public init(users: [String] = [], manifest: ManifestAudit? = nil) {
        columns = ColumnAudit(users: Set(users))
        leaks = LeakAudit(users: users)
        self.manifest = manifest
    }

    /// One finding a kind and subject, in the order in which they were met.
    public var findings: [Finding] { ledger.findings }
    /// How many kinds of errors there are.
    public var errors: Int { findings.count { $0.severity == .error } }
    public var warnings: Int { findings.count { $0.severity == .warning } }

    /// Adds what is wrong with the text of a file.
    public mutating func add(file: DataFile, bytes: [UInt8]) {
        begin(file)
        if let foreign = ForeignBytes(bytes) {
            end(problem: foreign.problem)
        } else {
            for line in LineReader.lines(of: bytes) { add(line) }
            end(problem: nil)
        }
    }

    /// Begins a file; its lines follow.
    public mutating func begin(_ file: DataFile) {
        place = file
        let index = splitIndex(file.split)
        self.file = FileAudit(name: file.name, split: index, isTraining: !DataFile.isHeldOut(file.split))
        splitter = RowSplitter()
        values = ValueLedger()
    }

    /// Adds what is wrong with a line of the file.
    ///
    /// - Complexity: O(bytes).
    public mutating func add(_ line: TextLine) {
        if let problem = line.problem {
            rows += 1
            file.addUnreadable()
            return note(line.number, .error(.notText, "", "the line \(problem.problem)", "the text cannot be read"))
        }
        var pieces: [RowSplitter.Piece] = []
        splitter.take(line) { pieces.append($0) }
        for piece in pieces { add(piece) }
    }

    /// Ends the file: adds what is said once for all its lines.
    ///
    /// - Parameter problem: what kept it from being read to its end, or nil.
    public mutating func end(problem: String?) {
        var pieces: [RowSplitter.Piece] = []
        splitter.finish { pieces.append($0) }
        for piece in pieces { add(piece) }
        closePart()
        if let problem {
            note(nil, .error(.unreadable, file.name, "the file \(problem)", "it is not loaded, or not as it is meant"))
        } else if file.rows == 0, manifest?.rows(of: file.name) != 0 {
            note(nil, .error(.noRows, file.name, "the file has no rows", "loaders and trainers fail"))
        }
        if let fault = values.fault { note(nil, fault) }
        file.report(to: &ledger)
        if let form = file.form {
            for fault in file.answers.faults(
                form.columns, isTraining: file.isTraining, fewTexts: manifest?.isRendered ?? false)
            {
                note(nil, fault)
            }
        }
        files.append(File(name: file.name, form: file.form?.description, rows: file.rows))
    }

    /// Adds findings about a folder as a whole.
    public mutating func add(_ others: [Finding]) { for finding in others { ledger.add(finding) } }

    // MARK: Rows

    private mutating func add(_ piece: RowSplitter.Piece) {
        rows += 1
        let foreign: ForeignJSON
        do throws(JSONError) {
            if let problem = piece.problem { return notJSON(piece.line, problem) }
            foreign = try ForeignJSON(piece.bytes)
        } catch { return notJSON(piece.line, error.description) }
        guard let row = foreign.value.objectValue else {
            file.addUnreadable()
            return note(
                piece.line,
                .error(
                    .notAnObject, "", "the row is \(ColumnType(foreign.value).name), and not a JSON object",
                    "the file cannot be loaded"))
        }
        if foreign.holdsNonFinite {
            note(
                piece.line,
                .warning(.nonFinite, "", "a number is NaN or infinite", "what is computed with it is no number either"))
        }
        if let repeated = foreign.repeatedMembers.first {
            note(
                piece.line,
                .warning(
                    .repeatedMember, "", "\(repeated) stands twice in an object", "readers take one and drop the other")
            )
        }
        file.add(row, line: piece.line, bytes: piece.bytes.count)
        if file.columns.isPartFull { closePart() }
        audit(row, piece)
    }

    private mutating func notJSON(_ line: Int, _ problem: String) {
        file.addUnreadable()
        note(line, .error(.notJSON, "", "this is not JSON: \(problem)", "the file cannot be loaded"))
    }

    private mutating func audit(_ row: [String: JSONValue], _ piece: RowSplitter.Piece) {
        let line = piece.line
        if !(manifest?.repeatsAreMeant ?? false), pairs.isRepeated(piece.bytes, split: file.split) {
            note(
                line,
                .warning(
                    .repeatedRow, "", "the row says the same as an earlier row",
                    "repeated rows weigh more in training than they are evidence for"))
        }
        if let id = row["row_id"]?.stringValue, pairs.isTaken(id) {
            note(
                line,
                AuditFault(
                    severity: manifest?.hasRowIDs ?? false ? .error : .warning, kind: .repeatedID, subject: "",
                    message: "its row_id stands in an earlier row",
                    consequence: "rows cannot be told apart, or were written twice"))
        }
        temperature(line, row)
        values.add(row)
        switch RowRecogniser.recognise(row) {
        case .none(let missing): file.noteUnknown(row, line: line, missing: missing)
        case .form(let form):
            let views = RowNormaliser.views(row, form)
            for fault in columns.faults(row, form) { note(line, fault) }
            for view in views { audit(view, row, form, line) }
            let isText = views.first?.answers.first?.isText ?? views.first?.promptIsText
            file.note(
                RowForm(columns: form, isConversational: form.hasTwoStyles ? isText.map { !$0 } : nil), line: line)
        }
        for name in leaks.names(in: row) {
            note(
                line,
                .warning(
                    .userTypeNamed, name, "the name of the user type \(name) stands as a word in the texts",
                    "if it tells who is asking, what is trained on it is not known in use; as a word like others it is harmless"
                ))
        }
    }

    private mutating func audit(
        _ view: AuditedRow, _ row: [String: JSONValue], _ form: RowForm.Columns, _ line: Int
    ) {
        let labels = LabelAudit(
            form: form, isDrawn: manifest?.labelsAreDrawn ?? false,
            isWithinLimits: manifest?.leavesOutOverLimit ?? false)
        let texts = TextAudit(form: form, isWithoutPlaceholders: manifest?.leavesOutPlaceholders ?? false)
        for fault in view.faults + MessageAudit(form: form).faults(view) + texts.faults(view)
            + labels.faults(view, row)
        {
            note(line, fault)
        }
        file.answers.add(view, line: line)
        if !labels.isDrawn, !["quota", "sampled"].contains(row["label_mode"]?.stringValue), pairs.isTurned(view) {
            note(
                line,
                .warning(
                    .bothOrientations, "", "the pair stands the other way round in an earlier row",
                    "the two cancel, unless labels were drawn on purpose"))
        }
        compare(view, row, form, line)
    }

    /// A prompt in two splits, or nearly.
    private mutating func compare(
        _ view: AuditedRow, _ row: [String: JSONValue], _ form: RowForm.Columns, _ line: Int
    ) {
        var text = view.promptKey
        // What has no prompt is known by what it says.
        if view.prompt.isEmpty { text = view.answers.first?.whole ?? "" }
        guard !text.isEmpty else { return }
        var split = file.split
        if !place.isKnown, let named = row["split"]?.stringValue, DataFile.keyword(in: named) != nil {
            split = splitIndex(named)
        }
        let isRendered = manifest?.isRendered ?? false
        let relation = prompts.add(text, split: split, comparesNear: !isRendered)
        let (what, seen) = (form == .text ? "text" : "prompt", "a test on one split has seen the other")
        switch relation {
        case .leak(let other):
            // Files whose names say that they are splits are used as such; of others nobody knows.
            let isCertain = [splits[Int(split)], splits[Int(other)]].allSatisfy { DataFile.keyword(in: $0) == $0 }
            note(
                line,
                AuditFault(
                    severity: isCertain ? .error : .warning, kind: .leak, subject: "\(other) \(isCertain)",
                    message: "its \(what) also stands in \(splits[Int(other)])", consequence: seen))
        case .spelling(let other):
            note(
                line,
                .warning(
                    .nearLeak, "spelling",
                    "its \(what) differs from one in \(splits[Int(other)]) in spaces, capitals or punctuation only",
                    seen))
        case .near(let other):
            note(
                line, .warning(.nearLeak, "", "its \(what) is nearly one in \(splits[Int(other)])", seen))
        case .variant where !isRendered:
            note(
                line,
                .warning(
                    .nearPrompt, "", "its \(what) differs from an earlier one in spaces, capitals or punctuation only",
                    "they weigh as two prompts and are one; split by prompt before they part"))
        default: break
        }
    }

    /// β and τ are one for a file.
    private mutating func temperature(_ line: Int, _ row: [String: JSONValue]) {
        guard let beta = row["beta"]?.doubleValue, let tau = row["tau"]?.doubleValue else { return }
        guard let ratio = file.ratio else {
            file.ratio = (beta, tau)
            return
        }
        guard ratio != (beta, tau) else { return }
        note(
            line,
            .error(
                .temperature, "",
                "beta and tau are \(beta) and \(tau), and \(ratio.beta) and \(ratio.tau) in the first row",
                "a trainer has one beta; labels made for another ratio teach another policy"))
    }

    // MARK: Columns of what is loaded together

    private mutating func closePart() {
        let part = file.columns.current.isEmpty ? [:] : file.takePart()
        guard !part.isEmpty else { return }
        let set = place.set ?? "file " + file.name
        guard let first = reference[set] else {
            reference[set] = part
            return
        }
        for (name, column) in part.sorted(by: { $0.key < $1.key }) {
            guard
                let problem = first[name].map({ column.type.problem(after: $0.type) })
                    ?? "a column that was not there before"
            else { continue }
            let message = "\(name): \(problem)"
            let consequence = "load_dataset takes columns and types from what it reads first, and fails here"
            note(
                column.line,
                AuditFault(
                    severity: place.isShard ? .error : .warning, kind: .columnsDiffer, subject: name, message: message,
                    consequence: consequence
                        + (place.isShard ? "" : "; load the files one by one, or as configs of their own")))
        }
    }

    private mutating func splitIndex(_ name: String) -> UInt32 {
        if let known = splits.firstIndex(of: name) { return UInt32(known) }
        splits.append(name)
        return UInt32(splits.count - 1)
    }

    private mutating func note(_ line: Int?, _ fault: AuditFault) {
        ledger.add(fault, at: Finding.Place(file: file.name, line: line))
    }
}
