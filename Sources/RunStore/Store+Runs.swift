package import GRDB

extension Store {
    /// All runs, by number.
    public func runs() throws(StoreError) -> [RunSummary] {
        try read { db in try Self.runs(db) }
    }

    package static func runs(_ db: Database) throws -> [RunSummary] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT \(summaryColumns) FROM runs ORDER BY id")).map { row in
            var columns = RowReader(row, "a run")
            return try summary(&columns)
        }
    }

    /// Everything about one run, except its rows.
    ///
    /// - Throws: ``StoreError`` if there is no such run.
    public func run(_ run: RunID) throws(StoreError) -> RunDetails {
        try read { db in try Self.details(db, run) }
    }

    /// Removes a run with all that belongs to it, and scenario texts and policies that no other run has.
    ///
    /// A process that still writes to the run gets a `noSuchRun` error at its next batch. The file keeps its size, and
    /// uses the space for later runs; ``compact()`` gives it back.
    ///
    /// - Throws: ``StoreError`` if there is no such run.
    /// - Complexity: O(rows of the run); about 3 million turns/s.
    public func remove(_ run: RunID) throws(StoreError) {
        try writeUnchecked { db in
            for table in [
                "turns", "episodes", "pairs", "outcomes", "metrics", "suite_scores", "suite_items", "names",
                "tags", "notes", "documents",
            ] {
                try db.execute(sql: "DELETE FROM \(table) WHERE run_id = ?", arguments: [run.number])
            }
            try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run.number])
            guard db.changesCount > 0 else { throw Self.noSuchRun(run) }
            try Self.dropUnused(db)
        }
    }

    /// Drops scenario texts and policies that no run refers to.
    static func dropUnused(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM policies WHERE NOT EXISTS (SELECT 1 FROM runs WHERE policy_hash = policies.hash);
                DELETE FROM scenarios WHERE NOT EXISTS (SELECT 1 FROM runs WHERE scenario_hash = scenarios.hash);
                """)
    }

    private static let summaryColumns = """
        runs.id, kind, status, scenario, policy, seed, requested_episodes, blocks, episodes, turns,
        started_at, updated_at, finished_at
        """

    private static func summary(_ columns: inout RowReader) throws -> RunSummary {
        let id = try RunID(columns.next())
        columns.place = "run \(id)"
        let kind = try columns.next(String.self)
        guard let knownKind = RunKind(rawValue: kind) else {
            let known = RunKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw columns.problem(found: "\"\(kind.prefix(40))\"", needed: "one of \(known)")
        }
        let status = try RunStatus(&columns)
        let scenario = try columns.next(String.self)
        let policy = try columns.nextOrNil(String.self)
        let seed = try columns.next(String.self)
        guard let number = UInt64(seed) else {
            throw columns.problem(found: "\"\(seed.prefix(40))\"", needed: "an unsigned 64-bit number as a text")
        }
        return try RunSummary(
            id: id, kind: knownKind, status: status, scenario: scenario, policy: policy, seed: number,
            requestedEpisodes: columns.nextCountOrNil(), blocks: columns.nextCount(), episodes: columns.nextCount(),
            turns: columns.nextCount(), startedAt: columns.next(), updatedAt: columns.next(),
            finishedAt: columns.nextOrNil())
    }

    static func details(_ db: Database, _ run: RunID) throws -> RunDetails {
        // Outer joins: a run whose scenario or policy is missing is damaged, not missing itself.
        let sql = """
            SELECT \(summaryColumns), scenario_hash, game_hash, scenarios.text AS scenario_text, policy_hash,
                policies.json AS policy_json, settings, command_line, tool_version, attempt, checkpoint
            FROM runs LEFT JOIN scenarios ON scenarios.hash = scenario_hash
                LEFT JOIN policies ON policies.hash = policy_hash
            WHERE runs.id = ?
            """
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [run.number]) else {
            throw noSuchRun(run)
        }
        var columns = RowReader(row, "run \(run)")
        let summary = try summary(&columns)
        let (scenarioHash, gameHash, text) = try (
            columns.next(String.self), columns.next(String.self), columns.next(String.self)
        )
        let policy = try policy(summary.policy, &columns)
        let settings = try json(db, &columns)
        let (commandLine, version) = try (columns.next(String.self), columns.next(String.self))
        let attempt = try columns.nextCount(atLeast: 1)
        let checkpoint = try jsonOrNil(db, &columns).map {
            Checkpoint(blocks: summary.blocks, episodes: summary.episodes, state: $0)
        }
        return try RunDetails(
            summary: summary, scenarioHash: scenarioHash, gameHash: gameHash, scenarioText: text, policy: policy,
            settings: settings, commandLine: commandLine, toolVersion: version, attempt: attempt,
            checkpoint: checkpoint,
            names: names(db, run))
    }

    /// The columns policy_hash and policy_json: both are there where there is a label, and neither where there is none.
    private static func policy(_ label: String?, _ columns: inout RowReader) throws -> PolicyText? {
        guard let label else {
            for _ in 0..<2 where try columns.nextOrNil(String.self) != nil {
                throw columns.problem(found: "a text", needed: "NULL, for the run has no policy")
            }
            return nil
        }
        return try PolicyText(label: label, hash: columns.next(), json: columns.next())
    }

    private static func json(_ db: Database, _ columns: inout RowReader) throws -> String {
        guard let text = try jsonOrNil(db, &columns) else { throw columns.problem(found: "NULL", needed: "JSON") }
        return text
    }

    private static func jsonOrNil(_ db: Database, _ columns: inout RowReader) throws -> String? {
        guard let text = try columns.nextOrNil(String.self) else { return nil }
        guard try isJSON(db, text) else {
            throw columns.problem(found: "the text \"\(text.prefix(40))\"", needed: "JSON")
        }
        return text
    }

    /// The names of a run; the codes of every kind go from 0 on without gaps.
    static func names(_ db: Database, _ run: RunID) throws -> RunNames {
        let paths = Dictionary(uniqueKeysWithValues: RunNames.kinds.map { ($0.word, $0.path) })
        var names = RunNames()
        let sql = "SELECT kind, code, name FROM names WHERE run_id = ? ORDER BY kind, code"
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [run.number])
        while let row = try rows.next() {
            var columns = RowReader(row, "run \(run), names")
            let kind = try columns.next(String.self)
            guard let path = paths[kind] else {
                let known = RunNames.kinds.map(\.word).joined(separator: ", ")
                throw columns.problem(found: "\"\(kind.prefix(40))\"", needed: "one of \(known)")
            }
            let code = try columns.next(Int.self)
            guard code == names[keyPath: path].count else {
                throw columns.problem(found: "\(code)", needed: "\(names[keyPath: path].count) next of kind \(kind)")
            }
            names[keyPath: path].append(try columns.next())
        }
        return names
    }
}
