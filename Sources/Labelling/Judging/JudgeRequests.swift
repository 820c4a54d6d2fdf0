public import GameModel
internal import InputErrors
internal import LanguageModels
internal import Output

/// Writes what a judge is to be asked about a file of texts, as lines that batch engines read.
public struct JudgeRequests: Sendable {
    /// What was read and written.
    public struct Counts: Sendable, Equatable {
        public var lines = 0
        /// Lines that could not be read.
        public var rejected = 0
        public var texts = 0
        public var requests = 0
        /// Texts that another one asks for already: the same words after the same words.
        public var repeated = 0
        /// The first line that could not be read, as `file:line:column: error: …`.
        public var firstReject: String?

        public init() {}
    }

    public let rubric: JudgeRubric
    /// How many answers about each text, at least 1.
    public var samples = 1
    /// What the engine knows the model by.
    public var model: String
    public var temperature: Double?
    public var maximumAnswerTokens: Int?

    public init(scheme: LabelScheme, model: String) {
        rubric = JudgeRubric(scheme)
        self.model = model
    }

    /// Reads a file of texts and writes one line a request.
    ///
    /// - Parameter write: takes a line without its line feed.
    /// - Throws: `InputError` if no line can be read, `FileError` for a file that cannot be read, `InterruptedError` where the control asks
    ///   to stop; what `write` throws.
    /// - Complexity: one pass in bounded memory but for 16 bytes a text, by which the same question is asked once.
    public func write(_ path: String, _ control: RunControl, to write: ([UInt8]) throws -> Void) throws -> Counts {
        var counts = Counts()
        var asked: Set<ContentHash.Fingerprint> = []
        try ConversationLines.read(path: path) { number, bytes in
            if control.shouldStop() { throw InterruptedError() }
            counts.lines += 1
            let line: LabelLine
            do throws(LineError) { line = try LabelLine(TextLine(number: number, bytes: bytes), scheme: nil) } catch {
                counts.rejected += 1
                if counts.firstReject == nil { counts.firstReject = error.located(in: path) }
                return
            }
            for entry in line.entries {
                counts.texts += 1
                guard asked.insert(Self.fingerprint(entry.text)).inserted else {
                    counts.repeated += 1
                    continue
                }
                for sample in 0..<samples {
                    let request = rubric.request(entry.text, sample: sample)
                    let body = ChatBody(
                        request, model: model, temperature: temperature, maximumTokens: maximumAnswerTokens)
                    try write(try BatchRequest.line(request, body))
                    counts.requests += 1
                }
            }
            if counts.lines % 1000 == 0 { control.progress(RunProgress(steps: counts.requests)) }
        }
        guard counts.texts > 0 else {
            throw InputError(counts.firstReject ?? "\(path): has no lines; one JSON object a line is needed")
        }
        return counts
    }

    /// What the question about a text depends on: what it is, and the mark, which depends on all the words.
    private static func fingerprint(_ text: UnlabelledText) -> ContentHash.Fingerprint {
        ContentHash.fingerprint(Array("\(text.kind.rawValue)\n\(FencedText(text).question)".utf8))
    }
}
