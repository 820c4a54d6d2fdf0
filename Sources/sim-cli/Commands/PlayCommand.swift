public import ArgumentParser
public import Nacre

extension AnswerReading: ExpressibleByArgument {}

struct PlayCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Play conversations in words: a policy, a language model or you answer the users.",
        discussion: """
            Users are drawn as in simulate, so that the same seed brings the same users. A model's answers are labelled, and \
            the features of the label drive what users do. Users are simulated by the scenario's assumptions; they are not \
            people.
            """)

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "A simulated model: \(PolicyForms.text).")
    var policy: String?

    @Option(name: .long, help: "A language model behind this address (OpenAI's protocol).")
    var model: String?

    @Flag(name: .long, help: "You answer: a response by number or name, or your own words; q ends.")
    var hand = false

    @Flag(
        name: .long,
        help: "Another program answers: JSON lines on standard input, replies on standard output; docs/sessions.md.")
    var stdio = false

    @Option(
        name: .long, help: "Conversations to play. (default: 10; 1 by hand)",
        transform: Number.whole(1...Number.manySteps))
    var episodes: Int?

    @Option(name: .long, help: "Every user is of this type. (default: types by the prior)")
    var user: String?

    @Option(name: .long, help: "A file with the system message that stands before every conversation with a model.")
    var system: String?

    @Option(
        name: .long,
        help: "How labels drive users: mean takes their mean features, sampled draws from them.")
    var features = AnswerReading.mean

    @Option(
        name: .long,
        help: "A model behind this address rewords what users say; taken where it still reads as the same reaction.")
    var voice: String?

    @Option(name: .customLong("voice-model"), help: "The name of that model. (default: the only one of the address)")
    var voiceModel: String?

    @Option(name: .long, help: "A policy that meets the same users; may be repeated. (default: reference)")
    var compare: [String] = []

    @Option(
        name: .customLong("policy-file"),
        help: "A policy file written by solve: compared too, and regret is counted against it.",
        completion: .file(extensions: ["json"]))
    var policyFile: String?

    @Option(name: .long, help: "Whom users with foresight expect of a model or of you.")
    var expect = "reference"

    @Option(
        name: .long, help: "Answers of the model to each visited prompt, for candidates.jsonl in --out.",
        transform: Number.whole(2...1000))
    var samples: Int?

    @Option(
        name: .long, help: "Conversations to show as text. (default: 10)",
        transform: Number.whole(0...Number.manySteps))
    var show = 10

    @Option(name: .long, help: "Write conversations, candidates, a summary and tables into this folder.")
    var out: String?

    @Option(name: .long, help: "Also write an evaluation log for Inspect to this file.")
    var inspect: String?

    @OptionGroup var picture: PictureOption

    @Flag(name: .long, help: "Replace an existing folder, log or picture.")
    var force = false

    @OptionGroup(title: "Sessions") var sessions: SessionOptions
    @OptionGroup(title: "Labels") var labelling: PlayLabelling
    @OptionGroup(title: "Addresses") var asking: ModelOptions
    @OptionGroup var assumptions: ScenarioOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if stdio { return try validateSessions() }
        if sessions.isGiven { throw ValidationError("--reward, --belief and --reveal are for --stdio.") }
        guard [policy != nil, model != nil, hand].count(where: \.self) == 1 else {
            throw ValidationError("give one of --policy P, --model URL, --hand and --stdio.")
        }
        if model == nil, system != nil || samples != nil {
            throw ValidationError("--system and --samples are for --model.")
        }
        if samples != nil, out == nil { throw ValidationError("--samples needs --out FOLDER to write to.") }
    }

    /// Sessions are led by another program: what is about conversations that are played here does not apply.
    private func validateSessions() throws {
        let others: [(name: String, isGiven: Bool)] = [
            ("--model", model != nil), ("--hand", hand), ("--episodes", episodes != nil), ("--user", user != nil),
            ("--system", system != nil), ("--voice", voice != nil), ("--compare", !compare.isEmpty),
            ("--policy-file", policyFile != nil), ("--samples", samples != nil), ("--out", out != nil),
            ("--inspect", inspect != nil), ("--store", store.path != nil),
        ]
        if let other = others.first(where: \.isGiven) {
            throw ValidationError("\(other.name) does not go with --stdio.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        if stdio {
            let labeller = try labelling.deferred(scenario, asking, cache: nil, RunControl())
            let request = sessions.request(policy: policy ?? "reference", seed: global.seed, labeller: labeller)
            return try StdioSessions.run(try request.host(scenario, note: { terminal.note($0) }), terminal)
        }
        // A policy's answers are not labelled, but a file that is named is one that is there.
        if policy != nil { _ = try labelling.material(scenario) }
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let log = try inspect.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let drawing = try picture.file(replaces: force)
        try store.check()
        let work = Work("playing", unit: "conversations", threads: global.threadCount, on: terminal)
        let report = try work.run { control in
            let request = try request(scenario, control, terminal)
            return try request.run(scenario, control, terminal)
        }
        if let out { try terminal.writeFolder(out, replaces: force) { try report.write(to: $0) } }
        try drawing?.write(report.picture.svg)
        try log?.write(try report.inspectLog(at: Clock.now).text(.indented) + "\n")
        try terminal.show(report)
        // Whoever types q has ended in good order.
        if report.isStopped, !hand || work.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if report.mayPass { throw ExitCode(ExitStatus.temporary.rawValue) }
    }

    private func request(
        _ scenario: Scenario, _ control: RunControl, _ terminal: Terminal
    ) throws -> PlayRequest {
        var request = PlayRequest(try player(scenario, control, terminal))
        request.episodes = episodes ?? (hand ? 1 : 10)
        (request.seed, request.user, request.store) = (global.seed, user, store.path)
        (request.reading, request.expected, request.shown) = (features, expect, show)
        request.system = try system.map { try InputFile.text($0, what: "system message") }
        request.compare = compare.isEmpty && policy != "reference" ? ["reference"] : compare
        (request.solved, request.samples) = (policyFile, samples ?? 0)
        request.width = max(1, asking.concurrency) * 4
        if case .model(let model as AddressedModel, _) = request.player { request.modelSettings = model.settings }
        if let voice {
            request.voice = Voice(
                model: try address(voice, model: voiceModel, control), labeller: try labeller(scenario, control))
        }
        return request
    }

    /// A model behind an address, asked as the options say.
    private func address(_ url: String, model: String?, _ control: RunControl) throws -> AddressedModel {
        var options = asking
        options.modelName = model
        return try options.model(url, cache: out.map { ModelOptions.cache(beside: $0) }, control)
    }

    private func player(
        _ scenario: Scenario, _ control: RunControl, _ terminal: Terminal
    ) throws -> PlayRequest.Player {
        if let policy { return .policy(policy) }
        if let model {
            return .model(try address(model, model: asking.modelName, control), try labeller(scenario, control))
        }
        let (game, lines) = (scenario.game, TypedLines(stop: control.stop))
        let cache = out.map { ModelOptions.cache(beside: $0) }
        let deferred = try labelling.deferred(scenario, asking, cache: cache, control)
        return .hand(deferred) { conversation in
            terminal.ask(HandPrompt.text(conversation, game: game))
            return lines.next()
        }
    }

    private func labeller(_ scenario: Scenario, _ control: RunControl) throws -> any TextLabeller {
        let request = try labelling.request(asking, cache: out.map { ModelOptions.cache(beside: $0) }, control)
        return try request.way.labeller(try request.material(scenario), control)
    }
}

