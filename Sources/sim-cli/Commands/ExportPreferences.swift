public import ArgumentParser
public import Nacre

extension NeMoReader: ExpressibleByArgument {}
extension SampleSettings.Speaker: ExpressibleByArgument {}

/// What every export of preference data takes.
struct PreferenceExportOptions: ParsableArguments {
    @OptionGroup var options: PreferenceOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .long, help: "Resume an interrupted export of the same data to the same folder.")
    var resume = false

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String
}

/// What only some forms take.
struct FormOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: """
            Add the columns rationale and rationale_data: why, in a sentence and in numbers. They tell the probabilities of \
            user types: do not train on them. (Not kto, sft, openai.)
            """)
    var rationale = false

    @Flag(
        name: .customLong("margin-column"),
        help:
            "reward: add the column margin = score_chosen − score_rejected, which TRL's RewardTrainer uses in its loss."
    )
    var marginColumn = false

    @Option(name: .customLong("of"), help: "sft: whose answers. (default: reference)")
    var speaker: SampleSettings.Speaker?

    @Option(
        name: .customLong("rows-per-prompt"), help: "sft: rows a prompt, its completions in proportion. (default: 24)",
        transform: Number.whole(1...1_000_000))
    var rowsPerPrompt: Int?

    @Option(
        name: .customLong("for"),
        help:
            "nemo: rl, NeMo RL's context and ranked completions; aligner, NeMo-Aligner's texts with turn marks. (default: rl)"
    )
    var reader: NeMoReader?

    /// - Throws: `ValidationError` for what the form does not take.
    func settings(_ form: Form) throws -> Form.Settings {
        let given: [(Form.Setting, Bool)] = [
            (.rationale, rationale), (.marginColumn, marginColumn), (.speaker, speaker != nil),
            (.rowsPerPrompt, rowsPerPrompt != nil), (.reader, reader != nil),
        ]
        for (setting, isGiven) in given where isGiven && !form.takes.contains(setting) {
            throw ValidationError("--\(setting.rawValue) means nothing with the form \(form.name); leave it out.")
        }
        var settings = Form.Settings()
        settings.marginColumn = marginColumn
        settings.samples = SampleSettings(speaker: speaker ?? .reference, rowsPerPrompt: rowsPerPrompt ?? 24)
        settings.reader = reader ?? .rl
        return settings
    }
}

/// The export of preference data, whatever the form.
struct PreferenceRun {
    let form: Form
    let export: PreferenceExportOptions
    let options: FormOptions
    let store: StoreOptions
    let global: GlobalOptions

    func validate() throws {
        let format = form.format(try options.settings(form))
        if store.path != nil, export.options.candidates != nil {
            throw ValidationError(
                "--store keeps pairs of the scenario's own responses; leave it out with --candidates.")
        }
        if export.options.candidates == nil, let given = export.options.own.given.first {
            throw ValidationError("\(given) is about your own prompts: give --candidates too, or leave it out.")
        }
        if let problem = format.problem(with: export.options.labels) { throw ValidationError(problem) }
    }

    /// Histories of the scenario are few and quickly valued; prompts of one's own need not be.
    func checkDivision() throws {
        guard export.options.candidates != nil else {
            throw ValidationError("--shard divides the prompts of --candidates; give it, or leave --shard out.")
        }
    }

    func run(_ terminal: Terminal) throws {
        let format = form.format(try options.settings(form))
        let recorder = try RunRecorder(store: store.path, terminal)
        try recorder.recording {
            let output = export.output
            try OutputFolder.check(path: output.out, replaces: output.force)
            let scenario = try export.options.assumptions.scenario(path: export.file)
            let policy = try NamedPolicy(export.options.policy, scenario: scenario, note: terminal.note)
            let permit = try recorder.begin(
                .export, scenario: scenario, policy: policy, seed: global.seed,
                settings: JSONValue.object(scenario.withAssumptions([:])).text())
            let dataset = try dataset(format, scenario, policy, terminal)
            let writing = PreferenceExport(
                dataset: dataset, format: format, out: output.out, replaces: output.force, resumes: export.resume)
            let statistics: DatasetStatistics
            do {
                statistics = try Work("writing", unit: "rows", threads: global.threadCount, on: terminal).run {
                    try writing.run($0, terminal)
                }
            } catch is InterruptedError { throw ExitCode(ExitStatus.interrupted.rawValue) }
            let report = PreferenceReport(
                dataset: dataset, format: format, statistics: statistics, out: output.out)
            try terminal.show(report)
            for note in report.notes { terminal.note(note) }
            try recorder.finish(permit) { store, permit in
                try PairRecorder(store: store, permit: permit).record(dataset.pairs)
                return RunResults(Evaluation(policy.controller, game: scenario.game), scenario: scenario)
            }
            if export.options.own.strict, dataset.own?.isPartial == true {
                terminal.note("prompts or answers were left out, and --strict was given")
                throw ExitCode(ExitStatus.gate.rawValue)
            }
        }
    }

