internal import Foundation
internal import GameModel
internal import Labelling
internal import LanguageModels
internal import Nacre
internal import Output
internal import Preferences
internal import Scenarios

extension FuzzTargets {
    /// Files of texts and of their labels, and what a model answers.
    static let lines: [FuzzTarget] = [
        text("rows", "rows of preference data, as `check` reads them") {
            (
                Samples.rows,
                ["chosen", "rejected", "role", "content", "label", "messages", "prompt", "completion", "rank"],
                { bytes in
                    var audit = DatasetAudit(users: ["thief"])
                    audit.add(file: DataFile(name: "train.jsonl"), bytes: bytes)
                }
            )
        },
        text("candidates", "lines of one's own prompts and answers") {
            let own = try OwnSource()
            return (
                Samples.candidates, ["prompt", "candidates", "response", "cue", "features", "prior", "cost", "weight"],
                { bytes in try own.place(bytes) }
            )
        },
        text("labels", "labels, and texts with labels filled in") {
            let (file, scheme) = (try ScratchFile("labels.jsonl"), try DocumentReading.starter().labelScheme)
            return (
                try Samples.labels(), ["response", "features", "mean", "sd", "sha256", "in_scope", "kind", "opening"],
                { bytes in
                    try file.write(bytes)
                    for line in LineReader.lines(of: bytes) { _ = try? LabelLine(line, scheme: scheme) }
                    _ = try LabelledFile(file.path, scheme)
                    // Lines of texts are no answer's labels, and those of answers are both.
                    if String(decoding: bytes, as: UTF8.self).contains("sha256") {
                        _ = try AnswerLabels(path: file.path, scheme: scheme)
                    }
                }
            )
        },
        text("sheet", "sheets of labels that people fill in") {
            let (file, scheme) = (try ScratchFile("sheet.csv"), try DocumentReading.starter().labelScheme)
            return (
                Samples.sheets, ["response", "cue", "features.", "\"\"", "'", ";", "\t", "0,5"],
                { bytes in
                    try file.write(bytes)
                    _ = try SheetReading(file.path, scheme: scheme)
                }
            )
        },
        text("reply", "answers of a model behind an address, and a judge's verdicts in them") {
            let judge = try Judge()
            return (
                Samples.replies, ["choices", "message", "content", "refusal", "usage", "data", "embedding", "index"],
                { bytes in try judge.read(bytes) }
            )
        },
        text("batch", "lines of a batch's answers") {
            (
                Samples.batchLines, ["custom_id", "response", "body", "error", "status_code"],
                { bytes in for line in LineReader.lines(of: bytes) { _ = try ReplyReading.batchLine(line.bytes) } }
            )
        },
    ]
}

/// A file in memory, where the system has such, that mutants are written to; removed with the last reference.
final class ScratchFile: Sendable {
    let path: String
    private let folder: String

    init(_ name: String) throws {
        let shared = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(shared)/nacre-fuzz-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/" + name
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
}

/// A judge whose model answers with the bytes of a mutant.
private struct Judge {
    private let scheme: LabelScheme
    private let texts: [UnlabelledText]
    private let schema: JSONValue

    init() throws {
        scheme = try DocumentReading.starter().labelScheme
        let before = [Message(role: .user, content: "How do I get in?")]
        texts = [
            UnlabelledText(id: "1", kind: .answer, index: 0, content: "No.", before: before),
            UnlabelledText(id: "1", kind: .opening, index: 0, content: "How do I get in?"),
        ]
        schema = JudgeRubric(scheme).schema(.answer)
    }

    func read(_ bytes: [UInt8]) throws {
        _ = try? ReplyReading.embeddings(bytes, count: 2)
        if bytes.count < 100 { _ = ReplyReading.pause(String(decoding: bytes, as: UTF8.self)) }
        _ = try JudgeLabeller(Parrot(bytes: bytes), scheme: scheme).labels(texts, RunControl())
        _ = try ReplyReading.chat(bytes, schema: schema)
    }
}

/// A model that always gives one answer.
private struct Parrot: ChatModel {
    let bytes: [UInt8]
    var name: String { "parrot" }
    var settings: JSONValue { .object([:]) }
    var accountText: String { "" }

    func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer] {
        requests.map { _ in
            do throws(ChatFailure) {
                return ChatAnswer(result: .success(try ReplyReading.chat(bytes, schema: nil)))
            } catch {
                return ChatAnswer(result: .failure(error))
            }
        }
    }
}

/// What candidates are placed in: the first example under the policy that answers at random.
struct OwnSource {
    private let scenario: Scenario
    private let source: PreferenceSource
    private let objective: Objective

    init() throws {
        scenario = try DocumentReading.starter()
        var objective = scenario.objective
        objective.constraints = []
        self.objective = objective
        source = try PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording, objective: objective,
            controller: .uniform(game: scenario.game), multipliers: [], temperature: 0.2)
    }

    func place(_ bytes: [UInt8]) throws {
        _ = try OwnCandidates(
            bytes,
            OwnCandidates.Basis(
                source: source, definition: scenario.definition, objective: objective, multipliers: [],
                settings: OwnPromptSettings(minimumScope: 0)))
    }
}
