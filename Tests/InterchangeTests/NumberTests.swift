import GameFixtures
import Interchange
import Testing

@Suite("Numbers and names of other formats")
struct NumberTests {
    @Test("positional decimals read back as the same bits, without an exponent")
    func positional() {
        var random = SplitMix64(seed: 7)
        var values = [0.0, 1, -1, 0.1, 1e-5, 1.5e-7, 123456.75, 1e22, 1.7e308, -2.5e-9]
        values += [.leastNonzeroMagnitude, 0x1p53 + 2]
        values += (0..<2000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        for value in values {
            let text = PositionalDecimal.text(value)
            #expect(Double(text) == value)
            #expect(text.allSatisfy { "0123456789.-".contains($0) }, "\(text)")
            let halves = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
            #expect(halves.count == 2 && halves.allSatisfy { !$0.isEmpty })
        }
        #expect(PositionalDecimal.text(1.2e-7) == "0.00000012")
        #expect(PositionalDecimal.text(-3) == "-3.0")
        #expect(PositionalDecimal.text(-0.0) == "0.0")
    }

    @Test("rows sum to exactly one, and no entry moves by more than the doubles' own error", arguments: 1...60)
    func exactRows(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var row = random.distribution(1 + seed % 9)
        if seed % 4 == 0 { row += [0, 1e-18, 3e-12] }
        let texts = ExactRow.decimals(row)
        for (text, value) in zip(texts, row) { #expect(abs((Double(text) ?? .nan) - value) < 1e-11) }
        #expect(Self.sum(texts) == "1")
    }

    @Test("corner cases of exact rows")
    func corners() {
        #expect(ExactRow.decimals([1]) == ["1.0"])
        #expect(ExactRow.decimals([0, 1, 0]) == ["0.0", "1.0", "0.0"])
        #expect(ExactRow.decimals([0.5, 0.5]) == ["0.5", "0.5"])
        #expect(ExactRow.decimals([0.333333333, 0.333333333, 0.333333334]).last == "0.333333334")
        #expect(ExactRow.decimals([0.1, 0.2, 0.7]) == ["0.1", "0.2", "0.7"])
    }

    @Test("identifiers begin with a letter, are plain, and differ")
    func identifiers() {
        let names = ["1st", "a-b", "a_b", "é", "a_b_2", "a b"]
        let made = SafeNames.identifiers(names, prefix: "s_")
        #expect(made == ["s_1st", "s_a_b", "s_a_b_2", "s__", "s_a_b_2_2", "s_a_b_3"])
        #expect(Set(made).count == names.count)
    }

    /// The exact sum of decimals, without zeros at the end: long addition, independent of the code under test.
    private static func sum(_ texts: [String]) -> String {
        let places = texts.map { $0.count }.max() ?? 0
        var columns = [Int](repeating: 0, count: places + 2)
        for text in texts {
            let halves = text.split(separator: ".")
            columns[0] += Int(halves[0]) ?? 0
            for (place, digit) in halves[1].enumerated() { columns[place + 1] += digit.wholeNumberValue ?? 0 }
        }
        for place in stride(from: columns.count - 1, to: 0, by: -1) {
            columns[place - 1] += columns[place] / 10
            columns[place] %= 10
        }
        while columns.count > 1, columns.last == 0 { columns.removeLast() }
        return columns.map(String.init).joined()
    }
}
