import Foundation
import Labelling
import Testing

/// The pieces of a text counted one by one, as texts, before anything is hashed.
private struct LiteralPieces {
    var words: [String: Int] = [:]
    var characters: [String: Int] = [:]

    init(_ text: String) {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased()
            .replacing("\u{2019}", with: "'").replacing("\u{201C}", with: "\"").replacing("\u{201D}", with: "\"")
        let isWord = { (character: Character) in character.isLetter || character.isNumber || character == "_" }
        let tokens = folded.split { !isWord($0) }.map(String.init).filter { $0.unicodeScalars.count >= 2 }
        for (index, token) in tokens.enumerated() {
            words[token, default: 0] += 1
            if index > 0 { words["\(tokens[index - 1]) \(token)", default: 0] += 1 }
        }
        for word in folded.split(whereSeparator: \.isWhitespace) {
            let padded = Array(" \(word) ".unicodeScalars)
            for length in 3...5 where length <= padded.count {
                for start in 0...padded.count - length {
                    let piece = String(String.UnicodeScalarView(padded[start..<start + length]))
                    characters[piece, default: 0] += 1
                }
            }
        }
    }
}

@Suite("Pieces of texts")
struct NGramTests {
    @Test(
        "Hashed counts are those of counting literally",
        arguments: [
            "", "a", "I can't help with that.", "Paris, Paris; PARIS!  paris\n\tparis", "Ring 112 now — don’t wait.",
            "“Ärzte” und Übermaß: naïve cafés, ﬁne", "[figures withheld] (x) ... a b ab", "Что случилось? 何がありましたか",
        ])
    func counting(_ text: String) {
        let literal = LiteralPieces(text)
        var expected: [Int32: Int32] = [:]
        for (piece, count) in literal.words {
            expected[NGramCounts.key(ofWords: piece.unicodeScalars), default: 0] += Int32(count)
        }
        for (piece, count) in literal.characters {
            expected[NGramCounts.key(ofCharacters: piece.unicodeScalars), default: 0] += Int32(count)
        }
        let counts = NGramCounts(text)
        #expect(counts.keys == expected.keys.sorted())
        #expect(counts.counts == expected.keys.sorted().map { expected[$0] })
    }

    @Test("Composed and decomposed letters, capitals and curly quotes make no difference")
    func folding() {
        #expect(NGramCounts("Caf\u{E9} \u{2019}s") == NGramCounts("cafe\u{301} 's"))
    }

    @Test("A vector has length 1, half of it words; what no text has is left out")
    func vector() {
        let counts = ["one two three", "two three four", "three four five five"].map { NGramCounts($0) }
        let vocabulary = Vocabulary(counts)
        let vector = vocabulary.vector(NGramCounts("three five seventeen"))
        #expect(abs(vector.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
        #expect(vocabulary.vector(NGramCounts("zzzzz")).values.isEmpty)
        let dense = vector.with([3, 4])
        #expect(dense.dense == [0.6, 0.8])
    }
}
