public import Output

/// A folder's manifest against the files that are there.
public struct ManifestAudit {
    private let entries: [(path: String, sha256: String?, rows: Int?)]
    /// Whether rows stand several times on purpose.
    public let repeatsAreMeant: Bool
    /// Whether labels were dealt or drawn, so that the worse answer is chosen now and then on purpose.
    public let labelsAreDrawn: Bool
    /// Whether prompts and answers are a scenario's: few texts, and conversations that share their beginnings.
    public let isRendered: Bool
    /// Whether placeholders were left out of the rows when they were written.
    let leavesOutPlaceholders: Bool
    /// Whether answers that exceed a limit were kept from being chosen.
    let leavesOutOverLimit: Bool
    /// Whether every row has an id of its own: since format 2.
    let hasRowIDs: Bool
    private let fault: Finding?

    /// - Parameters:
    ///   - name: the manifest's name in findings.
    ///   - bytes: its text.
    public init(name: String, _ bytes: [UInt8]) {
        let value = try? JSONValue(strictly: bytes)
        entries = (value?["files"]?.arrayValue ?? []).compactMap { entry in
            entry["path"]?.stringValue.map { ($0, entry["sha256"]?.stringValue, entry["rows"]?.integerValue) }
        }
        let mode = value?["label_mode"]?.stringValue ?? ""
        repeatsAreMeant = ["quota", "sampled"].contains(mode) || value?["dataset"]?.stringValue == "sft"
        labelsAreDrawn = ["quota", "sampled"].contains(mode)
        isRendered = value?["nodes"]?["method"]?.stringValue.map { $0 != "own candidates" } ?? false
        leavesOutPlaceholders = value?["keeps_placeholders"]?.boolValue == false
        leavesOutOverLimit = value?["keeps_over_limit"]?.boolValue == false
        let version = value?["format"]?.integerValue ?? 1
        hasRowIDs = version >= 2
        guard version <= Dataset.formatVersion else {
            fault = Finding(
                severity: .warning, kind: .manifest, file: name, line: nil,
                message: "the manifest has the format \(version), and this program knows 1 to \(Dataset.formatVersion)",
                consequence: "what it says of the rows may mean something else")
            return
        }
        fault =
            value?["files"]?.arrayValue != nil
            ? nil
            : Finding(
                severity: .error, kind: .manifest, file: name, line: nil, message: "the manifest has no list of files",
                consequence: "nobody can tell whether the data are what was written")
    }

    /// How many rows it says that a file has; nil where it says nothing.
    func rows(of path: String) -> Int? { entries.first { path == $0.path || path.hasSuffix("/" + $0.path) }?.rows }

    /// The files that it lists and that lie inside the folder.
    public var paths: [String] { entries.map(\.path).filter(Self.isInside) }

    private static func isInside(_ path: String) -> Bool {
        !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }

    /// - Parameters:
    ///   - folder: its name in findings.
    ///   - found: by path, what was read; absent where there is no such file.
    ///   - data: paths of all data files that are there.
    public func findings(folder: String, found: [String: LineReader.Summary], data: [String]) -> [Finding] {
        guard fault == nil else { return [fault].compactMap { $0 } }
        func error(_ path: String, _ message: String, _ consequence: String) -> Finding {
            Finding(
                severity: .error, kind: .manifest, file: "\(folder)/\(path)", line: nil, message: message,
                consequence: consequence)
        }
        let listed = entries.compactMap { entry -> Finding? in
            guard Self.isInside(entry.path) else {
                return error(entry.path, "the manifest names a file outside the folder", "it was not looked at")
            }
            guard let file = found[entry.path] else {
                return error(entry.path, "the manifest names it, and it is not there", "the dataset is not complete")
            }
            if let rows = entry.rows, rows != file.lines {
                return error(
                    entry.path, "it has \(file.lines) rows, and the manifest says \(rows)",
                    "it was cut short or added to since it was written")
            }
            guard let hash = entry.sha256, hash != file.sha256 else { return nil }
            return error(
                entry.path, "its SHA-256 is not the manifest's",
                "it was changed since it was written; card and labels may lie"
            )
        }
        let known = Set(entries.map(\.path))
        return listed
            + data.filter { !known.contains($0) }.map {
                error(
                    $0, "the manifest does not name it", "it is loaded with the rest, and nothing says where it is from"
                )
            }
    }
}
