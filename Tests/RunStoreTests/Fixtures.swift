import Foundation
import GRDB
import NumericalMethods
import RunStore

/// A folder for one test, removed with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "nacre-run-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// A run of two user types, and rows that follow from their block's number.
enum Fixture {
    static let names = RunNames(
        users: ["benign", "malicious"], states: ["calm", "tense"], responses: ["refuse", "guide", "comply"],
        reactions: ["leave", "ask again", "accept"], cues: ["neutral", "urgent"],
        outcomes: ["helped", "harmed", "timeout"])

    static func run(_ kind: RunKind = .simulate, seed: UInt64 = .max, settings: String = #"{"threads":2}"#) -> NewRun {
        NewRun(
            kind: kind, scenario: "sleeping-pills", scenarioHash: "5ce7", gameHash: "9a3e",
            scenarioText: "name: pills\n",
            policy: PolicyText(label: "always:guide", hash: "90be", json: #"{"always":"guide"}"#), seed: seed,
            requestedEpisodes: 30, settings: settings, commandLine: "sim-cli simulate pills.yaml", toolVersion: "0.1.0",
            startedAt: "2026-01-01T00:00:00Z")
    }

    static let episodesPerBlock = 10

    /// A case of a suite under two policies: one scored, one failed.
    static let suiteItems = [
        SuiteItemRow(
            item: 0, suiteCase: "low-locks", policy: "best", method: "belief", status: "optimal", isConverged: true,
            value: 0.1 + 0.2, upperBound: 0.5, failure: nil,
            scores: [
                .init(user: "", measure: "risk", value: Estimate(exact: 0.1)),
                .init(user: "bad", measure: "risk", value: Estimate(mean: 0.3, standardError: 0.01, count: 50)),
            ]),
        SuiteItemRow(
            item: 1, suiteCase: "low-locks", policy: "p.json", method: nil, status: nil, isConverged: false, value: nil,
            upperBound: nil, failure: "is of another game", scores: []),
    ]

    /// Ten episodes of 1 to 3 turns.
    static func batch(block: Int) -> RowBatch {
        var batch = RowBatch()
        for offset in 0..<episodesPerBlock {
            let number = block * episodesPerBlock + offset
            let turns = 1 + number % 3
            batch.episodes.append(
                EpisodeRow(
                    episode: Int64(number), user: number % 2, outcome: number % 3, turns: turns,
                    payoff: Double(number) * 0.1 - 1))
            for turn in 1...turns {
                batch.turns.append(
                    TurnRow(
                        episode: Int64(number), turn: turn, state: turn % 2, cue: number % 2,
                        response: (number + turn) % 3,
                        reaction: turn % 3))
            }
        }
        return batch
    }

    static func checkpoint(blocks: Int) -> Checkpoint {
        Checkpoint(blocks: blocks, episodes: blocks * episodesPerBlock, state: #"{"sum":\#(blocks)}"#)
    }

    static let results = RunResults(
        outcomes: [
            OutcomeRow(user: 0, outcome: 0, probability: Estimate(mean: 0.75, standardError: 0.01, count: 15)),
            OutcomeRow(user: 1, outcome: 2, probability: Estimate(exact: 1)),
        ],
        metrics: [
            MetricRow(name: "payoff", value: Estimate(mean: -0.25, standardError: nil, count: 1)),
            MetricRow(name: "safe", value: Estimate(exact: 0.79)),
        ])

    static let pairs = [
        PairRow(
            promptID: "p0", pairID: "q0", chosenResponse: 1, rejectedResponse: 2, pChosen: 0.8176, scoreChosen: 0.71,
            scoreRejected: 0.41, labelMode: "quota", split: "train", beta: 1, tau: 0.2),
        PairRow(
            promptID: "p1", pairID: "q1", chosenResponse: 0, rejectedResponse: 2, pChosen: 0.5, scoreChosen: 0,
            scoreRejected: -0.1, labelMode: "soft", split: "test", beta: 1, tau: 0.2),
    ]

    /// Records blocks from..<to.
    static func record(_ store: Store, _ permit: WritePermit, blocks: Range<Int>) throws {
        for block in blocks {
            try store.append(
                permit, batch(block: block), checkpoint: checkpoint(blocks: block + 1),
                at: "2026-01-01T00:01:0\(block)Z")
        }
    }
}

extension Store {
    /// How many rows each table has, sorted by name; SQLite's own tables left out.
    func tableCounts() throws -> [String: Int] {
        try read { db in
            let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            var counts: [String: Int] = [:]
            for table in try String.fetchAll(db, sql: sql) {
                counts[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
            }
            return counts
        }
    }

    /// All rows of a query, each with its values as text, NULL as "-".
    func texts(_ sql: String) throws -> [String] {
        try read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                row.databaseValues.map { String.fromDatabaseValue($0) ?? ($0.isNull ? "-" : "\($0)") }.joined(
                    separator: " | ")
            }
        }
    }
}
