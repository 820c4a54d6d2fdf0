internal import ArgumentParser
internal import Nacre

struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Say what texts are in the words of a scenario: answers, messages, openings.",
        discussion: """
            sim-cli label FILE is sim-cli label texts FILE. docs/labels.md describes the files, and how far a label can be \
            trusted.
            """,
        subcommands: [
            LabelTextsCommand.self, LabelRequestsCommand.self, LabelCollectCommand.self, LabelSheetCommand.self,
            LabelAgreementCommand.self,
        ],
        defaultSubcommand: LabelTextsCommand.self)
}

/// The texts and the scenario that say what labels mean.
struct LabelledFileOptions: ParsableArguments {
    @Argument(help: "Texts: JSON lines of prompts with answers, messages, or conversations.", completion: .file())
    var file: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @OptionGroup var setting: SettingOptions
}

/// What decides how texts are labelled.
struct LabellingOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: "Labelled examples to learn from (JSON lines); may be given several times.",
        completion: .file(extensions: ["jsonl"]))
    var examples: [String] = []

    @Option(
        name: .customLong("abstain-below"),
        help: "Abstain where the largest probability is lower. (default: 0.5)", transform: Number.real(0...1))
    var abstainBelow = 0.5

    @Option(name: .long, help: "Ask the model behind this URL (OpenAI's protocol) for every label; docs/judges.md.")
    var judge: String?

    @Option(
        name: .long,
        help: "Take vectors of texts from the model behind this URL, beside their words, for the classifier.")
    var embeddings: String?

    @OptionGroup var samples: JudgeSampleOptions
    @OptionGroup(title: "Addresses") var model: ModelOptions

    func validate() throws {
        guard judge == nil || embeddings == nil else {
            throw ValidationError("--judge needs no --embeddings; leave one of them out.")
        }
        guard judge == nil else {
            guard examples.isEmpty else {
                throw ValidationError("--examples teaches the classifier and not a judge; leave one of them out.")
            }
            return
        }
        guard samples.judgeSamples == 1, !model.isGiven || embeddings != nil else {
            throw ValidationError(
                "options of an address mean nothing without --judge or --embeddings; give one, or leave them out.")
        }
    }

    /// How texts are labelled.
    ///
    /// - Parameter out: the folder of the labels, beside which answers are remembered.
    func way(out: String, _ control: RunControl) throws -> any LabellerMaker {
        let cache = ModelOptions.cache(beside: out)
        if let judge {
            return JudgeMaker(try model.model(judge, cache: cache, control), samples: samples.judgeSamples)
        }
        return LexicalMaker(
            embedder: try embeddings.map { ModelEmbedder(try model.model($0, cache: cache, control)) })
    }
}

struct LabelTextsCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "texts", abstract: "Label the texts of a file.",
        discussion: """
            Writes labels.jsonl, one line a text, and manifest.json; lines that cannot be read are kept in rejects.jsonl. By \
            default a classifier of words and letters labels, which learns from the scenario's own texts and from --examples; \
            it needs no network and no model.
            """)

    @OptionGroup var texts: LabelledFileOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var labelling: LabellingOptions
    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Resume an interrupted run of the same texts to the same folder.")
    var resume = false

    @Flag(name: .long, help: "Exit with 1 if a line could not be read.")
    var strict = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { output.out }
    var replacesPiece: Bool { output.force }
    var asksAddresses: Bool { labelling.judge != nil || labelling.embeddings != nil }

    var ownAnswers: String? {
        asksAddresses && labelling.model.cache == nil ? ModelOptions.cache(beside: output.out) : nil
    }

    /// Who puts pieces together takes answers from where they are remembered, and asks nobody: not even which models there are.
    func checkDivision() throws {
        if asksAddresses, labelling.model.modelName == nil {
            throw ValidationError("--shard with an address needs --model-name: merge asks the address for nothing.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        var request = LabelRequest()
        request.examples = labelling.examples
        (request.abstainBelow, request.replaces, request.resumes) = (labelling.abstainBelow, output.force, resume)
        let scenario = try texts.setting.scenario(path: texts.scenario)
        let recorder = try RunRecorder(store: store.path, terminal)
        let report = try recorder.recording {
            let permit = try recorder.begin(
                .label, scenario: scenario, policy: nil, seed: global.seed,
                settings: try JSONValue.object(scenario.withAssumptions(recorded)).text())
            let report = try Work("labelling", unit: "texts", threads: global.threadCount, on: terminal).run {
                request.way = try labelling.way(out: output.out, $0)
                return try request.label(texts.file, scenario: scenario, to: output.out, $0)
            }
            try terminal.show(report)
            try recorder.finish(permit, report: report)
            return report
        }
        if strict, report.counts.rejected > 0 { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// The settings that the store keeps.
    private var recorded: [String: JSONValue] {
        [
            "texts": .string(texts.file), "out": .string(output.out), "examples": .strings(labelling.examples),
            "abstain_below": .number(labelling.abstainBelow), "judge": labelling.judge.map { .string($0) } ?? .null,
            "embeddings": labelling.embeddings.map { .string($0) } ?? .null,
        ]
    }
}

struct LabelSheetCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "sheet",
        abstract: "A table for a person to label, the least certain texts first; or reads it back.",
        discussion: """
            label sheet LABELS --texts FILE --scenario S --out sheet.csv writes a table with empty columns and with what the \
            names mean. label sheet --read sheet.csv --texts FILE --scenario S --out examples.jsonl makes examples of what was \
            filled in.
            """)

    @Argument(help: "Labels: the labels.jsonl of label.", completion: .file(extensions: ["jsonl"]))
    var labels: String?

    @Option(name: .long, help: "A sheet that was filled in, to read back.", completion: .file(extensions: ["csv"]))
    var read: String?

    @Option(name: .long, help: "The texts that were labelled.", completion: .file())
    var texts: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @OptionGroup var setting: SettingOptions

    @Option(name: .long, help: "File to write.", completion: .file())
    var out: String

    @Option(name: .long, help: "Texts at most. (default: 200)", transform: Number.whole(1...1_000_000))
    var most = 200

    @Flag(name: .long, help: "Replace an existing file.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (labels == nil) != (read == nil) else {
            throw ValidationError("give either LABELS, to make a sheet, or --read SHEET, to read one back.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try setting.scenario(path: scenario)
        if let read {
            try terminal.show(
                SheetReport(reading: read, texts: texts, scenario: scenario, out: out, replaces: force))
        } else if let labels {
            try terminal.show(
                SheetReport(making: out, labels: labels, texts: texts, scenario: scenario, most: most, replaces: force))
        }
    }
}

struct LabelAgreementCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "How well two files of labels agree; the first is taken for true.",
        discussion: """
            Each file is the labels.jsonl of label, or texts with labels filled in. With --out, confusion.csv, features.csv \
            and agreement.json are written into a folder.
            """)

    @Argument(help: "Labels that are taken for true, such as a person's.", completion: .file(extensions: ["jsonl"]))
    var truth: String

    @Argument(help: "Labels that are judged by them.", completion: .file(extensions: ["jsonl"]))
    var given: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @OptionGroup var setting: SettingOptions

    @Option(name: .long, help: "Folder to write.", completion: .directory)
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let report = try AgreementReport(truth: truth, given: given, scenario: setting.scenario(path: scenario))
        if let out { try report.write(to: out, replaces: force, note: terminal.note) }
        try terminal.show(report)
    }
}
