/// All targets. A new one is an entry in one of the lists, with sound inputs, words of the format and the reader.
public enum FuzzTargets {
    public static let all: [FuzzTarget] = documents + lines + served + stored

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

    typealias Reader = ([UInt8]) throws -> Void

    /// A target for texts.
    static func text(
        _ name: String, _ reads: String,
        _ parts: @escaping @Sendable () throws -> (sound: [String], words: [String], read: Reader)
    ) -> FuzzTarget {
        FuzzTarget(name, reads) {
            let (sound, words, read) = try parts()
            return FuzzSubject(sound: sound.map { Array($0.utf8) }, words: words, read: read)
        }
    }
}
