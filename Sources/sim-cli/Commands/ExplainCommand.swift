internal import ArgumentParser
internal import Nacre

struct ExplainCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a policy answers as it does: need, risk, guideline, strategies, answer.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text).")
    var policy: String

    @Option(
        name: .long,
        help: ArgumentHelp("\(HistoryArgument.help) Without it, every opening.", valueName: "history"))
    var after: [String] = []

    @Option(
        name: .long, help: "How many numbers to list as what the decision hangs on. (default: 8)",
        transform: Number.whole(0...1_000_000))
    var top = 8

    @Option(
        name: .long, help: "Also write the chain as a graph: .dot for Graphviz, .svg for a picture. One history only.")
    var graph: String?

    @Flag(name: .long, help: "Replace an existing graph.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let graph {
            guard graph.hasSuffix(".dot") || graph.hasSuffix(".svg") else {
                throw ValidationError("--graph is \(graph); it must end in .dot or .svg.")
            }
            guard after.count == 1 else { throw ValidationError("--graph draws one history; give one --after.") }
            if !force, OutputFile.wouldReplace(graph) {
                throw ValidationError("\(graph) exists already; give --force to replace it, or another name.")
            }
        }
    }

    func execute(_ terminal: Terminal) throws {
        let drawing = try graph.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let scenario = try assumptions.scenario(path: file)
        let policy = try NamedPolicy(self.policy, scenario: scenario, note: terminal.note)
        let histories = try HistoryArgument.histories(after, scenario: scenario)
        let recorder = try RunRecorder(store: store.path, terminal)
        let work = Work("explaining", unit: "numbers", threads: global.threadCount, on: terminal)
        try recorder.recording {
            let permit = try recorder.begin(
                .explain, scenario: scenario, policy: policy, seed: global.seed,
                settings: try JSONValue.object(
                    scenario.withAssumptions(["after": .strings(after), "top": .integer(top)])
                ).text())
            let report = try work.run {
                try ExplanationList(policy, in: scenario, after: histories, top: top, control: $0)
            }
            try terminal.show(report)
            if let drawing, let first = report.explanations.first {
                try drawing.write(drawing.path.hasSuffix(".dot") ? first.graph.dot : first.graph.svg)
                terminal.note("graph written to \(drawing.path)")
            }
            try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
                try RunResults(Evaluation(policy.controller, game: scenario.game), scenario: scenario).with(report)
            }
        }
        try work.end()
    }
}
