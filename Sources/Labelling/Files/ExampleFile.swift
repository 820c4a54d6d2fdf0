internal import InputErrors
internal import Output

/// Labelled examples in files: the lines that are labelled, with the labels filled in.
public enum ExampleFile {
    /// The texts of a file that carry a label, and how many do not.
    ///
    /// An id that stands in two files is two texts: examples are named `file:id`, so that lines of the same prompt stay together.
    ///
    /// - Throws: `InputError` at the first line that cannot be read, and for a file without any label.
    public static func examples(_ path: String, _ scheme: LabelScheme) throws -> [LabelledText] {
        var examples: [LabelledText] = []
        try InputFile.check(path, what: "file of examples")
        try LineReader.readObjects(path: path) { number, bytes in
            do throws(LineError) {
                let line = try LabelLine(TextLine(number: number, bytes: bytes), scheme: scheme)
                examples += line.entries.compactMap { entry in entry.given.map { LabelledText(entry.text, $0) } }
            } catch { throw InputError(error.located(in: path)) }
        }
        guard !examples.isEmpty else {
            throw InputError(
                "\(path): has no labelled text; give response, features, cue or reaction to texts (docs/labels.md)")
        }
        return examples
    }
}
