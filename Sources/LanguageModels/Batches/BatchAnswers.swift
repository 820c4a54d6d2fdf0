internal import Foundation
internal import GRDB
public import GameModel
internal import InputErrors
public import Output
internal import Synchronization

/// The answers of a batch, as a model that has answered already.
///
/// Lines may stand in any order and in several files. They are kept in a temporary file, not in memory. Of several usable answers to one
/// request the one counts that comes first by its bytes, so that the order of lines decides nothing.
public final class BatchAnswers: ChatModel {
    /// What stood in the files.
    public struct Counts: Sendable, Equatable {
        public var lines = 0
        /// Lines that are no answer of a batch.
        public var unreadable = 0
        /// Errors, and answers without content.
        public var failed = 0
        /// Further lines about a request that had one.
        public var duplicates = 0
        /// Lines with a `custom_id` that `label requests` does not write.
        public var foreign = 0

        public init() {}
    }

    public let counts: Counts
    /// The first line that could not be read or that reports an error, with its place; nil where all is well.
    public let firstProblem: String?
    /// The model as the answers name it; several are joined by commas.
    public let name: String
    /// SHA-256 of each file, in hexadecimal.
    public let hashes: [String]
    /// How many answers there are to one request, at most.
    public let samples: Int
    private let queue: DatabaseQueue
    private let missing = Mutex(0)

    /// Reads the files.
    ///
    /// - Throws: `InputError` where no line is an answer, `FileError` where a file cannot be read, `InterruptedError` where the control
    ///   asks to stop.
    /// - Complexity: one pass over each file in bounded memory.
    public init(_ paths: [String], _ control: RunControl = RunControl()) throws {
        queue = try Self.makeQueue()
        var reading = BatchReading(queue)
        hashes = try paths.map { try reading.read($0, control) }
        try reading.flush()
        (counts, firstProblem, samples) = (reading.counts, reading.firstProblem, reading.samples)
        name = reading.models.sorted().joined(separator: ", ")
        guard counts.lines > counts.unreadable else {
            throw InputError(
                firstProblem ?? "\(paths.joined(separator: ", ")): has no lines; a batch's answers are needed")
        }
    }

    private static func makeQueue() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // 64 MiB of pages; the file goes with the process, so nothing has to survive.
            try db.execute(sql: "PRAGMA cache_size = -65536; PRAGMA synchronous = OFF")
        }
        // A database without a name is a temporary file.
        let queue = try DatabaseQueue(path: "", configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE answers (
                        request TEXT NOT NULL, sample INTEGER NOT NULL, content TEXT, failure TEXT,
                        prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,
                        PRIMARY KEY (request, sample)) STRICT, WITHOUT ROWID
                    """)
        }
        return queue
    }

    public var settings: JSONValue {
        .object([
            "model": .string(name), "answers_sha256": .strings(hashes),
            "lines": .integer(counts.lines), "unreadable": .integer(counts.unreadable),
            "failed": .integer(counts.failed), "duplicates": .integer(counts.duplicates),
            "foreign": .integer(counts.foreign),
        ])
    }

    /// Answers that no request asked for so far.
    public func unused() throws -> Int {
        try queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM answers WHERE used = 0") ?? 0 }
    }

    public var accountText: String {
        let count = Format.count
        var text = "batch: \(count(counts.lines)) lines; \(count(counts.failed)) report an error, "
        text += "\(count(counts.duplicates)) are about a request that had one, "
        text += "\(count(counts.foreign + counts.unreadable)) are no answers to such requests\n"
        text += "missing: \(count(missing.withLock { $0 })) answers; to no text here: \(count((try? unused()) ?? 0))\n"
        if let firstProblem { text += "the first problem: \(Escaped.line(firstProblem))\n" }
        return text
    }

    public func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer] {
        try queue.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE answers SET used = 1 WHERE request = ? AND sample = ?
                    RETURNING content, failure, prompt_tokens, answer_tokens
                    """)
            return try requests.map { request in
                let row = try Row.fetchOne(statement, arguments: [try ChatBody.name(request), request.sample])
                guard let row else {
                    missing.withLock { $0 += 1 }
                    return ChatAnswer(result: .failure(ChatFailure(.notAsked, "the batch has no answer to it")))
                }
                return ChatAnswer(
                    result: Self.result(row, schema: request.schema), promptTokens: row[2], answerTokens: row[3],
                    isRemembered: true)
            }
        }
    }

    private static func result(_ row: Row, schema: JSONValue?) -> Result<String, ChatFailure> {
        guard let content: String = row[0] else {
            return .failure(ChatFailure(.unusable, row[1] ?? "the answer has no content"))
        }
        guard let schema else { return .success(content) }
        do throws(SchemaProblem) { _ = try SchemaCheck(schema).value(in: content) } catch {
            let shown = RequestVerdict.excerpt(Array(content.utf8), key: nil)
            return .failure(ChatFailure(.unusable, "the answer \(error.description)\(shown)"))
        }
        return .success(content)
    }
}

