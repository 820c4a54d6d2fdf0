public import ArgumentParser
public import Preferences

struct ExportKTOCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "kto",
        abstract: "Completions that are desirable or not, against the reference's mean value (TRL's KTOTrainer).")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    var format: DatasetFormat { .kto }
}

struct ExportRewardCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "reward", abstract: "Hard pairs for a reward model, each pair of completions once.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Flag(
        name: .customLong("margin-column"),
        help: "Add the column margin = score_chosen − score_rejected, which TRL's RewardTrainer uses in its loss.")
    var marginColumn = false

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .reward(marginColumn: marginColumn) }
}

extension NeMoReader: ExpressibleByArgument {}
extension SampleSettings.Speaker: ExpressibleByArgument {}

struct ExportSFTCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "sft", abstract: "Samples of what the reference says, or the policy: what comes before DPO.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Option(name: .customLong("of"), help: "Whose answers.")
    var speaker = SampleSettings.Speaker.reference

    @Option(
        name: .customLong("rows-per-prompt"), help: "Rows a prompt, its completions in proportion. (default: 24)",
        transform: Number.whole(1...1_000_000))
    var rowsPerPrompt = 24

    var format: DatasetFormat { .sft(SampleSettings(speaker: speaker, rowsPerPrompt: rowsPerPrompt)) }
}

struct ExportShareGPTCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "sharegpt", abstract: "LLaMA-Factory's ranking form, with its dataset_info.json.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .sharegpt }
}

struct ExportOpenAICommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "openai", abstract: "OpenAI's preference fine-tuning form.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    var format: DatasetFormat { .openai }
}

struct ExportNeMoCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "nemo", abstract: "Pairs for NVIDIA's NeMo RL or NeMo-Aligner, with action values as rewards.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Option(
        name: .customLong("for"),
        help: "rl: NeMo RL's context and ranked completions; aligner: NeMo-Aligner's texts with turn marks.")
    var reader = NeMoReader.rl

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .nemo(reader) }
}

struct ExportTwoAxisCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "two-axis",
        abstract: "Two answers a row: which is better, and which is likelier to end safely (as PKU-SafeRLHF).")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .twoAxis }
}

struct ExportCandidatesCommand: PreferenceExport {
    static let configuration = CommandConfiguration(
        commandName: "candidates",
        abstract: "Every completion of every prompt with its action value, reference and target probability.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var export: PreferenceExportOptions

    @Flag(name: .long, help: RationaleHelp.text)
    var rationale = false

    var format: DatasetFormat { .candidates }
}
