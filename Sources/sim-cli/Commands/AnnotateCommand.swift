public import ArgumentParser
public import Nacre

extension AnnotateRequest.Rewards: ExpressibleByArgument {}

struct AnnotateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Say what each answer of recorded conversations did: advantages, beliefs, the answer that broke it.",
        discussion: """
            Conversations are JSON lines with messages (or ShareGPT's conversations), an evaluation log of Inspect, or a run of \
            a store. Their labels stand in the messages, as play writes them, or in a file of sim-cli label. Values are exact \
            under the scenario's assumptions; docs/sessions.md.
            """)

    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Argument(help: "Conversations.", completion: .file(extensions: ["jsonl", "json"]))
    var conversations: String?

    @Option(name: .long, help: "In place of a file: the SQLite file that keeps a run with its conversations.")
    var store: String?

    @Option(name: .long, help: "Which run of the store.", transform: Number.whole(1...Number.manySteps))
    var run: Int?

    @Option(name: .long, help: "Who goes on after each answer, and is the measure of it: \(PolicyForms.text).")
    var policy = "reference"

    @Option(name: .long, help: "Labels of the conversations, as sim-cli label writes them.", completion: .file())
    var labels: String?

    @Flag(name: .customLong("use-abstained"), help: "Take labels too whose labeller abstained.")
    var usesAbstained = false

    @Option(
        name: .long,
        help: "What turn_rewards holds: the answer's own part, or that with what users then did (potential-shaped).")
    var rewards = AnnotateRequest.Rewards.advantage

    @Option(name: .long, help: "Write annotations and tables into this folder.")
    var out: String

    @Flag(
        name: .long, help: "Also write tables of all situations: posteriors, values, and what every response was worth."
    )
    var situations = false

    @Option(
        name: .long, help: "Also write a page about one conversation: the one whose dearest answer cost most.",
        completion: .file(extensions: ["html"]))
    var html: String?

    @Option(name: .long, help: "The id of the conversation that the page is about.")
    var conversation: String?

    @Flag(name: .long, help: "Replace an existing folder or page.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (conversations == nil) == (store != nil), (store == nil) == (run == nil) else {
            throw ValidationError("give a file of conversations, or --store FILE with --run N.")
        }
        if conversation != nil, html == nil { throw ValidationError("--conversation is for --html.") }
        if store != nil, labels != nil { throw ValidationError("--labels is for files; a run of a store has none.") }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let page = try html.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        var request = AnnotateRequest(
            conversations.map { .file($0) } ?? .run(Int64(run ?? 0), store: store ?? ""))
        (request.policy, request.labels, request.usesAbstained) = (policy, labels, usesAbstained)
        (request.rewards, request.shown, request.replaces) = (rewards, conversation, force)
        request.writesSituations = situations
        let work = Work("annotating", unit: "conversations", threads: global.threadCount, on: terminal)
        let report = try work.run { try request.annotate(scenario, to: out, $0) }
        if let page {
            guard let html = try report.page() else {
                throw InputError(
                    "there is no conversation \(conversation ?? "") for the page; its id must be in the source")
            }
            try page.write(html)
        }
        try terminal.show(report)
    }
}
