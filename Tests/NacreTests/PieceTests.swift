import Foundation
import Nacre
import Testing

@Suite("Pieces of a work")
struct PieceTests {
    @Test("Units are dealt out in turn: every unit is in one piece, and sizes add up", arguments: [1, 2, 3, 7, 100])
    func shares(count: Int) throws {
        for units in [0, 1, 6, 7, 8, 99] {
            let shares = try (0..<count).map { try PieceShare($0, of: count) }
            for unit in 0..<units {
                let own = shares.filter { $0.has(unit) }
                #expect(own.count == 1)
                #expect(own.first.map { $0.position(of: unit) } == unit / count)
            }
            #expect(shares.map { $0.size(of: units) }.reduce(0, +) == units)
            for share in shares { #expect(share.size(of: units) == (0..<units).count { share.has($0) }) }
        }
    }

    @Test(
        "Only i/n with 0 ≤ i < n is a piece",
        arguments: ["", "1", "2/2", "-1/2", "0/0", "0/2/3", "+0/2", "a/b", "0/999999999999"])
    func notShares(text: String) {
        #expect(throws: InputError.self) { try PieceShare(text) }
    }

    @Test(
        "A command line loses what only says which piece, where to and how fast, and gets its folder back where it stood"
    )
    func commands() {
        let typed = [
            "export", "dpo", "s.yaml", "--out=a", "--shard", "0/2", "--policy", "reference", "--threads=3", "--json",
            "--force",
            "--candidates", "x",
        ]
        let command = PieceCommand(typed)
        #expect(command.arguments == ["export", "dpo", "s.yaml", "--policy", "reference", "--candidates", "x"])
        #expect(
            command.whole(out: "b")
                == ["export", "dpo", "s.yaml", "--out", "b", "--policy", "reference", "--candidates", "x"])
        #expect(PieceCommand(["sweep", "--", "--out", "--json"]).arguments == ["sweep", "--", "--out", "--json"])
        #expect(PieceCommand(["sweep", "--", "f"]).whole(out: "b") == ["sweep", "--out", "b", "--", "f"])
    }

    @Test("Units read back bit for bit")
    func coding() throws {
        let numbers: [Double] = [
            0, -0.0, .pi, Double(bitPattern: 2024), .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity,
            -.infinity, .nan,
            0.1 + 0.2,
            1e16 + 2, 123_456_789_012_345_680, .leastNonzeroMagnitude,
        ]
        let read = try UnitCoding.value(UnitCoding.bytes(numbers), as: [Double].self)
        #expect(read.map(\.bitPattern) == numbers.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern })
        var random = SystemRandomNumberGenerator()
        let many = (0..<10_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        #expect(
            try UnitCoding.value(UnitCoding.bytes(many), as: [Double].self).map(\.bitPattern) == many.map(\.bitPattern))
        let texts = ["a\nb", "\u{2028}\u{0}\u{7F}", "é\u{301}", "/\"\\"]
        let bytes = try UnitCoding.bytes(texts)
        #expect(!bytes.contains(0x0A), "a unit is one line")
        #expect(try UnitCoding.value(bytes, as: [String].self).map { Array($0.utf8) } == texts.map { Array($0.utf8) })
        #expect(try UnitCoding.value(UnitCoding.bytes([Double]?.none), as: [Double]?.self) == nil)
    }
}
