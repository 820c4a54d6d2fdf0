internal import CanonicalJSON
internal import Files

/// Looks through files of preference data, ours or not, for what breaks or silently poisons a trainer.
///
/// Lines are looked at one by one, so that a file may be larger than memory: a fingerprint of 16 bytes stays for each
/// different prompt and row.
public struct DatasetAudit {
    /// The first findings; ``errors`` and ``warnings`` count all.
    public private(set) var findings: [Finding] = []
    public private(set) var errors = 0
    public private(set) var warnings = 0
    public private(set) var rows = 0
    /// How many findings are kept to be shown.
    public static let shown = 1000

    private let rules: RowAudit
    private let leaks: LeakAudit
    private let repeatsAreMeant: Bool
    private var files: [String] = []
    /// Per prompt, the index of the file that it was first met in.
    private var prompts: [ContentHash.Fingerprint: UInt32] = [:]
    /// Rows of the file, to find what repeats.
    private var seen: Set<ContentHash.Fingerprint> = []
    private var repeated: (line: Int, count: Int)?
    /// Names of user types in texts of the file.
    private var named: [String: (line: Int, count: Int)] = [:]
    private var first: [String: String]?
    private var ratio: (beta: Double, tau: Double)?

    /// - Parameters:
    ///   - users: names of user types that no row may tell; empty where they aren't known.
    ///   - repeatsAreMeant: whether rows stand several times on purpose, as with quota labels and samples.
    public init(users: [String], repeatsAreMeant: Bool = false) {
        rules = RowAudit(users: users)
        leaks = LeakAudit(users: users)
        self.repeatsAreMeant = repeatsAreMeant
    }

    /// Adds what is wrong with a JSON-lines text.
    public mutating func add(file: String, bytes: [UInt8]) {
        begin(file)
        for (index, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
        where !text.isEmpty {
            add(line: index + 1, Array(text))
        }
        end()
    }

    /// Begins a file; its lines follow.
    public mutating func begin(_ file: String) {
        files.append(file)
        (first, ratio, repeated, named, seen) = (nil, nil, nil, [:], [])
    }

    /// Adds what is wrong with a line of the file.
    ///
    /// - Complexity: O(bytes).
    public mutating func add(line: Int, _ bytes: [UInt8]) {
        rows += 1
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(strictly: bytes) } catch {
            return note(line, .error("this is not JSON: \(error)", "the file cannot be loaded"))
        }
        guard let row = value.objectValue else {
            return note(line, .error("this is not a JSON object", "the file cannot be loaded"))
        }
        for fault in rules.faults(row) { note(line, fault) }
        let kinds = row.mapValues(RowAudit.kind)
        if let first, first != kinds { difference(line, first, kinds) }
        first = first ?? kinds
        temperature(line, row)
        shared(line, row)
        for name in leaks.names(in: row) { named[name] = (named[name]?.line ?? line, (named[name]?.count ?? 0) + 1) }
        if !repeatsAreMeant, !seen.insert(ContentHash.fingerprint(bytes)).inserted {
            repeated = (repeated?.line ?? line, (repeated?.count ?? 0) + 1)
        }
    }

    /// Ends the file: adds what is said once for all its lines.
    public mutating func end() {
        if let repeated {
            note(
                repeated.line,
                .warning(
                    "\(repeated.count) rows say the same as an earlier row, the first of them here",
                    "they weigh more in training than they are evidence for"))
        }
        for (name, place) in named.sorted(by: { $0.key < $1.key }) {
            note(
                place.line,
                .warning(
                    "the name of the user type \(name) stands as a word in the texts of \(place.count) rows, first here",
                    "if it tells who is asking, what is trained on it is not known in use; as a word like others it is harmless"
                ))
        }
    }

    /// Adds findings about a folder as a whole.
    public mutating func add(_ others: [Finding]) { for finding in others { keep(finding) } }

    /// Names and types that differ from the first row's.
    private mutating func difference(_ line: Int, _ first: [String: String], _ kinds: [String: String]) {
        for name in Set(first.keys).union(kinds.keys).sorted() where first[name] != kinds[name] {
            let (was, now) = (first[name] ?? "missing", kinds[name] ?? "missing")
            let consequence =
                [was, now].sorted() == ["number", "whole number"]
                ? "a reader that takes the type from the first rows fails; write 1.0 and not 1"
                : "readers guess one type for the column and fail, or fill in nulls"
            note(line, .error("\(name) is \(now), and \(was) in the first row", consequence))
        }
    }

    /// β and τ are one for a file.
    private mutating func temperature(_ line: Int, _ row: [String: JSONValue]) {
        guard let beta = row["beta"]?.doubleValue, let tau = row["tau"]?.doubleValue else { return }
        guard let ratio else {
            self.ratio = (beta, tau)
            return
        }
        guard ratio != (beta, tau) else { return }
        note(
            line,
            .error(
                "beta and tau are \(beta) and \(tau), and \(ratio.beta) and \(ratio.tau) in the first row",
                "a trainer has one beta; labels made for another ratio teach another policy"))
    }

    /// A prompt in two files is in two splits.
    private mutating func shared(_ line: Int, _ row: [String: JSONValue]) {
        guard let prompt = row["prompt"] ?? row["conversations"] ?? row["context"] ?? row["input"],
            let bytes = try? prompt.bytes()
        else { return }
        let id = ContentHash.fingerprint(bytes)
        let here = UInt32(files.count - 1)
        guard let other = prompts[id] else {
            prompts[id] = here
            return
        }
        guard other != here else { return }
        note(
            line,
            .error("its prompt also stands in \(files[Int(other)])", "a test on one split has seen the other"))
    }

    private mutating func note(_ line: Int?, _ fault: RowAudit.Fault) {
        keep(
            Finding(
                severity: fault.severity, file: files.last ?? "", line: line, message: fault.message,
                consequence: fault.consequence))
    }

    private mutating func keep(_ finding: Finding) {
        switch finding.severity {
        case .error: errors += 1
        case .warning: warnings += 1
        }
        if findings.count < Self.shown { findings.append(finding) }
    }
}