/// Who says what a model's answers are.
struct PlayLabelling: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: "Labelled examples that the labeller learns from (JSON lines); may be given several times.",
        completion: .file(extensions: ["jsonl"]))
    var examples: [String] = []

    @Option(
        name: .customLong("abstain-below"),
        help: "Mark a label as doubtful where its largest probability is lower. (default: 0.5)",
        transform: Number.real(0...1))
    var abstainBelow = 0.5

    @Option(name: .long, help: "A model behind this address labels the answers; docs/judges.md.")
    var judge: String?

    @Option(name: .customLong("judge-model"), help: "The name of that model. (default: the only one of the address)")
    var judgeModel: String?

    @OptionGroup var samples: JudgeSampleOptions

    /// How texts are labelled.
    ///
    /// - Parameter cache: where a judge's answers are remembered if no file was named.
    func request(_ asking: ModelOptions, cache: String?, _ control: RunControl) throws -> LabelRequest {
        var request = LabelRequest()
        (request.examples, request.abstainBelow) = (examples, abstainBelow)
        if let judge {
            var options = asking
            options.modelName = judgeModel
            request.way = JudgeMaker(
                try options.model(judge, cache: cache, control), samples: samples.judgeSamples)
        }
        return request
    }

    /// What labellers learn from: read before anything is played, so that a wrong file is an error then.
    func material(_ scenario: Scenario) throws -> LabelMaterial {
        var request = LabelRequest()
        (request.examples, request.abstainBelow) = (examples, abstainBelow)
        return try request.material(scenario)
    }

    /// A labeller that is made when the first text has to be labelled.
    ///
    /// - Parameter cache: as for ``request(_:cache:_:)``.
    func deferred(
        _ scenario: Scenario, _ asking: ModelOptions, cache: String?, _ control: RunControl
    ) throws -> DeferredLabeller {
        let (stop, material) = (control.stop, try material(scenario))
        return DeferredLabeller(scheme: scenario.labelScheme) { [self] in
            let control = RunControl(stop: stop)
            return try request(asking, cache: cache, control).way.labeller(material, control)
        }
    }

    func validate() throws {
        if judge != nil, !examples.isEmpty {
            throw ValidationError("--examples teaches the classifier and not a judge; leave one of them out.")
        }
    }
}
