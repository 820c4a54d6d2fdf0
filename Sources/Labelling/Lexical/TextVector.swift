internal import NumericalMethods

/// A text as numbers: the weighted pieces that are known, and whatever else was measured of it.
package struct TextVector: Sendable, Equatable {
    /// Ascending.
    package var slots: [Int32]
    package var values: [Double]
    /// Further numbers, one a dimension, such as an embedding; every text of a model has as many.
    package var dense: [Double]

    package init(slots: [Int32], values: [Double], dense: [Double] = []) {
        (self.slots, self.values, self.dense) = (slots, values, dense)
    }

    /// The same with an embedding of unit length after it.
    package func with(_ embedding: [Double]) -> TextVector {
        let norm = embedding.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var copy = self
        copy.dense = norm > 0 ? embedding.map { $0 / norm } : embedding
        return copy
    }
}

/// The pieces that some texts have, with how telling each is.
///
/// A piece that stands in d of n texts and c times in this one weighs (1 + ln c) · (1 + ln((1 + n) / (1 + d))); the weights of words and
/// those of characters are scaled to length √½ each, so that a text has length 1. Pieces that none of the texts has are left out.
///
/// Source: scikit-learn, `TfidfVectorizer(sublinear_tf=True)`, but for the common factor √½ of the two.
package struct Vocabulary: Sendable {
    /// Per key its slot, or −1.
    private let slots: [Int32]
    private let weights: [Double]
    /// ln of the whole numbers up to here.
    private static let logarithms = (0..<64).map { $0 == 0 ? 0 : Libm.log(Double($0)) }

    package var count: Int { weights.count }

    package init(_ texts: some Collection<NGramCounts>) {
        var (slots, frequencies) = ([Int32](repeating: -1, count: 2 * NGramCounts.buckets), [Int]())
        for text in texts {
            for key in text.keys {
                if slots[Int(key)] < 0 {
                    slots[Int(key)] = Int32(frequencies.count)
                    frequencies.append(0)
                }
                frequencies[Int(slots[Int(key)])] += 1
            }
        }
        let total = Double(1 + texts.count)
        weights = frequencies.map { 1 + Libm.log(total / Double(1 + $0)) }
        self.slots = slots
    }

    package func vector(_ text: NGramCounts) -> TextVector {
        var vector = TextVector(slots: [], values: [])
        vector.slots.reserveCapacity(text.keys.count)
        vector.values.reserveCapacity(text.keys.count)
        var squares = (words: 0.0, characters: 0.0)
        var words = 0
        for (key, count) in zip(text.keys, text.counts) {
            let slot = slots[Int(key)]
            guard slot >= 0 else { continue }
            let count = Int(count)
            let logarithm = count < 64 ? Self.logarithms[count] : Libm.log(Double(count))
            let value = (1 + logarithm) * weights[Int(slot)]
            if key < NGramCounts.buckets {
                squares.words += value * value
                words += 1
            } else {
                squares.characters += value * value
            }
            vector.slots.append(slot)
            vector.values.append(value)
        }
        let factors = (
            words: squares.words > 0 ? (0.5 / squares.words).squareRoot() : 0,
            characters: squares.characters > 0 ? (0.5 / squares.characters).squareRoot() : 0
        )
        for index in vector.values.indices {
            vector.values[index] *= index < words ? factors.words : factors.characters
        }
        return vector
    }
}
