import ExampleScenarios
import Foundation
import Nacre
import Testing

/// Says what a rule says.
private struct RuleModel: ChatModel {
    let name = "rule"
    let rule: @Sendable (ChatRequest) -> Result<String, ChatFailure>

    func answers(_ requests: [ChatRequest], _ control: RunControl) throws -> [ChatAnswer] {
        requests.map { ChatAnswer(result: rule($0)) }
    }
}

/// Knows the scenario's own texts, and takes others for each response alike.
private struct VerbatimLabeller: TextLabeller {
    let name = "verbatim/1"
    let scheme: LabelScheme
    let texts: Texts

    init(_ scenario: Scenario) {
        scheme = LabelScheme(scenario: scenario.name, game: scenario.game)
        texts = scenario.wording
    }

    func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel] {
        texts.map { text in
            let known = self.texts.responses.indices.filter { response in
                self.texts.responses[response].contains { $0.contains(text.content) }
            }
            let count = Double(scheme.responses.count)
            return TextLabel(
                response: scheme.responses.indices.map { index in
                    known.isEmpty ? 1 / count : known.contains(index) ? 1 / Double(known.count) : 0
                }, isAbstained: known.isEmpty, labeller: name)
        }
    }
}

@Suite("Conversations at the table, from the request to the files")
struct PlayTests {
    private let scenario: Scenario

