public import Conformance
internal import InputErrors
internal import LanguageModels
internal import Output
internal import RunStore

/// A reader that is given mutants: what it reads, and how it is made ready.
public struct FuzzTarget: Sendable {
    public let name: String
    /// What is read, for the list of targets.
    public let reads: String
    /// Makes what reads one mutant.
    public let make: @Sendable () throws -> FuzzSubject

    public init(_ name: String, _ reads: String, _ make: @escaping @Sendable () throws -> FuzzSubject) {
        (self.name, self.reads, self.make) = (name, reads, make)
    }
}

/// What came of a mutant.
public enum FuzzOutcome: Sendable, Equatable {
    case taken
    /// It was refused in words that people are shown.
    case refused
    /// What nobody should ever meet, besides a trap, which ends the process: an error that is none of ours, or a broken promise.
    case finding(String)
}

/// A promise that a reader broke: what was read is not what is written, a request ended as a fault of ours.
public struct BrokenPromise: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// A reader that is ready, with sound inputs and their mutants.
public struct FuzzSubject {
    /// Inputs that mutants are made from; every one of them is taken.
    public let sound: [[UInt8]]
    /// Words that the format knows, for dictionaries.
    public let words: [String]
    private let mutations: TextMutations
    private let read: ([UInt8]) throws -> Void
    /// Whether inputs are no texts but eight bytes that decide a mutant, as for a store's cells.
    private let isDecidedByNumber: Bool

    /// - Parameter read: throws what it refuses the bytes with.
    public init(sound: [[UInt8]], words: [String] = [], read: @escaping ([UInt8]) throws -> Void) {
        (self.sound, self.words, self.read) = (sound, words, read)
        isDecidedByNumber = false
        mutations = TextMutations(sound, words: words)
    }

    /// Mutants that are made by a generator of their own.
    public init(drawing read: @escaping (inout SplitMix64) throws -> Void) {
        (sound, words, isDecidedByNumber) = ([Array(repeating: 0, count: 8)], [], true)
        mutations = TextMutations([])
        self.read = { bytes in
            let number = bytes.prefix(8).reduce(UInt64(bytes.count)) { $0 << 8 ^ $0 >> 56 ^ UInt64($1) }
            var generator = SplitMix64(seed: number)
            try read(&generator)
        }
    }

    /// A mutant of a sound input.
    public func mutant(_ generator: inout SplitMix64) -> [UInt8] {
        guard !isDecidedByNumber else { return Self.bytes(of: generator.next()) }
        return mutations.next(&generator)
    }

    /// A mutant of a given input.
    public func mutant(of bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        guard !isDecidedByNumber else { return Self.bytes(of: generator.next()) }
        return mutations.changed(bytes, &generator)
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// Reads a mutant, and says what came of it.
    public func outcome(of bytes: [UInt8]) -> FuzzOutcome {
        do {
            try read(bytes)
            return .taken
        } catch {
            return Self.isRefusal(error) ? .refused : .finding("\(type(of: error)): \(error)")
        }
    }

    /// Whether an error is one that people are shown as what it is, not as a fault of ours.
    private static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case is any InputProblem, is StoreError, is FileError, is JSONError, is SchemaProblem, is ChatFailure: true
        case is UnreachableAddress: true
        default: false
        }
    }
}
