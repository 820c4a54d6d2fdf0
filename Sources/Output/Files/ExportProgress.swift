internal import Foundation

/// How far an export is, kept beside its unfinished files.
struct ExportProgress: Codable {
    /// What the files are made from; files made from anything else cannot be resumed.
    let identity: String
    /// Per file, its beginning that is on disk.
    var prefixes: [String: LineWriter.Prefix] = [:]

    init(identity: String) { self.identity = identity }

    /// Reads what an interrupted export noted, or nil if it noted nothing that can be read.
    init?(in folder: URL) {
        guard let data = try? Data(contentsOf: Self.file(in: folder)),
            let read = try? StrictDecoding.decode(ExportProgress.self, from: Array(data))
        else { return nil }
        self = read
    }

    static func file(in folder: URL) -> URL { folder.appendingPathComponent(".progress.json") }

    func save(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let path = Self.file(in: folder).path
        try AtomicFile.write(Array(encoder.encode(self)), to: path)
    }

    /// The beginning of a file that is on disk and is what it was noted to be; nil where the file begins anew.
    ///
    /// - Complexity: reads the beginning once, in bounded memory.
    func prefix(of name: String, at path: String) -> LineWriter.Prefix? {
        guard let prefix = prefixes[name], prefix.bytes >= 0, prefix.lines >= 0,
            let file = try? Descriptor(path, O_RDONLY)
        else { return nil }
        var (hash, left) = (RunningHash(), prefix.bytes)
        while left > 0, let part = try? file.read(upTo: min(left, 1 << 20)), !part.isEmpty {
            hash.update(part)
            left -= part.count
        }
        return left == 0 && hash.hexadecimal == prefix.sha256 ? prefix : nil
    }

    /// The rows and bytes that are kept.
    var extent: (rows: Int, bytes: Int) {
        prefixes.values.reduce((0, 0)) { ($0.0 + $1.lines, $0.1 + $1.bytes) }
    }
}
