internal import ArgumentParser
internal import Nacre

/// How a judge is asked.
struct JudgeSampleOptions: ParsableArguments {
    @Option(
        name: .long, help: "Answers of the judge about each text. (default: 1)", transform: Number.whole(1...1000))
    var judgeSamples = 1
}

struct LabelRequestsCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "Write what a judge is to be asked, as a batch file for any engine.",
        discussion: """
            Writes OpenAI batch lines (custom_id, method, url, body), which OpenAI's batch service, vllm run-batch, SGLang and \
            others read. sim-cli label collect reads the answers. docs/judges.md describes both.
            """)

    @Argument(help: "Texts: JSON lines of prompts with answers, messages, or conversations.", completion: .file())
    var file: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @OptionGroup var setting: SettingOptions

    @Option(name: .long, help: "File to write.", completion: .file(extensions: ["jsonl"]))
    var out: String

    @Flag(name: .long, help: "Replace an existing file.")
    var force = false

    @OptionGroup var samples: JudgeSampleOptions

    @Option(name: .long, help: "The model's name as the engine knows it. (default: judge)")
    var modelName = "judge"

    @Option(
        name: .long, help: "Sampling temperature. (default: the model's own)", transform: Number.real(0...100))
    var temperature: Double?

    @Option(
        name: .long, help: "The largest number of tokens of an answer. (default: the model's own)",
        transform: Number.whole(1...1_000_000_000))
    var maxAnswerTokens: Int?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try setting.scenario(path: scenario)
        var requests = JudgeRequests(scheme: scenario.labelScheme, model: modelName)
        (requests.samples, requests.temperature) = (samples.judgeSamples, temperature)
        requests.maximumAnswerTokens = maxAnswerTokens
        let report: JudgeRequestReport
        do {
            report = try Work("writing", unit: "requests", threads: global.threadCount, on: terminal).run {
                try requests.write(file, scenario: scenario, to: out, replaces: force, $0)
            }
        } catch is InterruptedError { throw ExitCode(ExitStatus.interrupted.rawValue) }
        try terminal.show(report)
    }
}

struct LabelCollectCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Read a batch's answers, and write labels.",
        discussion: """
            The texts and the scenario must be those that the requests were written from. Lines may stand in any order and in \
            several files, such as OpenAI's answers and its errors; missing and repeated answers are counted.
            """)

    @Argument(help: "Files with the answers of label requests' batch.", completion: .file(extensions: ["jsonl"]))
    var answers: [String]

    @Option(name: .long, help: "The texts that were asked about.", completion: .file(extensions: ["jsonl"]))
    var texts: String

    @Option(name: .long, help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @OptionGroup var setting: SettingOptions

    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("abstain-below"),
        help: "Abstain where the largest probability is lower. (default: 0.5)", transform: Number.real(0...1))
    var abstainBelow = 0.5

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let scenario = try setting.scenario(path: scenario)
        // Answers may be many, and are read first.
        try InputFile.check(texts, what: "file of texts")
        var request = LabelRequest()
        (request.abstainBelow, request.replaces) = (abstainBelow, output.force)
        let report: LabelReport
        do {
            let batch = try Work("reading answers", unit: "lines", threads: global.threadCount, on: terminal).run {
                try BatchAnswers(answers, $0)
            }
            request.way = JudgeMaker(batch, samples: max(1, batch.samples))
            report = try Work("labelling", unit: "texts", threads: global.threadCount, on: terminal).run {
                try request.label(texts, scenario: scenario, to: output.out, $0)
            }
        } catch is InterruptedError { throw ExitCode(ExitStatus.interrupted.rawValue) }
        try terminal.show(report)
    }
}
