internal import Foundation

/// A file of lines of which any can be read by its number, without the file being held in memory.
package struct LineTable: Sendable {
    package let path: String
    /// SHA-256 of the file.
    package let sha256: String
    /// Where each line begins, and where the last one ends.
    private let starts: [Int]

    /// How many lines there are.
    package var count: Int { starts.count - 1 }

    /// - Throws: ``FileError`` if the file cannot be read, or does not end with a line feed.
    /// - Complexity: reads the file once; 8 bytes a line are held.
    package init(path: String) throws(FileError) {
        self.path = path
        var (starts, position) = ([0], 0)
        let hash = RunningHash()
        do throws(SystemError) {
            let file = try Descriptor(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            while true {
                let part = try file.read(upTo: 1 << 20)
                guard !part.isEmpty else { break }
                hash.update(part)
                for (index, byte) in part.enumerated() where byte == 0x0A { starts.append(position + index + 1) }
                position += part.count
            }
        } catch { throw FileError(path, "cannot be read", error) }
        guard starts.last == position else { throw FileError("\(path) ends within a line; it is damaged") }
        (self.starts, sha256) = (starts, hash.hexadecimal)
    }

    /// SHA-256 of a file, in bounded memory.
    package static func hash(path: String) throws(FileError) -> String {
        let hash = RunningHash()
        do throws(SystemError) {
            let file = try Descriptor(path, O_RDONLY | O_NONBLOCK)
            while true {
                let part = try file.read(upTo: 1 << 20)
                guard !part.isEmpty else { return hash.hexadecimal }
                hash.update(part)
            }
        } catch { throw FileError(path, "cannot be read", error) }
    }

    /// The bytes of a line without its line feed; from any thread.
    ///
    /// The file is opened for every line: a work may have more pieces than a process may have open files.
    ///
    /// - Throws: ``FileError`` if it cannot be read.
    package func line(_ number: Int) throws(FileError) -> [UInt8] {
        do throws(SystemError) {
            return try Descriptor(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).read(
                at: starts[number], count: starts[number + 1] - 1 - starts[number])
        } catch { throw FileError(path, "cannot be read", error) }
    }
}
