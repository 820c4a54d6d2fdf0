import GameModel
import Testing

/// One published vector of Random123 (kat_vectors, philox4x64 10).
struct KnownAnswer: Sendable {
    let counter: [UInt64]
    let key: [UInt64]
    let answer: [UInt64]
}

private let answers = [
    KnownAnswer(
        counter: [0, 0, 0, 0], key: [0, 0],
        answer: [0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b]),
    KnownAnswer(
        counter: [.max, .max, .max, .max], key: [.max, .max],
        answer: [0x87b0_92c3_013f_e90b, 0x438c_3c67_be8d_0224, 0x9cc7_d7c6_9cd7_77b6, 0xa09c_aebf_594f_0ba0]),
    KnownAnswer(
        counter: [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89],
        key: [0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c],
        answer: [0xa528_f454_03e6_1d95, 0x38c7_2dbd_566e_9788, 0xa5a1_610e_72fd_18b5, 0x57bd_43b5_e52b_7fe6]),
]

@Suite("Philox4x64-10")
struct PhiloxTests {
    @Test("gives the published answers of Random123", arguments: answers)
    func knownAnswers(known: KnownAnswer) {
        let (counter, key) = (known.counter, known.key)
        let words = Philox4x64.block(counter: (counter[0], counter[1], counter[2], counter[3]), key: (key[0], key[1]))
        #expect([words.0, words.1, words.2, words.3] == known.answer)
    }
}

@Suite("Random draws")
struct RandomDrawsTests {
    private static let stream: UInt64 = "nacre".utf8.reduce(0) { $0 << 8 | UInt64($1) }

    @Test("are the words that the coordinates say", arguments: [UInt64](0...9) + [1 << 40, .max - 7])
    func coordinates(episode: UInt64) {
        for seed in [0, 1, UInt64.max] {
            let opening = Philox4x64.block(counter: (episode / 4, 0, 1, 0), key: (seed, Self.stream))
            #expect(
                RandomDraws.word(seed: seed, episode: episode, turn: 1, purpose: .opening)
                    == [opening.0, opening.1, opening.2, opening.3][Int(episode % 4)])
            let first = Philox4x64.block(counter: (episode / 4, 0, 2, 0), key: (seed, Self.stream))
            #expect(
                RandomDraws.word(seed: seed, episode: episode, turn: 1, purpose: .firstNode)
                    == [first.0, first.1, first.2, first.3][Int(episode % 4)])
            for turn in 1...9 {
                let block = Philox4x64.block(
                    counter: (episode, UInt64((turn - 1) / 2), 0, 0), key: (seed, Self.stream))
                let pair = turn % 2 == 1 ? [block.0, block.1] : [block.2, block.3]
                #expect(RandomDraws.word(seed: seed, episode: episode, turn: turn, purpose: .response) == pair[0])
                #expect(RandomDraws.word(seed: seed, episode: episode, turn: turn, purpose: .reaction) == pair[1])
            }
        }
    }

    @Test("in blocks are the same words one by one")
    func blocksAgree() {
        for quad in [UInt64](0...5) {
            let words = RandomDraws.openings(seed: 3, quad: quad)
            let singles = (0..<4).map {
                RandomDraws.word(seed: 3, episode: quad * 4 + $0, turn: 1, purpose: .opening)
            }
            #expect(singles == [words.0, words.1, words.2, words.3])
            let nodes = RandomDraws.firstNodes(seed: 3, quad: quad)
            let drawn = (0..<4).map {
                RandomDraws.word(seed: 3, episode: quad * 4 + $0, turn: 1, purpose: .firstNode)
            }
            #expect(drawn == [nodes.0, nodes.1, nodes.2, nodes.3])
        }
        for pair in [UInt64](0...5) {
            let words = RandomDraws.turns(seed: 3, episode: 17, pair: pair)
            let singles = [1, 2].flatMap { offset in
                [DrawPurpose.response, .reaction].map {
                    RandomDraws.word(seed: 3, episode: 17, turn: 2 * Int(pair) + offset, purpose: $0)
                }
            }
            #expect(singles == [words.0, words.1, words.2, words.3])
        }
    }

    @Test("never share a word between coordinates")
    func distinct() {
        var seen: Set<UInt64> = []
        var count = 0
        for seed in [UInt64](1...3) {
            for episode in [UInt64](0..<200) {
                count += 2
                seen.insert(RandomDraws.word(seed: seed, episode: episode, turn: 1, purpose: .opening))
                seen.insert(RandomDraws.word(seed: seed, episode: episode, turn: 1, purpose: .firstNode))
                for turn in 1...8 {
                    count += 2
                    seen.insert(RandomDraws.word(seed: seed, episode: episode, turn: turn, purpose: .response))
                    seen.insert(RandomDraws.word(seed: seed, episode: episode, turn: turn, purpose: .reaction))
                }
            }
        }
        #expect(seen.count == count)
    }

    @Test("ignore the turn for the opening")
    func openingIgnoresTurn() {
        let first = RandomDraws.word(seed: 9, episode: 6, turn: 1, purpose: .opening)
        #expect(RandomDraws.word(seed: 9, episode: 6, turn: 5, purpose: .opening) == first)
    }
}
