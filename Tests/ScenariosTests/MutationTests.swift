import Documents
import Scenarios
import Testing

/// Damaged files: whatever the bytes are, the answer is a scenario or at least one error.
@Suite struct MutationTests {
    /// A fixed sequence of numbers (SplitMix64).
    private struct Sequence {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(bound))
        }
    }

    /// Reads bytes that may be anything.
    private func check(_ bytes: [UInt8], _ what: String) {
        do throws(DocumentError) {
            _ = try ScenarioReader.read(bytes, file: "a.yaml")
        } catch {
            let isExplained = error.diagnostics.contains { $0.severity == .error }
            #expect(isExplained, "\(what)")
            for diagnostic in error.diagnostics {
                let line = diagnostic.position?.line ?? 1
                let isInside = line >= 1 && line <= bytes.count + 1 && !diagnostic.rendered.isEmpty
                #expect(isInside, "\(what)")
            }
        }
    }

    @Test func everyTruncation() {
        let bytes = Array(Fixtures.full.utf8)
        for count in stride(from: 0, through: bytes.count, by: 3) {
            check(Array(bytes[..<count]), "first \(count) bytes")
        }
    }

    @Test func everyTruncationOfTheSmallest() {
        let bytes = Array(Fixtures.smallest.utf8)
        for count in 0...bytes.count { check(Array(bytes[..<count]), "first \(count) bytes") }
    }

    @Test(arguments: 1...4)
    func singleBytes(seed: Int) {
        var numbers = Sequence(state: UInt64(seed))
        let marks = Array("{}[]:,-?#&*!|>'\"%@` \n\t0129.eE+x~".utf8)
        let bytes = Array(Fixtures.full.utf8)
        for _ in 0..<250 {
            var mutated = bytes
            let place = numbers.next(below: bytes.count)
            let byte =
                numbers.next(below: 2) == 0
                ? marks[numbers.next(below: marks.count)] : UInt8(numbers.next(below: 256))
            switch numbers.next(below: 3) {
            case 0: mutated[place] = byte
            case 1: mutated.insert(byte, at: place)
            default: mutated.remove(at: place)
            }
            check(mutated, "byte \(byte) at \(place)")
        }
    }
}
