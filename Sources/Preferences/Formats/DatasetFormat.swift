/// Which of NVIDIA's trainers is to read the rows.
public enum NeMoReader: String, Sendable, Equatable, CaseIterable {
    /// NeMo RL: messages and ranked completions.
    case rl
    /// NeMo-Aligner, its predecessor: texts with turn marks.
    case aligner
}

/// The forms in which a dataset can be written; all are made from the one long table.
public enum DatasetFormat: Sendable, Equatable {
    /// Conversational preference pairs with an explicit prompt.
    case dpo
    /// One completion a row, desirable or not.
    case kto
    /// The better completion of each pair, once; with the difference of the values in a column `margin` on request.
    case reward(marginColumn: Bool)
    /// Samples of what the reference or the policy says.
    case sft(SampleSettings)
    /// LLaMA-Factory's ranking form, with its `dataset_info.json`.
    case sharegpt
    /// OpenAI's preference fine-tuning.
    case openai
    /// NVIDIA's trainers, with rewards.
    case nemo(NeMoReader)
    /// Two answers, which is better and which is safer.
    case twoAxis
    /// Every completion of every prompt with its value, reference and target probability.
    case candidates

    /// The form that writes the rows.
    var rows: any RowFormat {
        switch self {
        case .dpo: DPOFormat()
        case .kto: KTOFormat()
        case .reward(let marginColumn): RewardFormat(marginColumn: marginColumn)
        case .sft(let settings): SFTFormat(settings: settings)
        case .sharegpt: ShareGPTFormat()
        case .openai: OpenAIFormat()
        case .nemo(.rl): NeMoRLFormat()
        case .nemo(.aligner): NeMoAlignerFormat()
        case .twoAxis: TwoAxisFormat()
        case .candidates: CandidatesFormat()
        }
    }

    /// The label mode that the form needs, or nil where any will do.
    public var requiredLabels: LabelMode? {
        switch self {
        case .reward, .twoAxis: .hard
        // Completions are not paired, so a temperature of 0 is no obstacle.
        case .kto, .sft, .candidates: .hard
        case .dpo, .sharegpt, .openai, .nemo: nil
        }
    }

    /// Whether rows say how probable the preference is, so that a tie can be written as one.
    public var carriesProbability: Bool { self == .dpo }

    /// Whether rows are pairs of completions.
    public var isPaired: Bool {
        switch self {
        case .kto, .sft, .candidates: false
        default: true
        }
    }
}
