/// A file of rows: what it is called, and what it is loaded with.
public struct DataFile: Sendable, Equatable {
    /// As it is shown.
    public let name: String
    /// The split that it belongs to: what `datasets` takes from its name, or the name of the file itself.
    public let split: String
    /// What it is loaded together with, as one dataset whose columns must agree; nil for a file of its own.
    public let set: String?
    /// Whether the other files of the set are certain to be meant as one with it.
    public let isShard: Bool
    /// Whether the name says which split it is.
    var isKnown: Bool { Self.keyword(in: name) != nil || set != nil }

    public init(name: String, split: String = "train", set: String? = nil, isShard: Bool = true) {
        (self.name, self.split, self.set, self.isShard) = (name, split, set, isShard)
    }

    private static let keywords = [
        ("train", ["train", "training"]), ("validation", ["validation", "valid", "dev", "val"]),
        ("test", ["test", "testing", "eval", "evaluation"]),
    ]

    /// The split that a path names, as `datasets` reads names: a word between separators or digits.
    public static func keyword(in path: String) -> String? {
        let words = path.lowercased().split { !$0.isLetter }
        return keywords.first { _, names in words.contains { names.contains(String($0)) } }?.0
    }

    static func isHeldOut(_ split: String) -> Bool { split == "validation" || split == "test" }

    /// Whether a path is that of a file of rows, by its ending; `.json` is decided by ``mayHoldRows(_:)``.
    public static func isData(_ path: String) -> Bool {
        let name = bare(path)
        return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    }

    /// Whether a `.json` file may be an array of rows, and is none of the files that stand beside data.
    public static func mayHoldRows(_ path: String) -> Bool {
        let name = bare(path)
        return name.hasSuffix(".json")
            && !["manifest.json", "datapackage.json", "dataset_info.json", "dataset_infos.json", "state.json"]
                .contains(name.split(separator: "/").last.map(String.init) ?? "")
    }

    /// Whether `load_dataset` overlooks the file in a folder, since it compares endings letter by letter.
    public static func isOverlooked(_ path: String) -> Bool {
        let ending = path.split(separator: "/").last.map(String.init) ?? path
        return isData(path) && ![".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains { ending.hasSuffix($0) }
    }

    private static func bare(_ path: String) -> String {
        let name = path.lowercased()
        return name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }

    /// The files of a folder in the order in which they are loaded: those of the training split first.
    ///
    /// As with `load_dataset` on the folder, files are one dataset whose splits are named by words in the paths; where some file names
    /// its split, those that name none stand for themselves, and where none does, all are training data.
    ///
    /// - Parameters:
    ///   - paths: inside the folder.
    ///   - folder: the folder, for names that are shown.
    ///   - hasConfigs: whether the folder's card says itself which files belong together.
    public static func files(_ paths: [String], in folder: String, hasConfigs: Bool) -> [DataFile] {
        let named = paths.map { ($0, keyword(in: $0)) }
        let isNamed = named.contains { $0.1 != nil }
        let shapes = Set(paths.map { String($0.filter { !$0.isNumber }) })
        let order = ["train", "validation", "test"]
        return named.sorted {
            (order.firstIndex(of: $0.1 ?? "") ?? 3, $0.0) < (order.firstIndex(of: $1.1 ?? "") ?? 3, $1.0)
        }.map { path, keyword in
            DataFile(
                name: folder + "/" + path, split: keyword ?? (isNamed ? path : "train"),
                set: hasConfigs || (isNamed && keyword == nil) ? nil : folder,
                isShard: keyword != nil || shapes.count == 1)
        }
    }
}

extension Finding {
    /// What is said of a file that a folder's loader overlooks; nil for others.
    public init?(overlooked file: DataFile) {
        guard DataFile.isOverlooked(file.name) else { return nil }
        self.init(
            severity: .warning, kind: .extensionInCapitals, file: file.name, line: nil,
            message: "the name does not end in small letters",
            consequence: "load_dataset finds such a file only where it is named, and not in its folder")
    }
}
