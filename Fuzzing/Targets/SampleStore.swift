import Foundation
internal import NumericalMethods
import RunStore

/// A small store with a run of every kind, in memory-backed files where the system has them.
final class SampleStore {
    let path: String
    private let folder: String

    init() throws {
        let shared = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(shared)/nacre-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/store.sqlite"
        let store = try Store(path: path, access: .write)
        let finished = try store.begin(run(.simulate), names: names)
        try store.append(
            finished, batch(0..<6), checkpoint: Checkpoint(blocks: 1, episodes: 6, state: "{}"), at: "t")
        try store.finish(finished, results, at: "t")
        let stopped = try store.begin(run(.simulate), names: names)
        try store.append(
            stopped, batch(0..<4), checkpoint: Checkpoint(blocks: 1, episodes: 4, state: #"{"sum":[1]}"#), at: "t")
        let export = try store.begin(run(.export), names: names)
        try store.append(
            export, RowBatch(pairs: pairs), checkpoint: Checkpoint(blocks: 1, episodes: 0, state: "{}"), at: "t")
        try store.finish(export, RunResults(), at: "t")
        let suite = try store.begin(run(.suite), names: RunNames())
        try store.append(
            suite, RowBatch(suiteItems: items), checkpoint: Checkpoint(blocks: 2, episodes: 0, state: "{}"), at: "t")
        try store.close()
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private let names = RunNames(
        users: ["owner", "thief"], states: ["calm", "tense"], responses: ["refuse", "help"],
        reactions: ["leave", "ask"],
        cues: ["plain", "urgent"], outcomes: ["helped", "harmed", "timeout"])

    private func run(_ kind: RunKind) -> NewRun {
        NewRun(
            kind: kind, scenario: "sample", scenarioHash: "5ce7", gameHash: "9a3e", scenarioText: "name: sample\n",
            policy: kind == .suite ? nil : PolicyText(label: "uniform", hash: "90be", json: #"{"policy":"uniform"}"#),
            seed: .max, requestedEpisodes: kind == .simulate ? 6 : nil, settings: #"{"a":{"b":[1,2.5,"x"]}}"#,
            commandLine: "sim-cli", toolVersion: "0", startedAt: "t")
    }

    private func batch(_ episodes: Range<Int>) -> RowBatch {
        RowBatch(
            episodes: episodes.map {
                EpisodeRow(episode: Int64($0), user: $0 % 2, outcome: $0 % 3, turns: 2, payoff: Double($0) - 0.5)
            },
            turns: episodes.flatMap { episode in
                (1...2).map {
                    TurnRow(
                        episode: Int64(episode), turn: $0, state: 0, cue: 1, response: $0 % 2, reaction: episode % 2)
                }
            })
    }

    private let results = RunResults(
        outcomes: (0..<6).map {
            OutcomeRow(
                user: $0 / 3, outcome: $0 % 3, probability: Estimate(mean: 0.25, standardError: 0.1, count: 3))
        },
        metrics: [
            MetricRow(name: "payoff", value: Estimate(mean: -0.25, standardError: nil, count: 1)),
            MetricRow(name: "safe", value: Estimate(exact: 0.5)),
        ])

    private let pairs = (0..<3).map { row in
        PairRow(
            promptID: "p\(row)", pairID: "q\(row)", chosenResponse: row % 2, rejectedResponse: (row + 1) % 2,
            pChosen: 0.8,
            scoreChosen: 0.7, scoreRejected: 0.4, labelMode: "quota", split: "train", beta: 1, tau: 0.2)
    }

    private let items = (0..<2).map { item in
        SuiteItemRow(
            item: item, suiteCase: "case", policy: "p\(item)", method: "belief", status: "optimal", isConverged: true,
            value: 0.5, upperBound: 0.6, failure: nil,
            scores: [.init(user: "", measure: "risk", value: Estimate(exact: 0.1))])
    }
}

/// What commands do with a run: every name of every code, and all texts.
enum RunUse {
    static func visit(_ contents: RunContents) {
        let names = contents.details.names
        for row in contents.outcomes { _ = (names.users[row.user], names.outcomes[row.outcome]) }
        for row in contents.episodes { _ = (names.users[row.user], names.outcomes[row.outcome]) }
        for row in contents.turns {
            _ = (names.states[row.state], names.cues[row.cue], names.responses[row.response])
            _ = names.reactions[row.reaction]
        }
        for row in contents.pairs { _ = (names.responses[row.chosenResponse], names.responses[row.rejectedResponse]) }
        _ = contents.details.summary.progress
    }
}
