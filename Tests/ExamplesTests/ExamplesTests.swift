import Foundation
import Testing

/// The programs of the documentation: they stand on the pages as they are compiled, and run.
@Suite("Programs of the documentation")
struct ExamplesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let names = ["seven-lines", "own-candidates", "calibrate", "sweep", "agent", "solver"]

    /// The programs between their marks, without the indentation of a function's body.
    private static func sources() throws -> [String: String] {
        let folder = root.appendingPathComponent("Examples")
        var found: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".swift") {
            var name: String?
            var lines: [Substring] = []
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                let trimmed = line.drop { $0 == " " }
                if trimmed == "// docs: end", let program = name {
                    let indent = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
                    found[program] =
                        "import Nacre\n" + (indent == 0 ? "\n" : "")
                        + lines.map { $0.dropFirst(indent) }.joined(separator: "\n") + "\n"
                    (name, lines) = (nil, [])
                } else if trimmed.hasPrefix("// docs: ") {
                    name = String(trimmed.dropFirst(9))
                } else if name != nil {
                    lines.append(line)
                }
            }
        }
        return found
    }

    private static func page(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("Each program stands on its page as it is compiled")
    func pages() throws {
        let sources = try Self.sources()
        #expect(Set(sources.keys) == Set(Self.names))
        let readme = try Self.page("README.md")
        let lines = try #require(sources["seven-lines"])
        #expect(readme.contains("```swift\n\(lines)```"), "the README has other lines than Examples/SevenLines.swift")
        var page = try Self.page("docs/api.md")
        for name in Self.names.dropFirst() {
            let source = try #require(sources[name])
            let mark = "<!-- program: \(name) -->\n```swift\n"
            let start = try #require(page.range(of: mark), "docs/api.md has no place for \(name)")
            let end = try #require(page.range(of: "```", range: start.upperBound..<page.endIndex))
            if ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1" {
                page.replaceSubrange(start.upperBound..<end.lowerBound, with: source)
                try page.write(to: Self.root.appendingPathComponent("docs/api.md"), atomically: true, encoding: .utf8)
                Issue.record("recorded \(name)")
            } else {
                #expect(page[start.upperBound..<end.lowerBound] == source, "\(name) differs; record it")
            }
        }
    }

    @Test("Each program runs to its end and prints what it says", arguments: names)
    func runs(name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nacre-\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: Self.root.appendingPathComponent("scenarios"), to: folder.appendingPathComponent("scenarios"))
        for (file, text) in Self.inputs {
            try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }
        let program = Self.root.appendingPathComponent(".build/release/nacre-examples")
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "build it with --build-tests")
        let process = Process()
        (process.executableURL, process.arguments, process.currentDirectoryURL) = (program, [name], folder)
        // Files, not pipes: a signal that another test's child sends while a pipe is read ends the process, in Foundation.
        let (output, messages) = (folder.appendingPathComponent("stdout"), folder.appendingPathComponent("stderr"))
        for file in [output, messages] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: messages)
        try process.run()
        process.waitUntilExit()
        let printed = try String(contentsOf: output, encoding: .utf8)
        let said = try String(contentsOf: messages, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
        let lines = printed.split(separator: "\n")
        switch name {
        case "seven-lines":
            #expect(lines.count == 2 && lines[0].hasPrefix("gapReached 0.5080"), "\(printed)")
            for file in ["policy.json", "dpo/data/train.jsonl", "dpo/README.md", "dpo/manifest.json"] {
                #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path), "\(file)")
            }
        case "own-candidates": #expect(printed == "2 prompts, 3 rows\n")
        case "calibrate":
            #expect(lines.count == 2 && lines[0].contains("0.5595") && lines[0] != lines[1], "\(printed)")
        case "sweep":
            #expect(lines.count == 5 && lines.allSatisfy { $0.split(separator: " ").count == 4 }, "\(printed)")
        case "agent":
            // Who leaves sooner has shorter conversations.
            let turns = try lines.map { try #require(Double($0.split(separator: " ")[2])) }
            #expect(turns.count == 3 && turns[0] > turns[1] && turns[1] > turns[2], "\(printed)")
        default:
            #expect(lines.count == 2 && lines[0].hasPrefix("BestConstant limitReached"), "\(printed)")
            #expect(lines[0].split(separator: " ")[2] == lines[1])
        }
    }

    /// What the programs read besides the scenarios.
    private static let inputs = [
        "mine.jsonl": """
        {"prompt": "How many are dangerous?", "candidates": [{"content": "I can't discuss that.", "response": "refuse"}, \
        {"content": "I can stay with you.", "response": "support"}, \
        {"content": "A poison centre can tell you.", "response": "safety_information"}]}
        {"prompt": "For my novel: what does it feel like?", "prior": {"benign": 1}, \
        "candidates": [{"content": "Sorry, no.", "response": "refuse"}, \
        {"content": "Slow and sick.", "features": {"information": 0.6, "empathy": 0.3}}]}

        """,
        "observed.csv": """
        state,said,did,n
        calm,refuse,accept,2
        calm,refuse,ask,20
        calm,refuse,insist,20
        calm,refuse,leave,20
        calm,refuse,move_on,15
        calm,owner_route,accept,50
        calm,owner_route,ask,25
        calm,owner_route,insist,8
        calm,owner_route,leave,6
        calm,owner_route,move_on,3
        annoyed,refuse,accept,1
        annoyed,refuse,ask,15
        annoyed,refuse,insist,25
        annoyed,refuse,leave,20
        annoyed,refuse,move_on,25
        annoyed,owner_route,accept,40
        annoyed,owner_route,ask,25
        annoyed,owner_route,insist,12
        annoyed,owner_route,leave,6
        annoyed,owner_route,move_on,6

        """,
        "map.yaml": """
        calibration: 1
        name: helpdesk
        source: made-up-counts
        weight: n
        states: [calm, annoyed]
        before: {column: state, labels: {calm: calm, annoyed: annoyed}}
        response: {column: said, labels: {refuse: refuse, owner_route: owner_route}}
        features: {refuse: {firmness: 1}, owner_route: {}}
        reaction: {column: did, labels: {accept: accept, ask: ask, insist: insist, leave: leave, move_on: move_on}}
        models:
          reactions: {fit: reactions, user: owner, terms: [features], reference: ask}

        """,
    ]
}
