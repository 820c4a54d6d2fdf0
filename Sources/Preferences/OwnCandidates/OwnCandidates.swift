public import GameModel
internal import Output

/// Prompts and answers from elsewhere, placed in a game: every answer has its exact action value, and what cannot be placed
/// is listed with the reason.
///
/// A prompt of one message is placed at the first turn, with the belief prior × initial states, updated by the cue of its message where
/// that is given and averaged over the cues where it is not; a longer one at its turn, with the posterior that its labels lead to (see
/// ``HistoryFilter``). Texts are not touched.
public struct OwnCandidates: Sendable {
    /// The name that rows give to an answer of which nothing says which response of the scenario it is.
    static let featuresName = "features"

    public let table: LongTable
    public let rejects: [Reject]
    public let summary: OwnPromptSummary
    /// What the labels rest on.
    public let basis: LabelBasis

    /// What prompts are placed by.
    public struct Basis {
        let source: PreferenceSource
        let definition: GameDefinition
        let objective: Objective
        let multipliers: [Double]
        let settings: OwnPromptSettings
        let labels: AnswerLabels?
        let reasons: PairReasons?

        /// - Parameters:
        ///   - definition: the definition of the source's game.
        ///   - objective: what the policy was solved for.
        ///   - multipliers: μ per constraint of the objective.
        ///   - labels: a file of labels, beside those of the lines.
        ///   - reasons: what says what is expected to follow an answer, for rationales.
        public init(
            source: PreferenceSource, definition: GameDefinition, objective: Objective, multipliers: [Double],
            settings: OwnPromptSettings = OwnPromptSettings(), labels: AnswerLabels? = nil, reasons: PairReasons? = nil
        ) {
            self.source = source
            self.definition = definition
            self.objective = objective
            self.multipliers = multipliers
            self.settings = settings
            self.labels = labels
            self.reasons = reasons
        }
    }

    /// Places the lines of a candidates file.
    ///
    /// - Parameter text: the file's bytes.
    /// - Throws: ``PreferenceError`` if no line can be placed, `LineError` for bytes that are no JSON lines in UTF-8, ``InterruptedError``
    ///   where the control stops the work.
    public init(_ text: [UInt8], _ basis: Basis, _ control: RunControl = RunControl()) throws {
        var builder = try OwnPromptBuilder(basis, control)
        for line in try LineReader.jsonLines(of: text) { try builder.take(line) }
        try self.init(builder)
    }

    /// Places the lines of a candidates file, which may be larger than memory.
    ///
    /// - Throws: as for a text, and `FileError` if the file cannot be read.
    /// - Complexity: O(bytes) time.
    public init(path: String, _ basis: Basis, _ control: RunControl = RunControl()) throws {
        var builder = try OwnPromptBuilder(basis, control)
        if let pieces = control.pieces, pieces.isPart {
            try InputLedger.noteAhead(path)
            try pieces.keep(OwnPromptBuilder.phase, count: nil) { sink in
                builder.sink = sink
                try Self.read(path, &builder)
                try builder.flush()
                sink.units = builder.blocks
            }
            throw PieceComplete()
        }
        builder.stored = try control.pieces?.results(OwnPromptBuilder.phase, count: nil)
        try Self.read(path, &builder)
        try self.init(builder)
    }

    private static func read(_ path: String, _ builder: inout OwnPromptBuilder) throws {
        var isFirst = true
        try LineReader.read(path: path) { number, bytes in
            let line = TextLine(number: number, bytes: bytes)
            if isFirst { _ = try LineReader.jsonLines(of: bytes) }
            isFirst = false
            if let problem = line.problem { throw problem }
            try builder.take(line)
        }
    }

    private init(_ builder: consuming OwnPromptBuilder) throws {
        try builder.flush()
        let (prompts, rejects, summary) = builder.result
        guard !prompts.isEmpty else {
            throw PreferenceError(
                "no line of the candidates file can be placed in the game"
                    + (rejects.first.map { "; line \($0.line): \($0.reason)" } ?? ": it has no lines"))
        }
        table = LongTable(
            prompts: prompts, identicalTexts: summary.leftOut[.repeatedText]?.answers ?? 0,
            temperature: builder.temperature)
        self.rejects = rejects
        self.summary = summary
        var basis = builder.labelBasis
        (basis.prompts, basis.guessedPriors) = (summary.prompts, summary.unknownPrompts)
        basis.abstained = summary.leftOut[.abstained]?.answers ?? 0
        self.basis = basis
    }
}