    private func dataset(
        _ format: DatasetFormat, _ scenario: Scenario, _ policy: NamedPolicy, _ terminal: Terminal
    ) throws -> Dataset {
        let request = export.options.request(seed: global.seed, rationale: options.rationale)
        let isOwn = request.candidates != nil
        let work = Work(isOwn ? "placing" : "valuing", unit: "prompts", threads: global.threadCount, on: terminal)
        let dataset = try work.run { try request.dataset(format, scenario: scenario, policy: policy, $0) }
        // Nothing is written yet; the run of a store ends as one that was interrupted.
        try work.end()
        return dataset
    }
}

/// `export preferences --format …`: every form by its name.
struct ExportPreferencesCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "preferences",
        abstract: "Preference data in a form that trainers read, with a card and a manifest.",
        discussion:
            "Every form is a command of its own too: export dpo is export preferences --format dpo. export --help lists them."
    )

    @Option(
        name: .long, help: "The form: \(Form.all.map(\.name).joined(separator: ", ")).",
        transform: { text in
            guard let form = Form.named(text) else {
                throw ValidationError(
                    "there is no form \(text); there are \(Form.all.map(\.name).joined(separator: ", ")).")
            }
            return form
        })
    var format: Form

    @OptionGroup var form: FormOptions
    @OptionGroup var export: PreferenceExportOptions
    @OptionGroup var store: StoreOptions

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { export.output.out }
    var replacesPiece: Bool { export.output.force }

    func checkDivision() throws { try work.checkDivision() }

    private var work: PreferenceRun {
        PreferenceRun(form: format, export: export, options: form, store: store, global: global)
    }

    func validate() throws { try work.validate() }

    func execute(_ terminal: Terminal) throws { try work.run(terminal) }
}

/// A form of preference data under its own name: `export dpo` is `export preferences --format dpo`.
protocol NamedForm {
    static var form: Form { get }
}

struct ExportFormCommand<Named: NamedForm>: DividedCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Named.form.name, abstract: Named.form.abstract)
    }

    @OptionGroup var form: FormOptions
    @OptionGroup var export: PreferenceExportOptions
    @OptionGroup var store: StoreOptions

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { export.output.out }
    var replacesPiece: Bool { export.output.force }

    func checkDivision() throws { try work.checkDivision() }

    private var work: PreferenceRun {
        PreferenceRun(form: Named.form, export: export, options: form, store: store, global: global)
    }

    func validate() throws { try work.validate() }

    func execute(_ terminal: Terminal) throws { try work.run(terminal) }
}

/// The names that forms had as commands before there was `--format`.
enum NamedForms {
    enum DPO: NamedForm { static let form = Form.dpo }
    enum KTO: NamedForm { static let form = Form.kto }
    enum Reward: NamedForm { static let form = Form.reward }
    enum SFT: NamedForm { static let form = Form.sft }
    enum ShareGPT: NamedForm { static let form = Form.sharegpt }
    enum OpenAI: NamedForm { static let form = Form.openai }
    enum NeMo: NamedForm { static let form = Form.nemo }
    enum TwoAxis: NamedForm { static let form = Form.twoAxis }
    enum Candidates: NamedForm { static let form = Form.candidates }

    static let commands: [any ParsableCommand.Type] = [
        ExportFormCommand<DPO>.self, ExportFormCommand<KTO>.self, ExportFormCommand<Reward>.self,
        ExportFormCommand<SFT>.self, ExportFormCommand<ShareGPT>.self, ExportFormCommand<OpenAI>.self,
        ExportFormCommand<NeMo>.self, ExportFormCommand<TwoAxis>.self, ExportFormCommand<Candidates>.self,
    ]
}
