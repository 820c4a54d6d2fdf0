import Conformance

/// Mutants of texts: bytes, ranges, numbers and words of a format, changed a few at a time.
struct ByteMutations {
    /// Sound inputs.
    let sound: [[UInt8]]
    /// Words that the format knows, and such as upset readers.
    let words: [[UInt8]]

    private static let upsetting = [
        "\0", "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ":", ",", "\n", "\r\n", "\t", "\u{FEFF}", "é",
        "\u{202E}",
        "-1", "0", "1e308", "1e-400", "-0.0", "NaN", "inf", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616", "null", "true", "''", "~", "&a", "*a", "!!str", "|", ">", "- ", "? ", "# ", "%", "@",
        "`",
    ]

    init(_ sound: [[UInt8]], words: [String] = []) {
        self.sound = sound
        self.words = (words + Self.upsetting).map { Array($0.utf8) }
    }

    /// Changes one place.
    func change(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        guard !bytes.isEmpty else {
            bytes = words.randomElement(using: &generator) ?? []
            return
        }
        let place = Int.random(in: bytes.indices, using: &generator)
        let range = place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<11, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.removeSubrange(range)
        case 3: bytes.insert(contentsOf: bytes[range], at: place)
        case 4: bytes.replaceSubrange(range, with: words.randomElement(using: &generator) ?? [])
        case 5: bytes.insert(contentsOf: words.randomElement(using: &generator) ?? [], at: place)
        case 6: bytes.removeSubrange(place...)
        case 7:
            let other = sound.randomElement(using: &generator) ?? []
            bytes.replaceSubrange(place..., with: other.dropFirst(min(place, other.count)))
        case 8:
            let word = words.randomElement(using: &generator) ?? []
            let times = 1 << Int.random(in: 0..<11, using: &generator)
            bytes.insert(contentsOf: repeatElement(word, count: times).joined(), at: place)
        case 9: changeNumber(&bytes, from: place, &generator)
        default: swapLines(&bytes, &generator)
        }
    }

    /// Writes another number over the next one.
    private func changeNumber(_ bytes: inout [UInt8], from place: Int, _ generator: inout SplitMix64) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) && $0 != 0x2E } ?? bytes.endIndex
        let numbers = [
            "-1", "0", "1", "2", "0.5", "255", "256", "65536", "1e308", "1e-308", "4294967296", "9223372036854775807",
            "-1e9",
        ]
        bytes.replaceSubrange(start..<end, with: Array((numbers.randomElement(using: &generator) ?? "0").utf8))
    }

    private func swapLines(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        lines.swapAt(
            Int.random(in: lines.indices, using: &generator), Int.random(in: lines.indices, using: &generator))
        bytes = Array(lines.joined(separator: [0x0A]))
    }
}
