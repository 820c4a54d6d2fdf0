internal import Foundation
package import GameModel
internal import LanguageModels
internal import Output

/// Computes one piece of a work into a folder of its own, which appears whole: the results of its units, and a manifest.
///
/// What a run that was stopped or killed had kept is gone on with by the next run of the same piece, if its inputs are still the same.
package final class PieceWriter: WorkPieces {
    package let command: PieceCommand
    package let share: PieceShare
    private let out: String
    private let replaces: Bool
    private let ledger: InputLedger
    private let note: @Sendable (String) -> Void
    // The work calls in one thread only, which is the one that made this.
    nonisolated(unsafe) private var folder: OutputFolder?
    nonisolated(unsafe) private var phases: [PieceManifest.Phase] = []

    package let isPart = true

    /// Begins to note which files are read.
    package init(
        _ command: PieceCommand, _ share: PieceShare, out: String, replaces: Bool,
        note: @escaping @Sendable (String) -> Void
    ) {
        (self.command, self.share, self.out, self.replaces, self.note) = (command, share, out, replaces, note)
        ledger = InputLedger()
    }

    /// Whether the folder has this piece already, of this version and of inputs as they are now.
    ///
    /// - Complexity: reads the inputs and the piece once.
    package static func isComplete(_ command: PieceCommand, _ share: PieceShare, at out: String) -> Bool {
        guard let manifest = try? PieceManifest(folder: out) else { return false }
        return manifest.command.arguments == command.arguments && manifest.share == share
            && manifest.version == Release.version && manifest.changedInputs().isEmpty
            && manifest.phases.allSatisfy { (try? LineTable.hash(path: out + "/" + $0.file)) == $0.sha256 }
    }

    package func keep(_ phase: String, count: Int?, _ body: (any UnitSink) throws -> Void) throws {
        let folder = try begun()
        let file = PieceFiles.name(phase, after: phases.map(\.name))
        try folder.writeRows(file) { lines in
            let sink = PieceSink(share, lines, units: count)
            try body(sink)
            guard let units = sink.units, sink.written == share.size(of: units) else { throw InterruptedError() }
            phases.append(
                PieceManifest.Phase(name: phase, file: file, units: sink.written, total: units, sha256: ""))
        }
    }

    package func results(_ phase: String, count: Int?) throws -> any UnitResults {
        preconditionFailure("a piece has no results of others")
    }

    /// The folder in which the piece is written, made when the first unit is about to be computed: what it depends on is known then.
    private func begun() throws -> OutputFolder {
        if let folder { return folder }
        let identity = try JSONValue.array([
            .string(try PieceManifest.job(command, try ledger.entries(), version: Release.version)),
            .string("\(share)"),
        ]).text()
        let made = try OutputFolder(
            path: out, replaces: replaces, identity: ContentHash.sha256(identity), resumes: true)
        for text in made.notes { note(text) }
        folder = made
        return made
    }

    /// Puts the piece in its place.
    ///
    /// - Parameter answers: the file that remembers what somebody behind an address answered, of which the piece has a copy; nil for none.
    /// - Throws: `FileError` if it cannot be; `InputError` if an input changed meanwhile.
    package func finish(answers: String?) throws -> PieceReport {
        let folder = try begun()
        if let answers { try folder.add(RememberedAnswers.name) { try RememberedAnswers.copy(answers, to: $0) } }
        // A folder is known for ours by what it lists.
        if phases.isEmpty { try keep("none", count: 0) { _ in } }
        let hashes = Dictionary(folder.files.map { ($0.path, $0.sha256) }) { first, _ in first }
        let phases = phases.map {
            PieceManifest.Phase(
                name: $0.name, file: $0.file, units: $0.units, total: $0.total, sha256: hashes[$0.file] ?? "")
        }
        let manifest = PieceManifest(command: command, share: share, inputs: try ledger.entries(), phases: phases)
        try folder.write(
            PieceManifest.name, try manifest.json(files: folder.files).text(.indented) + "\n")
        for text in try folder.commit() { note(text) }
        return PieceReport(manifest: manifest, out: out, wasThere: false)
    }

    /// Says what is kept of a piece that was not finished, or removes it where going on would lead to the same error.
    package func end(with error: any Error) {
        guard let folder else { return }
        guard error is InterruptedError || error is FileError else { return folder.discard() }
        if let kept = folder.kept {
            note("\(kept.rows) units (\(kept.size)) are kept in \(kept.path); the same command goes on with them")
        }
    }
}

/// Names of the files in which units stand.
enum PieceFiles {
    /// - Parameter earlier: phases that came before.
    static func name(_ phase: String, after earlier: [String]) -> String {
        let before = earlier.count { $0 == phase }
        return before == 0 ? "\(phase).jsonl" : "\(phase)-\(before + 1).jsonl"
    }
}

/// Takes results of units of one piece, a line each.
private final class PieceSink: UnitSink {
    var units: Int?
    private let share: PieceShare
    private let lines: LineWriter
    /// Units that an earlier run had kept, and those of this one.
    private(set) var written: Int
    private var kept = ContinuousClock.now

    /// How much work a kill may take back, about.
    private static let pause = Duration.seconds(2)

    init(_ share: PieceShare, _ lines: LineWriter, units: Int?) {
        (self.share, self.lines, self.units) = (share, lines, units)
        written = lines.count
        // The writer counts lines from the first on; those that are there are passed over.
        for _ in 0..<written { try? lines.write { [] } }
    }

    var wanted: Int? { units.map { share.size(of: $0) } }

    func next(_ most: Int) -> [Int] {
        let size = wanted ?? 0
        return (written..<max(written, min(written + most, size))).map { $0 * share.count + share.index }
    }

    func wants(_ unit: Int) -> Bool { share.has(unit) && share.position(of: unit) >= written }

    func write(_ unit: Int, _ value: some Encodable) throws {
        precondition(wants(unit) && share.position(of: unit) == written, "units are written in their order")
        try lines.write { try UnitCoding.bytes(value) }
        written += 1
        guard ContinuousClock.now - kept >= Self.pause else { return }
        try lines.keep()
        kept = .now
    }
}

/// Units as text: JSON with sorted keys, on one line, in which numbers read back bit for bit.
package enum UnitCoding {
    private static let names = (infinite: "Infinity", negative: "-Infinity", none: "NaN")

    package static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: names.infinite, negativeInfinity: names.negative, nan: names.none)
        return Array(try encoder.encode(value))
    }

    package static func value<Value: Decodable>(_ bytes: [UInt8], as type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: names.infinite, negativeInfinity: names.negative, nan: names.none)
        return try decoder.decode(type, from: Data(bytes))
    }
}