    init() throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }?.text)
        scenario = try Scenario.parse(text, file: "self-harm-question.yaml")
    }

    /// Refuses half of the time; the other half it says something that nobody has labelled.
    private func model() -> PlayRequest.Player {
        let refusal = scenario.wording.responses[0][0][0]
        return .model(
            RuleModel { request in
                if request.sample % 5 == 4 { return .failure(ChatFailure(.unavailable, "no connection")) }
                let refuses = (request.sample + request.messages.count) % 2 == 0
                return .success(refuses ? refusal : "\u{1B}[31mWell \u{202E}…")
            }, VerbatimLabeller(scenario))
    }

    private func folder() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("nacre-play-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }

    @Test("With a policy the document is that of a simulation, with the conversations")
    func policy() throws {
        var request = PlayRequest(.policy("reference"))
        (request.episodes, request.seed, request.compare) = (200, 3, ["uniform"])
        let json = try request.run(scenario).json()
        let job = SimulationJob(
            scenario: scenario, policies: try ["reference", "uniform"].map { try NamedPolicy($0, scenario: scenario) },
            episodes: 200, seed: 3, recordsTurns: false)
        let simulated = try job.run(store: nil, control: RunControl(), console: SilentConsole()) { _ in }.json()
        for key in ["format", "scenario", "game_hash", "policy", "episodes", "seed", "complete"] {
            #expect(json[key] == simulated[key], "\(key)")
        }
        for user in scenario.game.users {
            for outcome in scenario.game.outcomes {
                #expect(json["outcomes"]?[user]?[outcome.name] == simulated["outcomes"]?[user]?[outcome.name])
            }
        }
        for key in ["payoff", "safe", "turns"] {
            for member in ["mean", "se"] {
                let (found, expected) = (json[key]?[member]?.doubleValue, simulated[key]?[member]?.doubleValue)
                #expect(abs((found ?? .nan) - (expected ?? .nan)) < 1e-12, "\(key).\(member)")
            }
        }
        // Played minus the other, where a simulation has the other minus the first.
        let (difference, expected) = (
            json["compared"]?.arrayValue?.first?["difference"]?["payoff"]?["mean"]?.doubleValue,
            simulated["compared"]?.arrayValue?.first?["difference"]?["payoff"]?["mean"]?.doubleValue
        )
        #expect(abs((difference ?? .nan) + (expected ?? .nan)) < 1e-12)
        let conversations = try #require(json["conversations"]?.arrayValue)
        #expect(conversations.count == 200)
        let keys: Set = ["episode", "user", "outcome", "messages", "turns", "payoff"]
        #expect(conversations.allSatisfy { Set($0.objectValue?.keys.map { $0 } ?? []) == keys })
    }

    @Test("Texts for people stay within 80 columns and show what cannot be seen")
    func text() throws {
        var request = PlayRequest(model())
        (request.episodes, request.compare) = (12, ["reference"])
        let text = try request.run(scenario).text()
        #expect(text.split(separator: "\n").prefix { !$0.hasPrefix("Played") }.allSatisfy { $0.count <= 80 })
        #expect(text.contains(#"\u{1B}[31mWell \u{202E}…"#) && !text.unicodeScalars.contains("\u{1B}"))
        #expect(text.contains("Not finished, and left out of every figure: 2\n  2: no connection"))
        #expect(text.contains("They are not people."))
        for part in ["variance saved", "error of labels", "with control variate", "reference", "doubtful"] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test("Files: conversations with labels that are read back, candidates, tables, and a store with the same episodes")
    func files() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let policy = folder.appendingPathComponent("policy.json").path
        try scenario.solve(.belief(gap: 0.5)).write(to: policy)
        var request = PlayRequest(model())
        (request.episodes, request.samples, request.compare, request.solved) = (20, 3, [], policy)
        request.store = folder.appendingPathComponent("runs.sqlite").path
        let report = try request.run(scenario)
        #expect(report.episodes == 16 && report.mayPass && !report.isStopped)
        let out = folder.appendingPathComponent("out").path
        let written = try OutputFolder(path: out, replaces: false)
        try report.write(to: written)
        try written.commit()
        let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        #expect(
            names == [
                "candidates.jsonl", "conversations.jsonl", "datapackage.json", "metrics.csv", "outcomes.csv",
                "play.json", "regret.csv", "strategies.csv",
            ])
        try read(out, report)
        let store = try Store(path: request.store ?? "", access: .read)
        let run = try store.runs()[0]
        let contents = try store.contents(of: run.id)
        #expect(run.status == .interrupted && contents.episodes.count == 16)
        let ended = report.conversations.filter { $0.outcome != nil }
        #expect(contents.episodes.map(\.payoff) == ended.map(\.payoff))
        #expect(contents.turns.count == ended.reduce(0) { $0 + $1.turns.count })
        #expect(throws: InputError.self) {
            try SimulationJob(resuming: store.run(run.id), in: "runs.sqlite", note: { _ in })
        }
        try store.close()
        // Numbers have gaps, where conversations were not finished; none of the others is left out.
        let credited = try AnnotateRequest(.run(run.id.number, store: request.store ?? ""))
            .annotate(scenario, to: folder.appendingPathComponent("credit").path)
        #expect(contents.episodes.last.map { $0.episode > 15 } == true)
        #expect(credited.conversations == 16 && credited.rejects.isEmpty)
        let regret = try #require(report.json()["regret"])
        let rows = try #require(regret["rows"]?.arrayValue)
        let sum = rows.reduce(0) { $0 + ($1["loss"]?.doubleValue ?? 0) }
        #expect(abs(sum - (regret["total"]?["mean"]?.doubleValue ?? .nan)) < 1e-9)
    }

    /// Reads the lines back as labelled texts.
    private func read(_ out: String, _ report: PlayReport) throws {
        let scheme = LabelScheme(scenario: scenario.name, game: scenario.game)
        func lines(_ name: String) throws -> [LabelLine] {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(name)")))
            return try LineReader.jsonLines(of: bytes).map { try LabelLine($0, scheme: scheme) }
        }
        let conversations = try lines("conversations.jsonl")
        #expect(conversations.count == 20)
        for (line, conversation) in zip(conversations, report.conversations) {
            let answers = line.entries.filter { $0.text.kind == .answer }
            #expect(answers.map(\.text.content) == conversation.turns.map(\.answer))
            for (answer, turn) in zip(answers, conversation.turns) {
                // A distribution is brought to the sum 1 where it is read.
                let shares = answer.given?.response ?? []
                #expect(shares.count == turn.meaning.response.count)
                #expect(zip(shares, turn.meaning.response).allSatisfy { abs($0 - $1) < 1e-15 })
            }
            #expect(answers.map { $0.given?.features?.map(\.mean) } == conversation.turns.map(\.meaning.features))
            #expect(line.entries[0].given?.cue?.firstIndex(of: 1) == conversation.openingCue)
        }
        let candidates = try lines("candidates.jsonl")
        let samples = try #require(report.samples)
        #expect(candidates.count == samples.prompts.count && !candidates.isEmpty)
        #expect(Set(candidates.map(\.id)).count == candidates.count)
        for (line, prompt) in zip(candidates, samples.prompts) {
            let answers = line.entries.filter { $0.text.kind == .answer && $0.text.index < prompt.answers.count }
            #expect(answers.map(\.text.content) == prompt.answers && answers.allSatisfy { $0.given == nil })
            let history = line.entries.filter { $0.text.kind != .answer || $0.text.index >= prompt.answers.count }
            #expect(history.count == 2 * prompt.turn + 1 && history.allSatisfy { $0.given != nil })
        }
    }

    @Test("One type of users, whose share is then everything; a type that is misspelt is asked about")
    func oneType() throws {
        var request = PlayRequest(.policy("uniform"))
        (request.episodes, request.user) = (50, "malicious")
        let report = try request.run(scenario)
        #expect(report.conversations.allSatisfy { scenario.game.users[$0.user] == "malicious" })
        request.user = "malicous"
        let problem = #expect(throws: InputError.self) { try request.run(scenario) }
        #expect(problem?.description == "there is no user type 'malicous'; did you mean malicious?")
    }

    @Test(
        "The log is read by Inspect",
        .enabled(if: InspectReader.isThere, "python3 has no inspect_ai; name one that has with NACRE_PYTHON"))
    func inspect() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var request = PlayRequest(model())
        request.episodes = 10
        let report = try request.run(scenario)
        let file = folder.appendingPathComponent("log.json").path
        try OutputFile(path: file, replaces: false).write(
            try report.inspectLog(at: "2026-11-29T03:00:00Z").text(.indented) + "\n")
        let read = try JSONValue(parsing: try InspectReader.read(file))
        #expect(read["status"]?.stringValue == "success" && read["model"]?.stringValue == "model:rule")
        #expect(read["samples"]?.integerValue == 10 && read["errors"]?.integerValue == 2)
        let payoff = report.tally.payoff?.value ?? .nan
        #expect(abs((read["payoff"]?.doubleValue ?? .nan) - payoff) < 1e-12)
        #expect(read["messages"]?.integerValue == report.conversations.reduce(0) { $0 + $1.messages.count })
    }
}

/// Asks Python's inspect_ai what it reads.
private enum InspectReader {
    static let script = """
        import json, sys
        from inspect_ai.log import read_eval_log
        log = read_eval_log(sys.argv[1])
        scored = [s.scores["payoff"].value for s in log.samples if s.scores]
        print(json.dumps({
            "status": log.status, "model": log.eval.model, "samples": len(log.samples),
            "errors": sum(s.error is not None for s in log.samples), "payoff": sum(scored) / len(scored),
            "messages": sum(len(s.messages) for s in log.samples)}))
        """

    static let isThere = (try? run(["-c", "import inspect_ai"])) != nil

    static func read(_ file: String) throws -> String { try run(["-c", script, file]) }

    private struct Failed: Error {}

    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let python = ProcessInfo.processInfo.environment["NACRE_PYTHON"]
        process.executableURL = URL(fileURLWithPath: python ?? "/usr/bin/env")
        process.arguments = (python == nil ? ["python3"] : []) + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
        return String(decoding: text, as: UTF8.self)
    }
}
