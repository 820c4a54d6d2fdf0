internal import Foundation

/// Sound inputs as files, and the words of the format as a dictionary, in the forms that libFuzzer reads.
public struct SeedFiles {
    private let subject: FuzzSubject

    public init(_ subject: FuzzSubject) { self.subject = subject }

    /// Writes them into a folder, and the dictionary beside it.
    public func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, input) in subject.sound.enumerated() {
            try Data(input).write(to: URL(fileURLWithPath: "\(folder)/sound-\(index)"))
        }
        let lines = subject.words.map { word in
            "\""
                + word.utf8.map { byte in
                    let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x22 && byte != 0x5C
                    let digits = String(byte, radix: 16, uppercase: true)
                    return isPlain ? String(UnicodeScalar(byte)) : "\\x" + (digits.count < 2 ? "0" : "") + digits
                }.joined() + "\"\n"
        }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder + ".dict"))
    }
}
