internal import GRDB

extension Store {
    /// All runs, by number.
    public func runs() throws(StoreError) -> [RunSummary] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT \(Self.summaryColumns) FROM runs ORDER BY id").map { row in
                var columns = RowReader(row)
                return try Self.summary(&columns)
            }
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
        let kind = try columns.next(String.self)
        guard let knownKind = RunKind(rawValue: kind) else {
            throw StoreError(.invalidValue, "run \(id)", "is of the unknown kind \(kind); a newer tool may know it")
        }
        let status = try RunStatus(stored: columns.next())
        let scenario = try columns.next(String.self)
        let policy = try columns.nextOrNil(String.self)
        let seed = try columns.next(String.self)
        guard let number = UInt64(seed) else {
            throw StoreError(.invalidValue, "run \(id)", "has the seed \(seed); it must be an unsigned 64-bit number")
        }
        return try RunSummary(
            id: id, kind: knownKind, status: status, scenario: scenario, policy: policy, seed: number,
            requestedEpisodes: columns.nextOrNil(), blocks: columns.next(), episodes: columns.next(),
            turns: columns.next(), startedAt: columns.next(), updatedAt: columns.next(), finishedAt: columns.nextOrNil()
        )
    }

    static func details(_ db: Database, _ run: RunID) throws -> RunDetails {
        let sql = """
            SELECT \(summaryColumns), scenario_hash, game_hash, scenarios.text, policy_hash, policies.json, settings,
                command_line, tool_version, attempt, checkpoint
            FROM runs JOIN scenarios ON scenarios.hash = scenario_hash LEFT JOIN policies ON policies.hash = policy_hash
            WHERE runs.id = ?
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.number]) else { throw noSuchRun(run) }
        var columns = RowReader(row)
        let summary = try summary(&columns)
        let (scenarioHash, gameHash, text) = try (
            columns.next(String.self), columns.next(String.self), columns.next(String.self)
        )
        let (policyHash, json) = try (columns.nextOrNil(String.self), columns.nextOrNil(String.self))
        var policy: PolicyText?
        if let label = summary.policy, let policyHash, let json {
            policy = PolicyText(label: label, hash: policyHash, json: json)
        }
        let (settings, commandLine, version) = try (
            columns.next(String.self), columns.next(String.self), columns.next(String.self)
        )
        let attempt = try columns.next(Int.self)
        let checkpoint = try columns.nextOrNil(String.self).map {
            Checkpoint(blocks: summary.blocks, episodes: summary.episodes, state: $0)
        }
        return try RunDetails(
            summary: summary, scenarioHash: scenarioHash, gameHash: gameHash, scenarioText: text, policy: policy,
            settings: settings, commandLine: commandLine, toolVersion: version, attempt: attempt,
            checkpoint: checkpoint,
            names: names(db, run))
    }

    static func names(_ db: Database, _ run: RunID) throws -> RunNames {
        var names = RunNames()
        for (word, path) in RunNames.kinds {
            names[keyPath: path] = try String.fetchAll(
                db, sql: "SELECT name FROM names WHERE run_id = ? AND kind = ? ORDER BY code",
                arguments: [run.number, word])
        }
        return names
    }
}
