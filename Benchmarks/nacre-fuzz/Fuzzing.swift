import Foundation
import GameFixtures

/// What becomes of mutants of some kind of input.
struct Target {
    let name: String
    /// What is read, for the list of targets.
    let reads: String
    /// Makes what reads one mutant: its answer is whether the mutant was taken; what it throws is a refusal.
    let make: () throws -> (inout SplitMix64) throws -> Void
}

/// Reads many mutants of one target, and says what came of them.
struct Fuzzing {
    let seed: UInt64
    let count: Int
    let first: Int

    private static let chunk = 10_000

    func run(_ target: Target) throws {
        let read = try target.make()
        let start = Date()
        var (taken, refused) = (0, 0)
        for index in first..<(first + count) {
            if (index - first) % Self.chunk == 0 { note("\(target.name) seed \(seed) from \(index)") }
            CrashReport.reading(target.name, seed: seed, index: index)
            var generator = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D ^ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
            do {
                try read(&generator)
                taken += 1
            } catch {
                refused += 1
            }
        }
        let seconds = Date().timeIntervalSince(start)
        print(
            "\(target.name): seed \(seed), mutants \(first)..<\(first + count), \(taken) taken, \(refused) refused, 0 traps, "
                + "\(Int(seconds)) s, \(Int(Double(count) / max(seconds, 1e-9)))/s")
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// Says which mutant was being read when the process is ended by a trap.
enum CrashReport {
    nonisolated(unsafe) private static var message = [UInt8](repeating: 0, count: 128)
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
