public import ArgumentParser
public import Nacre

extension PearlQuestion.Goal: ExpressibleByArgument {}

struct PearlCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "pearl",
        abstract: "Find the best response inside the safety boundary, and brief the one that should be written.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "The policy that continues afterwards: \(PolicyForms.text).")
    var policy = "reference"

    @Option(
        name: .long,
        help: ArgumentHelp("\(HistoryArgument.help) Without it, every opening.", valueName: "history"))
    var after: [String] = []

    @Option(name: .long, help: "What is maximised: satisfaction, or the scenario's objective.")
    var maximise = PearlQuestion.Goal.objective

    @Option(
        name: .customLong("max-risk"),
        help: "The safety boundary: P(unsafe) at most this. Without it, what the reference does there.",
        transform: Number.real(0...1))
    var maximumRisk: Double?

    @Option(
        name: .long, help: "What a response that is not written yet would cost, in payoff units. (default: 0.0)",
        transform: Number.real(0...Number.largest))
    var cost = 0.0

    @Option(name: .long, help: "Starting points of the search. (default: 12)", transform: Number.whole(1...1_000_000))
    var starts = 12

    @Option(name: .long, help: "Also rewrite this response for the whole policy. May be repeated.")
    var rewrite: [String] = []

    @Option(name: .long, help: "Also revise this response one feature at a time, until both targets are met.")
    var revise: String?

    @Option(
        name: .customLong("target-satisfaction"), help: "Target of --revise, in [−1, 1]. (default: 0.5)",
        transform: Number.real(-1...1))
    var satisfactionTarget = 0.5

    @Option(
        name: .customLong("target-risk"), help: "Target of --revise; without it, the safety boundary.",
        transform: Number.real(0...1))
    var riskTarget: Double?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let policy = try NamedPolicy(self.policy, scenario: scenario, note: terminal.note)
        let recorder = try RunRecorder(store: store.path, terminal)
        let work = Work("searching", unit: "starts", threads: global.threadCount, on: terminal)
        let report = try recorder.recording {
            let permit = try recorder.begin(
                .pearl, scenario: scenario, policy: policy, seed: global.seed,
                settings: try JSONValue.object(scenario.withAssumptions(recorded)).text())
            let report = try work.run { try self.report(policy, scenario, $0) }
            try terminal.show(report)
            try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
                try RunResults(Evaluation(policy.controller, game: scenario.game), scenario: scenario).with(report)
            }
            return report
        }
        try work.end()
        if !report.isConverged {
            terminal.note("warning: a search did not converge; its line says so")
            throw ExitCode(ExitStatus.gate.rawValue)
        }
    }

    /// What is found until the control asks to stop: one history at least.
    private func report(_ policy: NamedPolicy, _ scenario: Scenario, _ control: RunControl) throws -> PearlReport {
        let inputs = GameInputs(definition: scenario.definition, objective: policy.objective(scenario.objective))
        let search = try PearlSearch(
            policy.controller, inputs: inputs, multipliers: policy.prices(in: scenario, note: control.note),
            satisfaction: scenario.satisfaction)
        let question = PearlQuestion(
            goal: maximise, maximumRisk: maximumRisk, cost: cost, settings: BoxSearchSettings(starts: starts))
        let rewritten = try rewrite.map { try response($0, scenario) }
        let revised = try revise.map { try response($0, scenario) }
        let histories = try HistoryArgument.histories(after, scenario: scenario)
        let shouldStop = control.shouldStop
        var points: [PearlPoint] = []
        for (index, history) in histories.enumerated() where index == 0 || !shouldStop() {
            var part = control
            part.progress = { progress in
                var progress = progress
                progress.phase = "history \(index + 1) of \(histories.count)"
                control.progress(progress)
            }
            points.append(try search.point(after: history, question, control: part))
        }
        let revisions = try zip(histories, points).compactMap { history, point in
            try revised.map {
                try search.revise(
                    scenario.game.responses[$0].features, after: history, satisfactionTarget: satisfactionTarget,
                    riskTarget: riskTarget ?? point.maximumRisk)
            }
        }
        var rewrites: [ResponseRewrite] = []
        for response in rewritten where !shouldStop() {
            rewrites.append(
                try ResponseRewriteSearch(policy.controller, inputs: inputs).rewrite(response, control: control))
        }
        return PearlReport(
            scenario: scenario, policy: policy.label, question: question, histories: histories, points: points,
            rewrites: rewrites, revised: revised, revisions: revisions, wasStopped: shouldStop())
    }

    /// The settings that the store keeps.
    private var recorded: [String: JSONValue] {
        [
            "after": .strings(after), "maximise": .string(maximise.rawValue),
            "max_risk": .number(ifPresent: maximumRisk), "cost": .number(cost), "starts": .integer(starts),
            "rewrite": .strings(rewrite), "revise": revise.map { .string($0) } ?? .null,
            "target_satisfaction": .number(satisfactionTarget), "target_risk": .number(ifPresent: riskTarget),
        ]
    }

    private func response(_ name: String, _ scenario: Scenario) throws -> Int {
        let names = scenario.game.responses.map(\.name)
        if let index = names.firstIndex(of: name) { return index }
        let hint = Scenario.suggestion(for: name, among: names).map { "did you mean \($0)?" }
        throw InputError("there is no response \(name); " + (hint ?? "there are \(names.joined(separator: ", "))"))
    }

}
