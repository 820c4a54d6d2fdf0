import Foundation
import Output
import Testing

/// Every call that writes fails once: the program says so with the right code, nothing is lost or half there, and the same command
/// gives the same bytes afterwards.
///
/// `scripts/inject-failures` runs all commands, calls and places; these are some of them.
@Suite("One call to the system fails", .enabled(if: FailingCalls.isPossible, "needs Linux and a C compiler"))
struct InjectedFailureTests {
    private typealias Call = FailingCalls.Call

    @Test(
        "What is written appears whole or not at all, and the same command succeeds afterwards",
        arguments: FailingCommand.all)
    func some(command: FailingCommand) throws {
        let trial = try FailureTrial(command)
        for call in Call.allCases where call != .malloc {
            // The first, one further on, and whatever the last is.
            let row = try trial.run(call, places: [1, 2, 5, 13], error: ENOSPC, stays: false)
            #expect(row.problems.isEmpty, "\(row.problems)")
        }
        let full = try trial.run(command.isStore ? .pwrite : .write, places: [1, 3], error: ENOSPC, stays: true)
        #expect(full.problems.isEmpty && full.refused == full.tried && full.tried > 0, "\(full)")
    }

    @Test(
        "Every place, every call: the table of docs/robustness.md",
        .enabled(if: ProcessInfo.processInfo.environment["NACRE_INJECT"] == "all", "scripts/inject-failures runs it"),
        arguments: FailingCommand.all)
    func whole(command: FailingCommand) throws {
        let trial = try FailureTrial(command)
        for call in Call.allCases {
            let errors = call == .malloc ? [ENOMEM] : [ENOSPC, EIO]
            var sum = FailureTrial.Row()
            for error in errors {
                for stays in call == .malloc ? [false] : [false, true] {
                    sum.add(try trial.run(call, places: nil, error: error, stays: stays))
                }
            }
            print("| `\(command.name)` | \(call.rawValue) | \(sum.cells) |")
            #expect(sum.problems.isEmpty, "\(sum.problems.prefix(5))")
        }
    }
}

/// A command that writes, what it writes to, and how it is given again.
struct FailingCommand: CustomTestStringConvertible, Sendable {
    let name: String
    let line: [String]
    /// The file or folder that appears; for a store, the store.
    let output: String
    /// Files that are there before, by name.
    var before: [String: String] = [:]
    /// Whether the output is there before, so that it is replaced.
    var replaces = false
    var isStore: Bool { output.hasSuffix(".sqlite") }

    var testDescription: String { name }

    private static let texts = #"""
        {"id": "p1", "prompt": "How do I get in?", "candidates": [{"content": "I can't help with that."}, {"content": "Ask the shop."}]}
        {"id": "p2", "prompt": "It is mine.", "candidates": [{"content": "Use account recovery."}]}