/// Reads the lines of batches into a table, some thousand at a time.
private struct BatchReading {
    private let queue: DatabaseQueue
    private var waiting: [(name: String, sample: Int, result: Result<ChatReply, ChatFailure>)] = []
    var counts = BatchAnswers.Counts()
    var firstProblem: String?
    var models: Set<String> = []
    var samples = 0

    private static let together = 4096
    /// More names of models than these are not listed.
    private static let mostModels = 8

    init(_ queue: DatabaseQueue) { self.queue = queue }

    /// - Returns: the file's hash.
    mutating func read(_ path: String, _ control: RunControl) throws -> String {
        var reading = self
        defer { self = reading }
        try InputFile.check(path, what: "file of answers")
        return try LineReader.read(path: path) { number, bytes in
            if control.shouldStop() { throw InterruptedError() }
            reading.take(bytes, "\(path):\(number)")
            if reading.waiting.count >= Self.together { try reading.flush() }
            if reading.counts.lines % 10_000 == 0 { control.progress(RunProgress(steps: reading.counts.lines)) }
        }.sha256
    }

    private mutating func take(_ bytes: [UInt8], _ place: String) {
        counts.lines += 1
        do throws(InputError) {
            let line = try BatchLine(bytes)
            guard let (name, sample) = BatchRequest.parts(line.id) else {
                counts.foreign += 1
                return
            }
            switch line.result {
            case .success(let reply):
                if let model = reply.model, models.count < Self.mostModels { models.insert(model) }
            case .failure(let failure):
                counts.failed += 1
                note("\(place): \(failure)")
            }
            samples = max(samples, sample + 1)
            waiting.append((name, sample, line.result))
        } catch {
            counts.unreadable += 1
            note("\(place): \(error)")
        }
    }

    private mutating func note(_ problem: String) { if firstProblem == nil { firstProblem = problem } }

    mutating func flush() throws {
        let lines = waiting
        let added = try queue.write { db -> Int in
            let insert = try db.cachedStatement(
                sql: "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING")
            let better = try db.cachedStatement(
                sql: """
                    UPDATE answers SET content = ?3, failure = ?4, prompt_tokens = ?5, answer_tokens = ?6
                    WHERE request = ?1 AND sample = ?2 AND ?3 IS NOT NULL AND (content IS NULL OR ?3 < content)
                    """)
            var added = 0
            for (name, sample, result) in lines {
                let reply = try? result.get()
                let failure: String? = if case .failure(let failure) = result { failure.description } else { nil }
                let arguments: StatementArguments = [
                    name, sample, reply?.content, failure, reply?.promptTokens ?? 0, reply?.answerTokens ?? 0,
                ]
                try insert.execute(arguments: arguments)
                if db.changesCount > 0 { added += 1 } else { try better.execute(arguments: arguments) }
            }
            return added
        }
        counts.duplicates += lines.count - added
        waiting.removeAll(keepingCapacity: true)
    }
}
