internal import ArgumentParser
internal import Nacre

/// How own prompts and answers are taken.
struct OwnPromptOptions: ParsableArguments {
    @Option(
        name: .customLong("answer-labels"),
        help: "With --candidates: what answers and prompts are, as label writes it; joined by id, else by line number.",
        completion: .file(extensions: ["jsonl"]))
    var answerLabels: String?

    @Flag(
        name: .customLong("use-abstained"),
        help: "With --candidates: take labels too whose labeller abstained. Without, such answers are left out.")
    var usesAbstained = false

    @Option(
        name: .customLong("min-scope"),
        help: """
            With --candidates: leave out prompts without a prior whose label says that they belong to the scenario with less than \
            this probability, or of which nothing is said and which share no word with it; 0 takes all. (default: 0.5)
            """,
        transform: Number.real(0...1))
    var minimumScope: Double?

    @Option(
        name: .customLong("label-draws"),
        help: "With --candidates: how many draws stand for an uncertain label. (default: 64)",
        transform: Number.whole(1...65_536))
    var draws: Int?

    @Option(
        name: .customLong("min-certainty"),
        help: """
            With --candidates: leave out pairs of which it is less certain which answer is worth more (column certainty). \
            (default: 0)
            """,
        transform: Number.real(0...1))
    var minimumCertainty: Double?

    @Flag(name: .long, help: "With --candidates: exit with 1 if a prompt or an answer was left out.")
    var strict = false

    /// What was given, as it is typed.
    var given: [String] {
        [
            ("--answer-labels", answerLabels != nil), ("--use-abstained", usesAbstained),
            ("--min-scope", minimumScope != nil),
            ("--label-draws", draws != nil), ("--min-certainty", minimumCertainty != nil), ("--strict", strict),
        ].filter(\.1).map(\.0)
    }

    var settings: OwnPromptSettings {
        var settings = OwnPromptSettings()
        settings.minimumScope = minimumScope ?? settings.minimumScope
        settings.usesAbstained = usesAbstained
        settings.draws = draws ?? settings.draws
        return settings
    }
}
