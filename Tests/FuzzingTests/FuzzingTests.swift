import Conformance
import Foundation
import FuzzArguments
import FuzzTargets
import Testing

/// The program that reads mutants by number, as a child: a trap ends it, not the tests, and it says which mutant it was.
enum FuzzProgram {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The release binary, or the one that the environment names.
    static let path = ProcessInfo.processInfo.environment["NACRE_FUZZ_PROGRAM"] ?? "\(root)/.build/release/nacre-fuzz"

    static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationReason == .exit ? process.terminationStatus : -1, text)
    }
}

@Suite("Readers under mutants")
struct FuzzingTests {
    @Test("No mutant of a smoke run is a trap, or an error that is none of ours")
    func smoke() throws {
        let ended = try FuzzProgram.run(["smoke", "20000"])
        #expect(ended.status == 0, "\(ended.text)")
        for target in FuzzTargets.all { #expect(ended.text.contains("\(target.name): seed 1")) }
    }

    @Test("What was a finding once is none any more")
    func corpus() throws {
        let ended = try FuzzProgram.run(["replay", "\(FuzzProgram.root)/Fuzzing/corpus"])
        #expect(ended.status == 0 && ended.text.contains("0 findings"), "\(ended.text)")
        #expect(!ended.text.contains("0 inputs replayed"))
    }

    @Test("Mutants of command lines are understood or refused with the exit code 64")
    func arguments() throws {
        let subject = try ArgumentTarget.target.make()
        #expect(subject.sound.count > 30)
        for number in 0..<1000 {
            var generator = SplitMix64(seed: UInt64(number))
            let mutant = subject.mutant(&generator)
            if case .finding(let problem) = subject.outcome(of: mutant) {
                Issue.record("\(String(decoding: mutant, as: UTF8.self)): \(problem)")
            }
        }
    }

    @Test(
        "Every target takes its own sound inputs, and refuses a part of their mutants",
        arguments: FuzzTargets.all.map(\.name))
    func sound(name: String) throws {
        let subject = try #require(FuzzTargets.named(name)).make()
        // Inputs of a store are no texts, and none of them is sound.
        guard !name.hasPrefix("store") else { return }
        let outcomes = subject.sound.map(subject.outcome)
        // A judge refuses an answer that is none to the first of its texts, and what is no answer at all.
        if !["reply", "explorer"].contains(name) {
            #expect(outcomes.allSatisfy { $0 == .taken }, "\(outcomes)")
        }
        #expect(outcomes.contains(.taken))
    }

    @Test("An error that is none of ours, and a promise that is broken, are findings")
    func findings() {
        struct Foreign: Error {}
        let subject = FuzzSubject(sound: [[0x61]]) { bytes in
            if bytes == [0x61] { return }
            if bytes.isEmpty { throw Foreign() }
            throw BrokenPromise("no")
        }
        #expect(subject.outcome(of: [0x61]) == .taken)
        #expect(subject.outcome(of: []) != .refused && subject.outcome(of: []) != .taken)
        #expect(subject.outcome(of: [0x62]) == .finding("BrokenPromise: no"))
    }

    @Test("A mutant depends on the generator alone, and mutants nest, repeat and leave out what texts are made of")
    func mutants() {
        let text = Array(#"{"a": [1, 2], "b": {"c": "d"}}"#.utf8)
        let subject = FuzzSubject(sound: [text], words: ["word"]) { _ in }
        var seen: Set<[UInt8]> = []
        for number in 0..<2000 {
            var (first, second) = (SplitMix64(seed: UInt64(number)), SplitMix64(seed: UInt64(number)))
            let mutant = subject.mutant(&first)
            #expect(mutant == subject.mutant(&second))
            seen.insert(mutant)
        }
        #expect(seen.count > 1200)
        let texts = seen.map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.contains { $0.contains("[[[[") })
        #expect(texts.contains { $0.components(separatedBy: "\"a\"").count > 2 })
        #expect(texts.contains { !$0.contains("\"c\"") && $0.contains("\"a\"") })
        #expect(texts.contains { $0.contains("9223372036854775807") })
        #expect(texts.contains { $0.contains("word") })
    }
}
