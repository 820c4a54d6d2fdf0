internal import Foundation
package import Output

/// What stands in the `manifest.json` of a piece: which work it is of, which piece, and what it holds.
///
/// Nothing in it tells host, time or threads: the same piece has the same bytes wherever and however often it is computed.
package struct PieceManifest: Sendable, Equatable {
    /// The units of a phase that the piece has.
    package struct Phase: Sendable, Equatable {
        package let name: String
        /// The file inside the folder: one unit a line.
        package let file: String
        /// In this piece.
        package let units: Int
        /// In all pieces.
        package let total: Int
        package let sha256: String
    }

    package let command: PieceCommand
    package let share: PieceShare
    package let inputs: [InputLedger.Entry]
    package let phases: [Phase]
    package let version: String

    package static let format = 1
    static let name = "manifest.json"

    init(
        command: PieceCommand, share: PieceShare, inputs: [InputLedger.Entry], phases: [Phase],
        version: String = Release.version
    ) {
        (self.command, self.share, self.inputs, self.phases) = (command, share, inputs, phases)
        self.version = version
    }

    /// Names the work: what was asked, of which files, of which version.
    package static func job(_ command: PieceCommand, _ inputs: [InputLedger.Entry], version: String) throws -> String {
        ContentHash.sha256(
            try JSONValue.object([
                "format": .integer(format), "command": .strings(command.arguments), "inputs": json(inputs),
                "version": .string(version),
            ]).text())
    }

    private static func json(_ inputs: [InputLedger.Entry]) -> JSONValue {
        .array(inputs.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) })
    }

    package var job: String { get throws { try Self.job(command, inputs, version: version) } }

    /// - Parameter files: what the folder holds besides.
    func json(files: [OutputFolder.FileRecord]) throws -> JSONValue {
        .object([
            "format": .integer(Self.format), "kind": .string("piece"), "job": .string(try job),
            "command": .strings(command.arguments), "command_line": .string(command.text),
            "out_position": command.outPosition.map { .integer($0) } ?? .null, "piece": .integer(share.index),
            "pieces": .integer(share.count), "inputs": Self.json(inputs), "version": .string(version),
            "phases": .array(
                phases.map {
                    .object([
                        "name": .string($0.name), "file": .string($0.file), "units": .integer($0.units),
                        "total": .integer($0.total), "sha256": .string($0.sha256),
                    ])
                }),
            "files": .array(
                files.map {
                    .object(["path": .string($0.path), "sha256": .string($0.sha256), "bytes": .integer($0.bytes)])
                }),
        ])
    }

    /// Reads the manifest of a folder.
    ///
    /// - Throws: `InputError` saying why the folder is no piece.
    package init(folder: String) throws {
        let path = folder + "/" + Self.name
        let bytes: [UInt8]
        do throws(FileBytes.Failure) { bytes = try FileBytes.read(path: path, limit: 1 << 28) } catch {
            throw InputError(
                error.isMissing ? "\(folder) is no piece: it has no \(Self.name)" : "\(path) \(error.message)")
        }
        func wrong(_ what: String) -> InputError { InputError("\(folder) is no piece: \(what)") }
        guard let json = try? JSONValue(strictly: bytes), json["kind"]?.stringValue == "piece" else {
            throw wrong("its \(Self.name) is of something else")
        }
        guard json["format"]?.integerValue == Self.format else { throw wrong("its format is not \(Self.format)") }
        guard let arguments = json["command"]?.arrayValue?.compactMap(\.stringValue), !arguments.isEmpty,
            let index = json["piece"]?.integerValue, let count = json["pieces"]?.integerValue,
            let share = try? PieceShare(index, of: count), let version = json["version"]?.stringValue,
            let inputs = json["inputs"]?.arrayValue?.map(Self.entry),
            let phases = json["phases"]?.arrayValue?.map(Self.phase),
            !inputs.contains(nil), !phases.contains(nil)
        else { throw wrong("its \(Self.name) lacks a member") }
        let position = json["out_position"]?.integerValue
        self.init(
            command: PieceCommand(
                arguments: arguments, outPosition: position.flatMap { (0...arguments.count).contains($0) ? $0 : nil }),
            share: share, inputs: inputs.compactMap(\.self), phases: phases.compactMap(\.self), version: version)
        guard try json["job"]?.stringValue == job else { throw wrong("its \(Self.name) was changed") }
    }

    private static func entry(_ json: JSONValue) -> InputLedger.Entry? {
        guard let path = json["path"]?.stringValue, let hash = json["sha256"]?.stringValue else { return nil }
        return InputLedger.Entry(path: path, sha256: hash)
    }

    private static func phase(_ json: JSONValue) -> Phase? {
        guard let name = json["name"]?.stringValue, let file = json["file"]?.stringValue,
            !file.contains("/"), let units = json["units"]?.integerValue, let total = json["total"]?.integerValue,
            let hash = json["sha256"]?.stringValue
        else { return nil }
        return Phase(name: name, file: file, units: units, total: total, sha256: hash)
    }

    /// Inputs that are not what they were, a sentence each.
    ///
    /// - Complexity: reads every input once.
    package func changedInputs() -> [String] {
        inputs.compactMap { input in
            do {
                let found = try LineTable.hash(path: input.path)
                return found == input.sha256
                    ? nil
                    : "\(input.path) is not what it was when the pieces were computed (SHA-256 \(input.sha256.prefix(12))…)"
            } catch { return "\(error)" }
        }
    }
}
