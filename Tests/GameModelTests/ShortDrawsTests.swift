import GameModel
import NumericalMethods
import Testing

/// One published vector of Random123 (kat_vectors, philox4x32 10).
struct ShortKnownAnswer: Sendable {
    let counter: [UInt32]
    let key: [UInt32]
    let answer: [UInt32]
}

private let answers = [
    ShortKnownAnswer(
        counter: [0, 0, 0, 0], key: [0, 0], answer: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    ShortKnownAnswer(
        counter: [.max, .max, .max, .max], key: [.max, .max],
        answer: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    ShortKnownAnswer(
        counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: [0xa409_3822, 0x299f_31d0],
        answer: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
]

@Suite("Philox4x32-10")
struct Philox4x32Tests {
    @Test("gives the published answers of Random123", arguments: answers)
    func knownAnswers(known: ShortKnownAnswer) {
        let (counter, key) = (known.counter, known.key)
        let words = Philox4x32.block(counter: (counter[0], counter[1], counter[2], counter[3]), key: (key[0], key[1]))
        #expect([words.0, words.1, words.2, words.3] == known.answer)
    }
}

@Suite("Random draws of stream 2")
struct ShortDrawsTests {
    private func word(_ episode: UInt64, _ turn: Int, _ purpose: DrawPurpose, seed: UInt64 = 3) -> UInt64 {
        RandomDraws.word(seed: seed, episode: episode, turn: turn, purpose: purpose, stream: .second)
    }

    @Test("are the words that the coordinates say", arguments: [UInt64](0...9) + [1 << 34, .max - 7])
    func coordinates(episode: UInt64) {
        let tag = "nac".utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << 8
        for seed in [0, 1, 1 << 32, UInt64.max] {
            let key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
            func block(_ number: UInt64, _ index: UInt32, _ purpose: UInt32) -> [UInt64] {
                let words = Philox4x32.block(
                    counter: (
                        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), index,
                        tag + purpose
                    ), key: key)
                return [words.0, words.1, words.2, words.3].map { UInt64($0) << 32 }
            }
            #expect(word(episode, 1, .opening, seed: seed) == block(episode / 4, 0, 1)[Int(episode % 4)])
            #expect(word(episode, 7, .firstNode, seed: seed) == block(episode / 4, 0, 2)[Int(episode % 4)])
            for turn in 1...9 {
                let words = block(episode, UInt32((turn - 1) / 2), 0)
                #expect(word(episode, turn, .response, seed: seed) == words[(turn - 1) % 2 * 2])
                #expect(word(episode, turn, .reaction, seed: seed) == words[(turn - 1) % 2 * 2 + 1])
            }
        }
    }

    /// Pearson's p-value for counts that should all be the same.
    private func pValue(_ counts: [Int]) throws -> Double {
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        let statistic = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        return try Distributions.chiSquaredUpperTail(statistic, degreesOfFreedom: Double(counts.count - 1))
    }

    /// Sixteen bits of a pair of words, four of each end of both.
    @Test(
        "are uniform, alone and in pairs",
        arguments: [
            (0, 1, DrawPurpose.response, DrawPurpose.reaction), (0, 2, .response, .response),
            (0, 3, .reaction, .response),
            (1, 1, .response, .response), (4, 1, .reaction, .reaction), (1, 1, .opening, .opening),
        ])
    func uniform(further: UInt64, turn: Int, first: DrawPurpose, second: DrawPurpose) throws {
        var (high, low) = ([Int](repeating: 0, count: 65_536), [Int](repeating: 0, count: 65_536))
        for episode in 0..<UInt64(1_000_000) {
            let a = word(episode, 1, first) >> 32
            let b = word(episode + further, turn, second) >> 32
            high[Int((a >> 24) << 8 | b >> 24)] += 1
            low[Int((a & 0xFF) << 8 | b & 0xFF)] += 1
        }
        // Twelve values under one seed: one this small, or this large, comes by chance in 1 of 400 families.
        for p in [try pValue(high), try pValue(low)] { #expect(p > 1e-4 && p < 1 - 1e-4) }
    }

    @Test("draw what their 32 bits stand for, and never what has probability 0")
    func table() {
        let columns = AliasTable.columns(probabilities: [0.3, 0, 1e-30, 0.7, 0], events: [0, 1, 2, 3, 4])
        for index in 0..<UInt64(200_000) {
            let event = AliasTable.draw(columns[...], word: word(index, 1, .response))
            #expect(event == 0 || event == 3 || event == 2)
        }
        for edge in [UInt64(0), 0xFFFF_FFFF_0000_0000, 0x8000_0000_0000_0000, 0x3333_3333_0000_0000] {
            let event = AliasTable.draw(columns[...], word: edge)
            #expect(event != 1 && event != 4)
        }
    }
}
