internal import GameModel
internal import InputErrors
internal import Output
internal import Pages
internal import RunStore
package import Scenarios

/// A scenario to be explored in a browser, with what is to be at hand there.
package struct ServeRequest: Sendable {
    package let scenario: Scenario
    /// Policies by their names, and files; those that everybody has are there anyway.
    package var policies: [String] = []
    /// The store whose runs are shown; nil for none.
    package var store: String?
    /// 0 for one that is free.
    package var port: UInt16 = 0
    /// Threads of a search.
    package var threads = 1

    package init(_ scenario: Scenario) { self.scenario = scenario }

    /// Serves until it is asked to stop.
    ///
    /// - Parameter ready: told the address once it is answered.
    /// - Throws: `InputProblem`s for changes and policies that lead nowhere; `StoreError`; `FileError` for a port that cannot be had.
    package func run(
        until stop: @escaping @Sendable () -> Bool, _ console: any Console,
        ready: @escaping @Sendable (String) -> Void
    ) throws {
        if let store {
            // A store that cannot be read is better known before the page is open.
            let opened = try Store(path: store, access: .read)
            if let note = opened.note { console.note("note: \(note)") }
            try opened.close()
        }
        let explorer = try Explorer(scenario, policies: policies, note: { console.note($0) })
        let answers = ExplorerAnswers(explorer, services: services, threads: threads)
        let server = LoopbackServer(port: port) { port in
            ExplorerRoutes(answers, gate: ExplorerGate(token: ExplorerGate.newToken(), port: port))
        }
        try server.run(until: stop, ready: ready)
    }

    private var services: ExplorerServices {
        var services = ExplorerServices()
        let threads = threads
        services.report = { [scenario] changes, policies in
            let changed = try scenario.setting(changes)
            var request = PageRequest(policies: policies)
            // What takes longest is left out: somebody waits at the page. The command that is shown makes all of it.
            (request.without, request.conversations) = (PagePart.slow, 40)
            let options = changed.changes.map { " --set \(Escaped.shell("\($0.path)=\($0.value)"))" }.joined()
            let names = policies.map { " --policy \(Escaped.shell($0))" }.joined()
            request.command =
                "sim-cli report \(Escaped.shell(scenario.file))\(names)\(options) --quick --out report.html"
            return try request.report(changed, RunControl(threads: threads)).html
        }
        if let store {
            services.runs = { try ExplorerRuns(path: store).list() }
            services.compare = { try ExplorerRuns(path: store).comparison($0) }
        }
        return services
    }
}

/// The runs of a store as the explorer shows them; opened for every question, since other programs write to it.
private struct ExplorerRuns {
    let store: Store

    init(path: String) throws { store = try Store(path: path, access: .read) }

    /// The newest first.
    func list() throws -> JSONValue {
        let runs = try store.overviews().reversed().prefix(Self.most).map {
            JSONValue.object(RunOverview.columns.members($0))
        }
        return .object(["runs": .array(runs)])
    }

    /// More are not listed on a page.
    private static let most = 500
    /// More cannot be seen side by side.
    private static let widest = 12

    /// A field a row, a run a column; only what differs.
    func comparison(_ numbers: [Int64]) throws -> JSONValue {
        guard numbers.count <= Self.widest else {
            throw InputError("\(numbers.count) runs cannot be seen side by side; choose up to \(Self.widest)")
        }
        let rows = try store.compare(numbers.map { RunID($0) }).map { difference -> JSONValue in
            .object([
                "field": .string(Escaped.line(difference.field)),
                "values": .array(difference.values.map { $0.map { .string(Escaped.line($0)) } ?? .null }),
            ])
        }
        return .object(["runs": .array(numbers.map { .integer(Int($0)) }), "rows": .array(rows)])
    }
}
