internal import Foundation
internal import GRDB
internal import Output

/// Answers that a model gave, by the hash of what it was asked: one SQLite file, written as answers arrive.
///
/// Every answer is a transaction in a write-ahead log, so that a process that is killed loses what was under way and nothing else. Keys of
/// addresses are no part of a request's hash, and never written.
///
/// Source: SQLite, "Write-Ahead Logging"; "Database File Format", 1.3.
final class AnswerCache: Sendable {
    struct Answer: Equatable {
        let content: String
        let promptTokens: Int
        let answerTokens: Int
    }

    private let queue: DatabaseQueue
    private let path: String

    /// The letters "NaCa" in the header of every such file.
    static let applicationID = 0x4E61_4361
    private static let version = 1

    /// Opens the file, or makes it.
    ///
    /// - Throws: `FileError` if the file is something else, which is left as it is, or cannot be opened.
    init(path: String) throws(FileError) {
        self.path = path
        let absolute = URL(fileURLWithPath: path).path
        try Self.check(absolute, shown: path)
        var configuration = Configuration()
        configuration.label = "Nacre answers"
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        do {
            queue = try DatabaseQueue(path: absolute, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                // Before the log is written ahead, so that the file says what it is although its log was never taken over.
                try db.inTransaction(.immediate) {
                    try db.execute(sql: Self.schema)
                    return .commit
                }
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            }
        } catch { throw Self.failure(path, error) }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS answers (
            request TEXT PRIMARY KEY NOT NULL, content TEXT NOT NULL,
            prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS vectors (request TEXT PRIMARY KEY NOT NULL, vector BLOB NOT NULL) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Refuses what is there and is no file of answers, without opening it as a database.
    private static func check(_ absolute: String, shown: String) throws(FileError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder) else {
            let folder = URL(fileURLWithPath: absolute).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch { throw FileError("\(shown) cannot be made: there can be no folder \(folder)") }
            return
        }
        let kind = (try? FileManager.default.attributesOfItem(atPath: absolute))?[.type] as? FileAttributeType
        guard !isFolder.boolValue, kind == .typeRegular || kind == .typeSymbolicLink,
            let handle = FileHandle(forReadingAtPath: absolute)
        else { throw FileError("\(shown) cannot be used to remember answers: it is no file that can be read") }
        defer { try? handle.close() }
        let head = [UInt8]((try? handle.read(upToCount: 100)) ?? Data())
        guard !head.isEmpty else { return }
        let isOurs =
            head.count == 100 && head.starts(with: Array("SQLite format 3\0".utf8))
            && head[68..<72].reduce(0) { $0 << 8 | Int($1) } == applicationID
        guard isOurs else {
            throw FileError("\(shown) is no file of remembered answers; it was left as it is. Give another path")
        }
        guard head[60..<64].reduce(0, { $0 << 8 | Int($1) }) <= version else {
            throw FileError("\(shown) was written by a newer version of the tool; use that one, or another path")
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> FileError {
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        return FileError("\(path) cannot be used to remember answers: \(Escaped.line(reason))")
    }

    /// The answer to a request that is remembered, by the request's hash.
    func answer(_ request: String) throws(FileError) -> Answer? {
        do {
            return try queue.read { db in
                let statement = try db.cachedStatement(
                    sql: "SELECT content, prompt_tokens, answer_tokens FROM answers WHERE request = ?")
                return try Row.fetchOne(statement, arguments: [request]).map {
                    Answer(content: $0[0], promptTokens: $0[1], answerTokens: $0[2])
                }
            }
        } catch { throw Self.failure(path, error) }
    }

    func remember(_ request: String, _ answer: Answer) throws(FileError) {
        do {
            try queue.write { db in
                try db.cachedStatement(
                    sql: "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)"
                ).execute(arguments: [request, answer.content, answer.promptTokens, answer.answerTokens])
            }
        } catch { throw Self.failure(path, error) }
    }

    /// Copies everything into a file that is not there yet.
    func copy(to new: String) throws(FileError) {
        do {
            try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [new]) }
        } catch { throw Self.failure(new, error) }
    }

    /// Adds everything that another file remembers and this one does not.
    func gather(_ other: String) throws(FileError) {
        let absolute = URL(fileURLWithPath: other).path
        guard FileManager.default.fileExists(atPath: absolute) else {
            throw FileError("\(other): there is no such file")
        }
        try Self.check(absolute, shown: other)
        do {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [absolute])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                try db.inTransaction(.immediate) {
                    try db.execute(
                        sql: """
                            INSERT OR IGNORE INTO answers SELECT * FROM other.answers;
                            INSERT OR IGNORE INTO vectors SELECT * FROM other.vectors;
                            """)
                    return .commit
                }
            }
        } catch { throw Self.failure(other, error) }
    }

    /// The vectors that are remembered, by the hashes of what they are for.
    func vectors(_ requests: [String]) throws(FileError) -> [String: [Float]] {
        do {
            return try queue.read { db in
                let statement = try db.cachedStatement(sql: "SELECT vector FROM vectors WHERE request = ?")
                var found: [String: [Float]] = [:]
                for request in requests {
                    guard let data = try Data.fetchOne(statement, arguments: [request]) else { continue }
                    found[request] = Self.vector(data)
                }
                return found
            }
        } catch { throw Self.failure(path, error) }
    }

    func remember(_ vectors: [(request: String, vector: [Float])]) throws(FileError) {
        do {
            try queue.write { db in
                let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO vectors VALUES (?, ?)")
                for (request, vector) in vectors {
                    try statement.execute(arguments: [request, Self.data(vector)])
                }
            }
        } catch { throw Self.failure(path, error) }
    }

    /// Four bytes a number, the lowest first.
    private static func data(_ vector: [Float]) -> Data {
        var data = Data(capacity: vector.count * 4)
        for value in vector {
            let bits = value.bitPattern
            for shift in [0, 8, 16, 24] { data.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
        }
        return data
    }

    private static func vector(_ data: Data) -> [Float] {
        let bytes = [UInt8](data)
        return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
        }
    }
}
