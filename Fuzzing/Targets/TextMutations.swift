import Conformance

/// Mutants of texts that know what texts are made of: keys, values, brackets, blocks of lines, numbers at their limits, and words of
/// the format; bytes too, a part of the time.
struct TextMutations {
    /// Sound inputs; parts of them are put into others.
    private let sound: [[UInt8]]
    private let words: [[UInt8]]
    private let bytesOnly: ByteMutations

    /// Numbers at which conversions, products and ranges end.
    private static let numbers = [
        "0", "-0", "1", "-1", "2", "0.5", "-0.5", "0.1", "1e-9", "0.999999999", "1.0000001", "3", "63", "64", "65",
        "100", "127", "128", "255", "256", "1000", "4096", "65535", "65536", "1000000", "2147483647", "2147483648",
        "4294967295", "4294967296", "9007199254740992", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "1e18", "1e19", "1e100", "1e153", "1e154", "1e155", "1.7976931348623157e308", "1e309",
        "-1e308", "5e-324", "2.2250738585072014e-308", "1e-400", "nan", "NaN", ".nan", "inf", "-inf", ".inf", "1e",
        "0x7fffffffffffffff", "0o17", "0b1", "1_000", "1e-16", "0.30000000000000004",
    ].map { Array($0.utf8) }

    /// Values of other types, and such as YAML gives a meaning of its own.
    private static let scalars = [
        "null", "true", "false", "[]", "{}", "\"\"", "''", "~", "0", "\"0\"", "yes", "no", "[null]", "[[]]", "{\"\":1}",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\u202e\"", "2026-01-01", "!!str 1", "!!binary aGk=", "&a b", "*a", "|", ">-",
        "\"a b\"", "[0,0]", "[1e308,1e308]", "[1,-1]", "{\"a\":null}",
    ].map { Array($0.utf8) }

    init(_ sound: [[UInt8]], words: [String] = []) {
        self.sound = sound
        self.words = words.map { Array($0.utf8) }
        bytesOnly = ByteMutations(sound, words: words)
    }

    /// The longest mutant: repeated repetition ends somewhere.
    private static let longest = 1 << 18

    /// A mutant of a sound input.
    func next(_ generator: inout SplitMix64) -> [UInt8] {
        changed(sound.randomElement(using: &generator) ?? [], &generator)
    }