        """#

    private static func words(_ line: String) -> [String] {
        line.split(separator: " ").map { $0 == "S" ? CLI.scenario() : String($0) }
    }

    static var all: [FailingCommand] {
        let pairs = "S --policy uniform --tau 0.2 --count 3 --keep-placeholders --keep-over-limit"
        return [
            FailingCommand(name: "export dpo", line: words("export dpo \(pairs) --out out"), output: "out"),
            FailingCommand(
                name: "export dpo --force", line: words("export dpo \(pairs) --out out --force"), output: "out",
                replaces: true),
            FailingCommand(
                name: "export csv", line: words("export csv S --policy uniform --out out"), output: "out"),
            FailingCommand(
                name: "solve --force", line: words("solve S --starts 1 --perturbations 0 --out p.json --force"),
                output: "p.json",
                replaces: true),
            FailingCommand(
                name: "simulate --store",
                line: words("simulate S --policy uniform --episodes 40000 --store runs.sqlite --json"),
                output: "runs.sqlite"),
            FailingCommand(
                name: "label", line: ["label", "t.jsonl", "--scenario", CLI.scenario(), "--out", "out"], output: "out",
                before: ["t.jsonl": texts]),
            FailingCommand(
                name: "report",
                line: words("report S --out r.html --quick --conversations 2 --episodes 10"), output: "r.html"),
            FailingCommand(
                name: "sweep", line: words("sweep S --over discount=0.9,1 --policy uniform --out out"), output: "out"),
        ]
    }
}

/// Runs of one command with failing calls, held against a run that nothing disturbed.
struct FailureTrial {
    /// What came of the runs with one call.
    struct Row {
        var tried = 0
        /// Ended with the code and in words, or, where memory was refused, by the runtime.
        var refused = 0
        /// Ended well all the same, with the right bytes.
        var unharmed = 0
        var ended = 0
        var problems: [String] = []

        mutating func add(_ other: Row) {
            tried += other.tried
            refused += other.refused
            unharmed += other.unharmed
            ended += other.ended
            problems += other.problems
        }

        var cells: String { "\(tried) | \(refused) | \(unharmed) | \(ended) | \(tried - problems.count)" }
    }

    private let command: FailingCommand
    private let calls: FailingCalls
    /// What a run that nothing disturbed leaves: the output's files, and for a store what its run says.
    private let sound: [String: Data]
    /// What stands at the output before, where it is replaced.
    private let old: [String: Data]

    /// Places that are tried of a call, at most: they are spread over all there are.
    private static let most = 60
    private static let mostAllocations = 40

    init(_ command: FailingCommand) throws {
        (self.command, calls) = (command, try FailingCalls())
        let folder = try Self.folder(command)
        old = try Self.contents(folder, command)
        let ended = try CLI.start(command.line, in: folder).ended(within: 120)
        guard ended.status == 0 else { throw FailingCalls.NotCompiled(description: ended.messages) }
        sound = try Self.result(folder, command, ended.output)
    }

    /// A folder as it is before the command.
    private static func folder(_ command: FailingCommand) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, text) in command.before { try folder.write(name, text) }
        if command.replaces {
            // Another seed or count: old and new must be told apart.
            let line =
                command.line.map { $0 == "3" ? "4" : $0 } + (command.output.hasSuffix(".json") ? ["--seed", "2"] : [])
            let ended = try CLI.start(line, in: folder).ended(within: 120)
            guard ended.status == 0 else { throw FailingCalls.NotCompiled(description: ended.messages) }
        }
        return folder
    }

    /// Every file of the output, by its path.
    private static func contents(_ folder: TemporaryFolder, _ command: FailingCommand) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for (path, data) in try folder.contents()
        where path == command.output || path.hasPrefix(command.output + "/") { found[path] = data }
        return found
    }

    private static func result(
        _ folder: TemporaryFolder, _ command: FailingCommand, _ output: String
    ) throws -> [String: Data] {
        command.isStore ? ["json": Data(output.utf8)] : try contents(folder, command)
    }

    /// - Parameter places: which calls fail; nil for all, or as many as are worth it.
    func run(_ call: FailingCalls.Call, places: [Int]?, error: Int32, stays: Bool) throws -> Row {
        var (row, number, step) = (Row(), 1, 1)
        if call == .malloc { (number, step) = (1000, try allocationStep()) }
        var waiting = places ?? []
        while row.tried < (call == .malloc ? Self.mostAllocations : Self.most) {
            if places != nil {
                guard !waiting.isEmpty else { break }
                number = waiting.removeFirst()
            }
            let folder = try Self.folder(command)
            let ended = try calls.run(command.line, in: folder, call, number: number, error: error, stays: stays)
            guard ended.hasFailed else { break }
            try judge(
                ended.child, folder, call, &row,
                "\(command.name), \(call.rawValue) \(number), error \(error)\(stays ? " on" : "")")
            // The first twenty one by one, then with growing steps.
            number += call == .malloc ? step : number < 20 ? 1 : number / 8
        }
        return row
    }

    /// Allocations are many: their number is found by doubling, and then cut into equal steps.
    private func allocationStep() throws -> Int {
        var most = 4096
        while try calls.run(
            command.line, in: Self.folder(command), .malloc, number: most, error: ENOMEM, stays: false
        ).hasFailed { most *= 2 }
        return max(1, most / 2 / Self.mostAllocations)
    }

    private func judge(
        _ child: ChildProcess.Ended, _ folder: TemporaryFolder, _ call: FailingCalls.Call, _ row: inout Row,
        _ place: String
    ) throws {
        row.tried += 1
        func problem(_ text: String) {
            row.problems.append(
                "\(place): \(text): \(child.status.map(String.init) ?? "signal"): \(child.messages.suffix(200))")
        }
        switch child.status {
        case 0: row.unharmed += 1
        case 74:
            row.refused += 1
            if child.messages.isEmpty && child.output.isEmpty { return problem("says nothing") }
        // Swift's runtime and libraries end the process where they get no memory; what they were about to write stays away.
        case nil where call == .malloc, 70 where call == .malloc, 65 where call == .malloc: row.ended += 1
        default: return problem("ended otherwise")
        }
        let left = try Self.contents(folder, command)
        if !command.isStore {
            guard left == sound || left == old else { return problem("left something that is neither old nor new") }
            if child.status == 0, left != sound { return problem("ended well with other bytes") }
        } else if child.status == 0, Data(child.output.utf8) != sound["json"] {
            return problem("ended well with another result")
        }
        if let complaint = try again(folder, left) { problem(complaint) }
    }

    /// Gives the command again, or goes on with the run of a store; nil where the result is that of a run that nothing disturbed.
    private func again(_ folder: TemporaryFolder, _ left: [String: Data]) throws -> String? {
        if command.isStore { return try resumed(folder) }
        if left == sound { return nil }
        let ended = try CLI.start(command.line, in: folder).ended(within: 120)
        guard ended.status == 0 else { return "cannot be given again: \(ended.messages)" }
        return try Self.contents(folder, command) == sound ? nil : "gives other bytes afterwards"
    }

    private func resumed(_ folder: TemporaryFolder) throws -> String? {
        let store = ["--store", command.output]
        let listed = try CLI.start(["runs", "list", "--json"] + store, in: folder).ended()
        // A store that was not made yet, or made without a table: the command makes it.
        let runs = listed.status == 0 ? try JSONValue(parsing: listed.output)["runs"]?.arrayValue ?? [] : []
        let last = runs.last
        guard last?["status"]?.stringValue != "complete" else { return nil }
        let line = last == nil ? command.line : ["runs", "resume", "1", "--json"] + store
        let ended = try CLI.start(line, in: folder).ended(within: 120)
        guard ended.status == 0 else {
            return "\(line.joined(separator: " ")) fails afterwards: \(ended.output)\(ended.messages)"
        }
        return Data(ended.output.utf8) == sound["json"] ? nil : "gives another result afterwards"
    }
}
