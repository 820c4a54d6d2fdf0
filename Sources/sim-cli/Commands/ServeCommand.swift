internal import ArgumentParser
internal import Nacre

struct ServeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Explore a scenario in a browser: move numbers, see what follows, lead a conversation.",
        discussion: """
            Answers on 127.0.0.1 only, and only to who has the address that it prints. Nothing is written to disk: what is \
            saved, the browser downloads. Ctrl-C ends it.
            """)

    @OptionGroup var assumption: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String] = []

    @Option(
        name: .customLong("store"), help: "Show the runs of this SQLite file, side by side if asked to.",
        completion: .file(extensions: ["sqlite"]))
    var store: String?

    @Option(name: .long, help: "The port to answer on. (default: one that is free)", transform: Number.whole(1...65535))
    var port: Int?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumption.scenario(path: file)
        var request = ServeRequest(scenario)
        (request.policies, request.store, request.threads) = (policy, store, global.threadCount)
        request.port = UInt16(port ?? 0)
        let (interrupt, json) = (Interrupt(), global.json)
        try request.run(
            until: { interrupt.isRequested }, terminal, ready: { show($0, json: json, terminal) })
    }
}

/// Says where the explorer is.
private func show(_ address: String, json: Bool, _ terminal: Terminal) {
    do {
        if json {
            try terminal.print(.object(["format": .integer(1), "address": .string(address)]))
        } else {
            try terminal.print("\(address)\n")
            terminal.note("Open this address in a browser on this machine; Ctrl-C ends it.")
        }
    } catch {
        terminal.complain("error: \(error)")
    }
}
