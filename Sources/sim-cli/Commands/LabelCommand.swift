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
        subcommands: [LabelTextsCommand.self, LabelRequestsCommand.self, LabelCollectCommand.self],
        defaultSubcommand: LabelTextsCommand.self)
}

/// The texts and the scenario that say what labels mean.
struct LabelledFileOptions: ParsableArguments {
    @Argument(help: "Texts: JSON lines of prompts with answers, messages, or conversations.", completion: .file())
    var file: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String
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

    @OptionGroup var samples: JudgeSampleOptions
    @OptionGroup(title: "Addresses") var model: ModelOptions

    func validate() throws {
        guard judge == nil else {
            guard examples.isEmpty else {
                throw ValidationError("--examples teaches the classifier and not a judge; leave one of them out.")
            }
            return
        }
        guard !model.isGiven, samples.judgeSamples == 1 else {
            throw ValidationError("options of an address mean nothing without --judge; give one, or leave them out.")
        }
    }

    /// How texts are labelled.
    ///
    /// - Parameter out: the folder of the labels, beside which answers are remembered.
    func way(out: String, _ control: RunControl) throws -> any LabellerMaker {
        guard let judge else { return LexicalMaker() }
        return JudgeMaker(
            try model.model(judge, cache: ModelOptions.cache(beside: out), control), samples: samples.judgeSamples)
    }
}

struct LabelTextsCommand: NacreCommand {
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

    @Flag(name: .long, help: "Resume an interrupted run of the same texts to the same folder.")
    var resume = false

    @Flag(name: .long, help: "Exit with 1 if a line could not be read.")
    var strict = false

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        var request = LabelRequest()
        request.examples = labelling.examples
        (request.abstainBelow, request.replaces, request.resumes) = (labelling.abstainBelow, output.force, resume)
        let scenario = try Scenario.load(path: texts.scenario)
        let report: LabelReport
        do {
            report = try Work("labelling", unit: "texts", threads: global.threadCount, on: terminal).run {
                request.way = try labelling.way(out: output.out, $0)
                return try request.label(texts.file, scenario: scenario, to: output.out, $0)
            }
        } catch is InterruptedError { throw ExitCode(ExitStatus.interrupted.rawValue) }
        try terminal.show(report)
        if strict, report.counts.rejected > 0 { throw ExitCode(ExitStatus.gate.rawValue) }
    }
}
