internal import InputErrors

/// Reading of files that people name.
package enum InputFile {
    /// The text of a file, without its byte order mark.
    ///
    /// - Throws: ``InputError`` if the file cannot be read as UTF-8.
    package static func text(_ path: String, what: String) throws -> String {
        let bytes = try bytes(path, what: what)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), as: UTF8.self)
        else {
            throw InputError("\(path) cannot be read: it is not UTF-8")
        }
        return text
    }

    /// Says in words of its own that a file does not exist which will be read line by line.
    ///
    /// - Throws: ``InputError`` if there is none, or if it is neither a regular file nor a pipe of this process.
    package static func check(_ path: String, what: String) throws {
        do throws(FileBytes.Failure) { try OpenFile(path: path, pipes: true).end() } catch {
            throw InputError(error.isMissing ? "\(path): there is no such \(what)" : "\(path) \(error.message)")
        }
    }

    /// The bytes of a file, UTF-8 or not.
    ///
    /// - Throws: ``InputError`` if the file cannot be read, or is neither a regular file nor a pipe of this process.
    package static func bytes(_ path: String, what: String) throws -> [UInt8] {
        do throws(FileBytes.Failure) {
            return try FileBytes.read(path: path, pipes: true)
        } catch {
            throw InputError(
                error.isMissing ? "\(path): there is no such \(what)" : "\(path) \(error.message)")
        }
    }
}