    /// A mutant of a given input, changed in one to five places.
    func changed(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<5, using: &generator) {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                bytesOnly.change(&bytes, &generator)
            } else {
                change(&bytes, &generator)
            }
            if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
        }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1: exchangeNumber(&bytes, &generator)
        case 2, 3: exchangeWord(&bytes, &generator)
        case 4: changeGroup(&bytes, &generator)
        case 5, 6: changeMember(&bytes, &generator)
        case 7, 8: changeBlock(&bytes, &generator)
        default: exchangeTokens(&bytes, &generator)
        }
    }

    private func exchangeNumber(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let text = TokenText(bytes)
        guard let index = text.indices({ $0 == .number }).randomElement(using: &generator) else { return }
        bytes.replaceSubrange(text.tokens[index].range, with: number(&generator))
    }

    private func number(_ generator: inout SplitMix64) -> [UInt8] {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: Array("\(Int.random(in: -3...20, using: &generator))".utf8)
        case 1: Array("\(generator.unit())".utf8)
        default: Self.numbers.randomElement(using: &generator) ?? []
        }
    }

    /// A word of the text becomes one of the format, another one of the text, or a value of another type.
    private func exchangeWord(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let text = TokenText(bytes)
        let all = text.indices { $0 == .word || $0 == .quoted || $0 == .number }
        guard let index = all.randomElement(using: &generator) else { return }
        bytes.replaceSubrange(text.tokens[index].range, with: word(of: text, all, &generator))
    }

    private func word(of text: TokenText, _ indices: [Int], _ generator: inout SplitMix64) -> [UInt8] {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return Self.scalars.randomElement(using: &generator) ?? []
        case 1, 2: if let word = words.randomElement(using: &generator) { return word }
        case 3:
            let other = TokenText(sound.randomElement(using: &generator) ?? [])
            let all = other.indices { $0 == .word || $0 == .quoted }
            if let index = all.randomElement(using: &generator) { return Array(other.bytes[other.tokens[index].range]) }
        default: break
        }
        guard let index = indices.randomElement(using: &generator) else { return [] }
        return Array(text.bytes[text.tokens[index].range])
    }

    /// A list or an object is left out, repeated, nested, exchanged for another, or put where a value was.
    private func changeGroup(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let text = TokenText(bytes)
        let openers = text.indices { $0 == .opener }
        guard let range = openers.randomElement(using: &generator).flatMap({ text.group(from: $0) }) else { return }
        let own = Array(bytes[range])
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.removeSubrange(range)
        case 1:
            let copies = repeatElement([UInt8(ascii: ",")] + own, count: 1 << Int.random(in: 0..<9, using: &generator))
            bytes.insert(contentsOf: copies.joined(), at: range.upperBound)
        case 2:
            let depth = 1 << Int.random(in: 0..<10, using: &generator)
            let nested = [UInt8](repeating: UInt8(ascii: "["), count: depth) + own
            bytes.replaceSubrange(range, with: nested + [UInt8](repeating: UInt8(ascii: "]"), count: depth))
        case 3:
            bytes.replaceSubrange(range, with: Self.scalars.randomElement(using: &generator) ?? [])
        case 4:
            guard let other = openers.randomElement(using: &generator).flatMap({ text.group(from: $0) }) else { return }
            bytes.replaceSubrange(range, with: text.bytes[other])
        default:
            let other = TokenText(sound.randomElement(using: &generator) ?? [])
            guard let opener = other.indices({ $0 == .opener }).randomElement(using: &generator),
                let group = other.group(from: opener)
            else { return }
            bytes.replaceSubrange(range, with: other.bytes[group])
        }
    }

    /// A key with its value is left out or repeated (also under one name twice), or gets another key or value.
    private func changeMember(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let text = TokenText(bytes)
        let colons = text.tokens.indices.filter { text.isMark($0, ":") }
        guard let colon = colons.randomElement(using: &generator), let member = text.member(around: colon) else {
            return
        }
        let whole = member.key.lowerBound..<member.value.upperBound
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.removeSubrange(whole)
        case 1: bytes.insert(contentsOf: Array(bytes[whole]) + [UInt8(ascii: ",")], at: whole.lowerBound)
        case 2:
            guard let word = words.randomElement(using: &generator) else { return }
            bytes.replaceSubrange(member.key, with: word.filter { $0 != UInt8(ascii: ":") })
        case 3:
            let value = Self.scalars.randomElement(using: &generator) ?? []
            bytes.replaceSubrange(member.value, with: [0x20] + value)
        case 4: bytes.replaceSubrange(member.value, with: [0x20] + number(&generator))
        default:
            guard let other = colons.randomElement(using: &generator).flatMap({ text.member(around: $0) }) else {
                return
            }
            bytes.replaceSubrange(member.value, with: text.bytes[other.value])
        }
    }

    /// A block of lines is left out, repeated, moved, indented otherwise, or comes from another text.
    private func changeBlock(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let block = TokenText.block(bytes, around: Int.random(in: bytes.indices, using: &generator))
        let own = Array(bytes[block])
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes.removeSubrange(block)
        case 1: bytes.insert(contentsOf: own, at: block.lowerBound)
        case 2:
            bytes.removeSubrange(block)
            guard !bytes.isEmpty else { return }
            let place = TokenText.block(bytes, around: Int.random(in: bytes.indices, using: &generator))
            bytes.insert(contentsOf: own, at: place.lowerBound)
        case 3:
            bytes.insert(
                contentsOf: [UInt8](repeating: 0x20, count: Int.random(in: 1...4, using: &generator)),
                at: block.lowerBound)
        case 4:
            let copies = repeatElement(own, count: 1 << Int.random(in: 0..<8, using: &generator))
            bytes.insert(contentsOf: copies.joined(), at: block.lowerBound)
        default:
            let other = sound.randomElement(using: &generator) ?? []
            guard !other.isEmpty else { return }
            let taken = TokenText.block(other, around: Int.random(in: other.indices, using: &generator))
            bytes.replaceSubrange(block, with: other[taken])
        }
    }

    /// Two tokens of one kind change places.
    private func exchangeTokens(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let text = TokenText(bytes)
        guard let first = text.tokens.randomElement(using: &generator) else { return }
        let same = text.tokens.filter { $0.kind == first.kind && $0.range.lowerBound > first.range.lowerBound }
        guard let second = same.randomElement(using: &generator) else { return }
        bytes.replaceSubrange(second.range, with: text.bytes[first.range])
        bytes.replaceSubrange(first.range, with: text.bytes[second.range])
    }
}
