import ExampleScenarios
import Foundation
import Nacre
import Synchronization
import Testing

/// How often something was asked.
private struct Questions {
    private var count = 0

    mutating func next() -> Int {
        count += 1
        return count
    }
}

/// Stream 2 in documents and stores.
@Suite("A stored stream")
struct StreamStoreTests {
    let store: Store
    let scenario: Scenario

    init() throws {
        let folder = NSTemporaryDirectory() + "nacre-stream-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store(path: folder + "/runs.sqlite", access: .write)
        scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
    }

    private func job(
        _ stream: DrawStream, policy: String = "reference", episodes: Int = 3_000
    ) throws -> SimulationJob {
        SimulationJob(
            scenario: scenario, policies: [try NamedPolicy(policy, scenario: scenario)], episodes: episodes,
            seed: 4, recordsTurns: true, stream: stream)
    }

    private func run(_ job: SimulationJob, _ control: RunControl = RunControl()) throws -> JSONValue {
        try job.run(store: store.path, control: control, console: SilentConsole()) { _ in }.json()
    }

    @Test("is named where it is not the first, and plays other episodes")
    func named() throws {
        let (first, second) = (try run(job(.first)), try run(job(.second)))
        #expect(first["stream"] == nil && second["stream"] == .integer(2))
        #expect(first["outcomes"] != second["outcomes"])
        let runs = try store.runs().map(\.id)
        #expect(try StoredSettings(store.run(runs[0]).settings).stream == .first)
        #expect(try StoredSettings(store.run(runs[1]).settings).stream == .second)
        let report = try job(.second).run(store: nil, control: RunControl(), console: SilentConsole()) { _ in }
        #expect(report.text().contains("seed 4, stream 2;"))
    }

    @Test("is kept by a run that is resumed in the middle", arguments: DrawStream.allCases)
    func resumed(stream: DrawStream) throws {
        let episodes = 5 * Rollouts.blockSize + 9
        let whole = try job(stream, episodes: episodes).run(
            store: nil, control: RunControl(), console: SilentConsole()
        ) { _ in }.json()
        // Recorded in batches of two blocks: asked before each, the second time it stops.
        let asked = Mutex(Questions())
        let stopped = try run(
            job(stream, episodes: episodes),
            RunControl(threads: 1, stop: { asked.withLock { $0.next() > 1 } }))
        #expect(stopped["complete"] == .bool(false))
        let id = try #require(try store.runs().last).id
        let resuming = try SimulationJob(resuming: store.run(id), in: store.path, note: { _ in })
        #expect(resuming.stream == stream)
        let rest = try resuming.resume(
            store.resume(id, at: Clock.now), in: store, path: store.path, control: RunControl(threads: 2),
            SilentConsole()
        ) { _ in }.json()
        #expect(rest == whole)
    }

    @Test("that this version does not have is damage")
    func unknown() {
        #expect(throws: (any Error).self) { try StoredSettings(#"{"stream": 3, "trajectories": false}"#) }
        #expect(throws: (any Error).self) { try StoredSettings(#"{"stream": "2"}"#) }
        #expect(throws: Never.self) { try StoredSettings(#"{"stream": 2}"#) }
    }

    @Test("is not compared episode by episode with the other")
    func compared() throws {
        _ = try run(job(.first))
        _ = try run(job(.second))
        _ = try run(job(.second, policy: "uniform"))
        let runs = try store.runs().map(\.id)
        #expect(try !RunComparison([runs[0], runs[1]], in: store).text().contains("paired"))
        #expect(try !RunComparison([runs[0], runs[1]], in: store).text().contains("share a seed"))
        #expect(try RunComparison([runs[1], runs[2]], in: store).text().contains("paired by episode"))
    }
}
