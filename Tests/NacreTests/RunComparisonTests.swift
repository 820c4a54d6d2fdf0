import ExampleScenarios
import Foundation
import Nacre
import Testing

@Suite("Runs side by side")
struct RunComparisonTests {
    let folder = NSTemporaryDirectory() + "nacre-compare-" + UUID().uuidString
    let store: Store
    let scenario: Scenario

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store(path: folder + "/runs.sqlite", access: .write)
        scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
    }

    private func simulate(_ policy: String, episodes: Int = 3_000, seed: UInt64 = 1, keeps: Bool = true) throws -> RunID
    {
        let job = SimulationJob(
            scenario: scenario, policies: [try NamedPolicy(policy, scenario: scenario)], episodes: episodes, seed: seed,
            recordsTurns: keeps)
        _ = try job.run(store: store.path, control: RunControl(threads: 2), console: SilentConsole()) { _ in }
        return try #require(try store.runs().last).id
    }

    private func evaluate(_ policy: String) throws -> RunID {
        let named = try NamedPolicy(policy, scenario: scenario)
        let recorder = try RunRecorder(store: store.path, SilentConsole())
        return try recorder.recording {
            let permit = try recorder.begin(.evaluate, scenario: scenario, policy: named, seed: 1)
            try recorder.finish(permit) { _, _ in
                RunResults(Evaluation(named.controller, game: scenario.game), scenario: scenario)
            }
            return try #require(permit).run
        }
    }

    /// The row of a figure for a run.
    private func row(_ json: JSONValue, _ quantity: String, run: RunID, user: String? = nil) throws -> JSONValue {
        try #require(
            json["results"]?.arrayValue?.first {
                $0["quantity"]?.stringValue == quantity && $0["run"]?.integerValue == Int(run.number)
                    && $0["user"]?.stringValue == user
            })
    }

    @Test("Kept episodes of one seed are compared one by one, to the figures of a simulation that plays both policies")
    func paired() throws {
        let runs = [try simulate("uniform"), try simulate("reference")]
        let json = try RunComparison(runs, in: store).json()
        let together = try Rollouts(
            game: scenario.game,
            policies: ["uniform", "reference"].map { try NamedPolicy($0, scenario: scenario).controller },
            settings: .init(episodes: 3_000, seed: 1, threads: 1)
        ).run().differences[0]
        for (name, expected) in [("payoff", together.payoff), ("safe", together.safe)] {
            let found = try row(json, name, run: runs[1])
            let expected = try #require(expected)
            #expect(found["pairing"] == .string("paired"))
            #expect(abs(try #require(found["difference"]?.doubleValue) - expected.value) < 1e-12)
            let error = try #require(found["difference_standard_error"]?.doubleValue)
            #expect(abs(error - (try #require(expected.standardError))) < 1e-12)
            #expect(error > 0)
            let interval = try #require(expected.interval)
            #expect(abs(try #require(found["difference_ci_low"]?.doubleValue) - interval.lowerBound) < 1e-12)
            // The first run differs from itself in nothing.
            #expect(try row(json, name, run: runs[0])["difference"] == .null)
        }
        #expect(try RunComparison(runs, in: store).text().contains("paired by episode, 3,000 of them"))
    }

    @Test("A share of one type is paired over the episodes of that type")
    func pairedShares() throws {
        let runs = [try simulate("uniform"), try simulate("reference")]
        let episodes = try runs.map { try store.episodes(of: $0, in: 0..<10_000) }
        let names = try store.run(runs[0]).names
        let json = try RunComparison(runs, in: store).json()
        var checked = 0
        for (user, userName) in names.users.enumerated() {
            for (outcome, outcomeName) in names.outcomes.enumerated() {
                // Figures that are the same in both runs have no row.
                let rows = json["results"]?.arrayValue?.filter {
                    $0["quantity"]?.stringValue == outcomeName && $0["user"]?.stringValue == userName
                        && $0["run"]?.integerValue == Int(runs[1].number)
                }
                guard let found = rows?.first else { continue }
                let differences = zip(episodes[0], episodes[1]).filter { $0.0.user == user }.map {
                    ($0.1.outcome == outcome ? 1.0 : 0) - ($0.0.outcome == outcome ? 1.0 : 0)
                }
                let n = Double(differences.count)
                let mean = differences.reduce(0, +) / n
                let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
                #expect(abs(try #require(found["difference"]?.doubleValue) - mean) < 1e-12)
                #expect(
                    abs(try #require(found["difference_standard_error"]?.doubleValue) - (variance / n).squareRoot())
                        < 1e-12)
                checked += 1
            }
        }
        #expect(checked > 3)
    }

    @Test("Other seeds, and episodes that were not kept, are compared as independent; exact figures exactly")
    func unpaired() throws {
        let runs = [
            try simulate("uniform"), try simulate("uniform", seed: 2), try simulate("reference", keeps: false),
            try evaluate("uniform"),
        ]
        let comparison = try RunComparison(runs, in: store)
        let json = comparison.json()
        let first = try row(json, "payoff", run: runs[0])
        for run in runs[1...2] {
            let found = try row(json, "payoff", run: run)
            #expect(found["pairing"] == .string("independent"))
            let errors = try [first, found].map { try #require($0["standard_error"]?.doubleValue) }
            let expected = (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot()
            #expect(abs(try #require(found["difference_standard_error"]?.doubleValue) - expected) < 1e-15)
        }
        let exact = try row(json, "payoff", run: runs[3])
        #expect(exact["standard_error"] == .null)
        #expect(exact["difference_standard_error"] == first["standard_error"])
        let text = comparison.text()
        #expect(text.contains("the runs share a seed, and with --trajectories"))
        #expect(text.contains("run 4 is exact"))

        let both = try RunComparison([try evaluate("uniform"), try evaluate("reference")], in: store).json()
        let payoffs = try ["uniform", "reference"].map {
            Evaluation(try NamedPolicy($0, scenario: scenario).controller, game: scenario.game).payoff
        }
        let found = try row(both, "payoff", run: RunID(6))
        #expect(found["difference"]?.doubleValue == payoffs[1] - payoffs[0])
        #expect(found["pairing"] == .string("exact") && found["difference_ci_low"] == .null)
    }

    @Test("Only what differs is there; the same run twice differs in nothing")
    func differences() throws {
        let runs = [try evaluate("uniform"), try evaluate("always:refuse"), try evaluate("uniform")]
        #expect(try RunComparison([runs[0], runs[2]], in: store).text() == "no differences\n")
        #expect(try RunComparison([runs[0], runs[0]], in: store).text() == "no differences\n")
        let json = try RunComparison(runs, in: store).json()
        let fields = json["differences"]?.arrayValue?.compactMap { $0["field"]?.stringValue } ?? []
        #expect(fields.prefix(2) == ["policy", "policy_hash"])
        #expect(!fields.contains("seed") && !fields.contains("scenario"))
        let policy = json["differences"]?.arrayValue?.first
        #expect(policy?["values"] == .strings(["uniform", "always:refuse", "uniform"]))
        let openings = try #require(json["openings"]?.arrayValue)
        #expect(openings.contains { $0["response"]?.stringValue == "refuse" && $0["probability"]?.doubleValue == 1 })
        let tables = try RunComparison(runs, in: store).package.tables
        #expect(tables.map(\.name) == ["fields", "openings", "results"])
        #expect(tables[2].rows.count == 3 * (tables[2].rows.count / 3))
    }

    @Test("Runs of other games are compared, but for what their policies do")
    func otherGames() throws {
        let first = try evaluate("reference")
        let other = try Scenario.parse(ExampleScenarios.all[1].text, file: "other.yaml")
        let recorder = try RunRecorder(store: store.path, SilentConsole())
        let named = try NamedPolicy("reference", scenario: other)
        let permit = try recorder.begin(.evaluate, scenario: other, policy: named, seed: 1)
        try recorder.finish(permit) { _, _ in
            RunResults(Evaluation(named.controller, game: other.game), scenario: other)
        }
        let json = try RunComparison([first, try #require(permit).run], in: store).json()
        #expect(json["openings"] == .null)
        #expect(try row(json, "payoff", run: first)["value"] != .null)
    }

    @Test("Tags are words; notes are texts that end somewhere")
    func labels() throws {
        #expect(try RunLabels.tag("paper-2") == "paper-2")
        for text in ["", "a b", "a,b", "a\tb", "a\u{1B}[2J", String(repeating: "x", count: 65)] {
            #expect(throws: InputError.self) { try RunLabels.tag(text) }
        }
        #expect(try RunLabels.note("") == nil)
        #expect(try RunLabels.note("two\nlines") == "two\nlines")
        #expect(throws: InputError.self) { try RunLabels.note(String(repeating: "x", count: 10_001)) }
        let hostile = try evaluate("uniform")
        try store.note(hostile, "\u{1B}[2Jgone\nnext")
        #expect(!RunList(try store.overviews()).text().contains("\u{1B}"))
    }
}
