internal import InputErrors
public import Output

/// The conversations of a file as lines of JSON with `messages`, whatever the file's own form: JSON lines as they are (with ShareGPT's
/// `conversations` beside `messages`), or an evaluation log of Inspect, a sample a line.
///
/// Sources: inspect_ai 0.3.285, class EvalLog (its JSON form; `.eval` archives are converted by `inspect log convert --to json`); ShareGPT's
/// form as trainers read it, `conversations: [{"from": "human" | "gpt" | "system", "value": …}]`.
public enum ConversationLines {
    /// An Inspect log is one document, which has to be held: 1 GiB.
    public static let largestLog = 1 << 30

    /// Calls `body` with every conversation: its number from 1 and its bytes.
    ///
    /// - Throws: as `LineReader.read` does; `InputError` for an archive, and for a log whose samples cannot be read.
    /// - Complexity: O(bytes) time; the memory of a line, of a log all of it.
    @discardableResult
    public static func read(
        path: String, _ body: (Int, [UInt8]) throws -> Void
    ) throws -> LineReader.Summary {
        var (log, isLog, isFirst) = ([UInt8](), false, true)
        try InputFile.check(path, what: "file of texts")
        let summary = try LineReader.read(path: path) { number, bytes in
            defer { isFirst = false }
            if isFirst, bytes.starts(with: Array("PK".utf8)) {
                throw InputError("\(path): is an archive; `inspect log convert --to json` makes it readable")
            }
            if isLog || (isFirst && isBeginOfLog(bytes)) {
                isLog = true
                log += bytes + [0x0A]
                guard log.count <= largestLog else {
                    throw InputError("\(path): is a log of more than \(largestLog) bytes; split it")
                }
                return
            }
            if isFirst, let problem = TextLine(number: number, bytes: bytes).documentProblem {
                throw InputError(problem.located(in: path))
            }
            try body(number, bytes)
        }
        guard isLog else { return summary }
        for (index, sample) in try samples(log, path).enumerated() { try body(index + 1, try line(sample).bytes()) }
        return summary
    }

    /// A log is a document over many lines, or one whose only line has samples.
    private static func isBeginOfLog(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x09 }), first == UInt8(ascii: "{") else {
            return false
        }
        guard let value = try? JSONValue(strictly: bytes) else {
            // One line that is no document, but could begin one.
            return bytes.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }.count == 1
        }
        return value["samples"] != nil && value["messages"] == nil
    }

    private static func samples(_ bytes: [UInt8], _ path: String) throws -> [JSONValue] {
        let document: JSONValue
        do { document = try JSONValue(strictly: bytes) } catch { throw InputError("\(path): is not JSON: \(error)") }
        guard let samples = document["samples"]?.arrayValue else {
            throw InputError(
                "\(path): is a JSON document without samples, which a log of Inspect has; conversations are one JSON object a line"
            )
        }
        return samples
    }

    /// A sample as a line: its messages, and what `play` wrote of them.
    private static func line(_ sample: JSONValue) -> JSONValue {
        let own = sample["metadata"]?["turns"]?.arrayValue ?? []
        var (messages, answers) = ([JSONValue](), 0)
        var isOpening = true
        for item in sample["messages"]?.arrayValue ?? [] {
            guard let role = item["role"]?.stringValue, role != "tool" else { continue }
            var members: [String: JSONValue] = [
                "role": .string(role), "content": item["content"].map(text) ?? .null,
            ]
            if role == "assistant" {
                if own.indices.contains(answers) {
                    members["response"] = own[answers]["response"]
                    members["features"] = own[answers]["features"]
                }
                answers += 1
            } else if role == "user" {
                if own.indices.contains(answers) { members["cue"] = own[answers]["cue"] }
                if !isOpening, answers > 0, own.indices.contains(answers - 1) {
                    members["reaction"] = own[answers - 1]["shown"] ?? own[answers - 1]["reaction"]
                }
                isOpening = false
            }
            messages.append(.object(members.filter { $0.value != .null || $0.key == "content" }))
        }
        var members: [String: JSONValue] = ["messages": .array(messages)]
        members["id"] = identity(of: sample)
        members["user"] = sample["metadata"]?["user"]
        members["outcome"] = sample["metadata"]?["outcome"]
        return .object(members)
    }

    /// The sample's id; of its repetitions (epochs) from the second on with their number, since ids must differ.
    private static func identity(of sample: JSONValue) -> JSONValue? {
        guard let epoch = sample["epoch"]?.integerValue, epoch > 1 else { return sample["id"] }
        let id = sample["id"].flatMap { $0.stringValue ?? $0.integerValue.map { "\($0)" } } ?? ""
        return .string("\(id) (epoch \(epoch))")
    }

    /// The text of a message, whose parts may be of several kinds.
    private static func text(_ content: JSONValue) -> JSONValue {
        guard let parts = content.arrayValue else { return content }
        return .string(parts.compactMap { $0["text"]?.stringValue }.joined(separator: "\n"))
    }
}
