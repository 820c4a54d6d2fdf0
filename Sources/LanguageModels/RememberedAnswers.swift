internal import Foundation
public import Output

/// Files of remembered answers, as files: copied for a piece of a work, and gathered where pieces are put together.
public enum RememberedAnswers {
    /// The name of the copy in the folder of a piece.
    public static let name = "answers.sqlite"

    /// Copies what is remembered into a file that is not there yet.
    ///
    /// - Throws: `FileError` if the file is no such file, or the other cannot be written.
    public static func copy(_ path: String, to new: String) throws(FileError) {
        try AnswerCache(path: path).copy(to: new)
    }

    /// Adds what other files remember to one, which is made if missing; what it has already stays.
    ///
    /// - Throws: `FileError` naming a file that is no such file.
    /// - Complexity: O(answers).
    public static func gather(_ paths: [String], into path: String) throws(FileError) {
        let cache = try AnswerCache(path: path)
        for other in paths { try cache.gather(other) }
    }
}
