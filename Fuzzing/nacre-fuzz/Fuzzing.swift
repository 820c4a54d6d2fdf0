import Conformance
import Foundation
import FuzzTargets

/// Reads many mutants of one target, and says what came of them.
struct Fuzzing {
    let seed: UInt64
    let count: Int
    let first: Int
    /// Whether it says how far it is.
    var isQuiet = false

    /// What came of the mutants of one target.
    struct Tally {
        var taken = 0
        var refused = 0
        var findings = 0
        var seconds = 0.0
    }

    private static let chunk = 10_000
    /// Findings that are written down; the others are counted.
    private static let mostShown = 5

    func run(_ target: FuzzTarget) throws -> Tally {
        let subject = try target.make()
        try checkSound(subject, target)
        let start = Date()
        var tally = Tally()
        for index in first..<(first + count) {
            if !isQuiet, (index - first) % Self.chunk == 0 { note("\(target.name) seed \(seed) from \(index)") }
            CrashReport.reading(target.name, seed: seed, index: index)
            var generator = generator(index)
            let mutant = subject.mutant(&generator)
            switch subject.outcome(of: mutant) {
            case .taken: tally.taken += 1
            case .refused: tally.refused += 1
            case .finding(let problem):
                tally.findings += 1
                guard tally.findings <= Self.mostShown else { continue }
                note("finding: nacre-fuzz \(target.name) \(seed) 1 \(index): \(problem)")
                keep(mutant, of: target, index)
            }
        }
        tally.seconds = Date().timeIntervalSince(start)
        print(
            "\(target.name): seed \(seed), mutants \(first)..<\(first + count), \(tally.taken) taken, \(tally.refused) refused, "
                + "\(tally.findings) findings, \(Int(tally.seconds)) s, \(Int(Double(count) / max(tally.seconds, 1e-9)))/s"
        )
        return tally
    }

    /// What decides a mutant.
    func generator(_ index: Int) -> SplitMix64 {
        SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D ^ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// What mutants are made from is sound: otherwise they try the first line of a reader, and nothing behind it.
    private func checkSound(_ subject: FuzzSubject, _ target: FuzzTarget) throws {
        for (index, input) in subject.sound.enumerated() {
            CrashReport.reading(target.name, seed: 0, index: index)
            if case .finding(let problem) = subject.outcome(of: input) {
                throw BrokenPromise("\(target.name): the sound input \(index) is a finding: \(problem)")
            }
        }
    }

    /// Where a folder is named, a mutant that is a finding is kept in it as a file, for the corpus.
    private func keep(_ mutant: [UInt8], of target: FuzzTarget, _ index: Int) {
        guard let folder = ProcessInfo.processInfo.environment["NACRE_FUZZ_KEEP"] else { return }
        let file = URL(fileURLWithPath: "\(folder)/\(target.name)-\(seed)-\(index)")
        do { try Data(mutant).write(to: file) } catch { note("\(file.path) cannot be written: \(error)") }
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// A short run over every target: what tests can afford.
struct SmokeRun {
    /// Mutants of all targets together; those that read slowly get fewer.
    let count: Int

    /// Parts of the mutants that a slow target gets.
    private static let slow = ["scenario": 8, "suite": 16, "store-file": 8, "store": 4, "checkpoint": 8, "explorer": 4]

    func run() throws -> Int {
        let each = max(1, count / FuzzTargets.all.count)
        return try FuzzTargets.all.reduce(0) { sum, target in
            let own = max(1, each / (Self.slow[target.name] ?? 1))
            return sum + (try Fuzzing(seed: 1, count: own, first: 0, isQuiet: true).run(target).findings)
        }
    }
}

/// Inputs that were findings once, and must not be again.
struct CorpusReplay {
    let folder: String

    func run() throws -> Int {
        var (findings, count) = (0, 0)
        for target in FuzzTargets.all {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(target.name)")) ?? []
            guard !files.isEmpty else { continue }
            let subject = try target.make()
            for (index, file) in files.sorted().enumerated() {
                CrashReport.reading("replay \(target.name)/\(file)", seed: 0, index: index)
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(target.name)/\(file)")))
                count += 1
                guard case .finding(let problem) = subject.outcome(of: bytes) else { continue }
                findings += 1
                print("\(target.name)/\(file): \(problem)")
            }
        }
        print("\(count) inputs replayed, \(findings) findings")
        return findings
    }
}

/// Says which mutant was being read when the process is ended by a trap.
enum CrashReport {
    nonisolated(unsafe) private static var message = [UInt8](repeating: 0, count: 256)
    nonisolated(unsafe) private static var length = 0

    static func install() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            signal(number) { number in
                CrashReport.say()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Everything is put together beforehand: a handler may not allocate.
    static func reading(_ target: String, seed: UInt64, index: Int) {
        var position = 0
        for byte in "trap: nacre-fuzz \(target) \(seed) 1 \(index)\n".utf8 where position < message.count {
            message[position] = byte
            position += 1
        }
        length = position
    }

    private static func say() { message.withUnsafeBytes { _ = write(2, $0.baseAddress, length) } }
}
