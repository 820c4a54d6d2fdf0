/// Which of NVIDIA's trainers is to read the rows.
public enum NeMoReader: String, Sendable, Equatable, CaseIterable {
    /// NeMo RL: messages and ranked completions.
    case rl
    /// NeMo-Aligner, its predecessor: texts with turn marks.
    case aligner
}

/// A form in which a dataset can be written; all are made from the one long table.
///
/// A form is one type that conforms to `RowFormat`, in a file of its own, and a line in ``Form/all``.
public struct DatasetFormat: Sendable, Equatable {
    /// The form that writes the rows.
    let rows: any RowFormat
    /// What tells this format from others: its name and its settings.
    private let identity: String

    init(_ rows: any RowFormat) {
        self.rows = rows
        identity = "\(rows)"
    }

    public static func == (a: DatasetFormat, b: DatasetFormat) -> Bool { a.identity == b.identity }

    /// The name in the manifest.
    public var name: String { rows.name }

    /// The label mode that the form needs, or nil where any will do.
    public var requiredLabels: LabelMode? { rows.requiredLabels }

    /// Why the form cannot be written with labels that somebody asked for; nil where it can.
    public func problem(with labels: LabelMode?) -> String? {
        guard let labels, let requiredLabels, labels != requiredLabels else { return nil }
        return "--labels \(labels.rawValue) means nothing here: this form has labels of its own."
    }

    /// Whether rows say how probable the preference is, so that a tie can be written as one.
    public var carriesProbability: Bool { rows.carriesProbability }

    /// Whether rows are pairs of completions.
    public var isPaired: Bool { rows.isPaired }

    /// Whether rows can say why.
    public var takesRationale: Bool { rows.takesRationale }
}

extension DatasetFormat: CustomStringConvertible {
    public var description: String { identity }
}

extension DatasetFormat {
    /// Conversational preference pairs with an explicit prompt.
    public static let dpo = DatasetFormat(DPOFormat())
    /// One completion a row, desirable or not.
    public static let kto = DatasetFormat(KTOFormat())
    /// LLaMA-Factory's ranking form, with its `dataset_info.json`.
    public static let sharegpt = DatasetFormat(ShareGPTFormat())
    /// OpenAI's preference fine-tuning.
    public static let openai = DatasetFormat(OpenAIFormat())
    /// Two answers, which is better and which is safer.
    public static let twoAxis = DatasetFormat(TwoAxisFormat())
    /// Every completion of every prompt with its value, reference and target probability.
    public static let candidates = DatasetFormat(CandidatesFormat())

    /// The better completion of each pair, once; with the difference of the values in a column `margin` on request.
    public static func reward(marginColumn: Bool) -> DatasetFormat {
        DatasetFormat(RewardFormat(marginColumn: marginColumn))
    }

    /// Samples of what the reference or the policy says.
    public static func sft(_ settings: SampleSettings) -> DatasetFormat { DatasetFormat(SFTFormat(settings: settings)) }

    /// NVIDIA's trainers, with rewards.
    public static func nemo(_ reader: NeMoReader) -> DatasetFormat {
        reader == .rl ? DatasetFormat(NeMoRLFormat()) : DatasetFormat(NeMoAlignerFormat())
    }
}

/// A form by its name, and what can be said of it where it is asked for.
public struct Form: Sendable {
    /// What a form can be told besides the labels; each form takes what concerns it.
    public struct Settings: Sendable {
        /// Of `reward`: whether rows have the column `margin`.
        public var marginColumn = false
        /// Of `sft`: whose answers, and how many.
        public var samples = SampleSettings()
        /// Of `nemo`: which trainer reads the rows.
        public var reader = NeMoReader.rl

        public init() {}
    }

    /// A setting that only some forms take.
    public enum Setting: String, Sendable, CaseIterable {
        case marginColumn = "margin-column"
        case speaker = "of"
        case rowsPerPrompt = "rows-per-prompt"
        case reader = "for"
        case rationale
    }

    public let name: String
    /// In a line, for people.
    public let abstract: String
    public let takes: Set<Setting>
    public let format: @Sendable (Settings) -> DatasetFormat

    init(
        _ name: String, _ abstract: String, takes: Set<Setting> = [.rationale],
        _ format: @escaping @Sendable (Settings) -> DatasetFormat
    ) {
        self.name = name
        self.abstract = abstract
        self.takes = takes
        self.format = format
    }

    public static let dpo = Form(
        "dpo", "Preference pairs for DPO: conversational rows with an explicit prompt, a card and a manifest."
    ) { _ in .dpo }

    public static let kto = Form(
        "kto", "Completions that are desirable or not, against the reference's mean value (TRL's KTOTrainer).",
        takes: []
    ) { _ in .kto }

    public static let reward = Form(
        "reward", "Hard pairs for a reward model, each pair of completions once.", takes: [.marginColumn, .rationale]
    ) { .reward(marginColumn: $0.marginColumn) }

    public static let sft = Form(
        "sft", "Samples of what the reference says, or the policy: what comes before DPO.",
        takes: [.speaker, .rowsPerPrompt]
    ) { .sft($0.samples) }

    public static let sharegpt = Form(
        "sharegpt", "LLaMA-Factory's ranking form, with its dataset_info.json."
    ) { _ in .sharegpt }

    public static let openai = Form("openai", "OpenAI's preference fine-tuning form.", takes: []) { _ in .openai }

    public static let nemo = Form(
        "nemo", "Pairs for NVIDIA's NeMo RL or NeMo-Aligner, with action values as rewards.",
        takes: [.reader, .rationale]
    ) { .nemo($0.reader) }

    public static let twoAxis = Form(
        "two-axis", "Two answers a row: which is better, and which is likelier to end safely (as PKU-SafeRLHF)."
    ) { _ in .twoAxis }

    public static let candidates = Form(
        "candidates", "Every completion of every prompt with its action value, reference and target probability."
    ) { _ in .candidates }

    /// Every form, in the order of help texts.
    public static let all: [Form] = [dpo, kto, reward, sft, sharegpt, openai, nemo, twoAxis, candidates]

    /// - Returns: nil if there is no form of that name.
    public static func named(_ name: String) -> Form? { all.first { $0.name == name } }
}
