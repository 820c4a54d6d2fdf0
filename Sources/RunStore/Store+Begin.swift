internal import GRDB

extension Store {
    /// Enters a new run, as incomplete.
    ///
    /// - Parameters:
    ///   - run: what is known of it; `settings` must be JSON.
    ///   - names: the names behind the codes of its rows.
    /// - Returns: the right to write to it.
    /// - Throws: ``StoreError`` if a value cannot be stored, or a hash is already there with another text.
    public func begin(_ run: NewRun, names: RunNames) throws(StoreError) -> WritePermit {
        try write { db in
            try Self.checkJSON(db, run.settings, place: "settings")
            try Self.keep(db, table: "scenarios", column: "text", hash: run.scenarioHash, text: run.scenarioText)
            if let policy = run.policy { try Self.keep(db, policy) }
            try db.execute(
                sql: """
                    INSERT INTO runs (kind, status, scenario, scenario_hash, game_hash, policy, policy_hash, seed,
                        requested_episodes, settings, command_line, tool_version, started_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.kind.rawValue, RunStatus.incomplete.rawValue, run.scenario, run.scenarioHash, run.gameHash,
                    run.policy?.label, run.policy?.hash, String(run.seed), run.requestedEpisodes, run.settings,
                    run.commandLine, run.toolVersion, run.startedAt, run.startedAt,
                ])
            let id = RunID(db.lastInsertedRowID)
            try Self.insert(db, names, run: id)
            return WritePermit(run: id, attempt: 1)
        }
    }

    private static func insert(_ db: Database, _ names: RunNames, run: RunID) throws {
        let insertion = try db.makeStatement(sql: "INSERT INTO names VALUES (?, ?, ?, ?)")
        for (word, path) in RunNames.kinds {
            for (code, name) in names[keyPath: path].enumerated() {
                try insertion.execute(arguments: [run.number, word, code, name])
            }
        }
    }

    /// Keeps a policy once per hash.
    static func keep(_ db: Database, _ policy: PolicyText) throws {
        try checkJSON(db, policy.json, place: "policy \(policy.label)")
        try keep(db, table: "policies", column: "json", hash: policy.hash, text: policy.json)
    }

    private static func keep(_ db: Database, table: String, column: String, hash: String, text: String) throws {
        let sql = "SELECT \(column) FROM \(table) WHERE hash = ?"
        if let row = try Row.fetchOne(db, sql: sql, arguments: [hash]) {
            var columns = RowReader(row, "\(table)[\(hash)]")
            guard try columns.next(String.self) == text else {
                throw StoreError(
                    .invalidValue, "\(table)[\(hash)]",
                    "is already stored with another text; equal hashes need equal texts")
            }
        } else {
            try db.execute(sql: "INSERT INTO \(table) (hash, \(column)) VALUES (?, ?)", arguments: [hash, text])
        }
    }

    /// Refuses a text that is not JSON.
    static func checkJSON(_ db: Database, _ text: String, place: String) throws {
        guard try isJSON(db, text) else {
            throw StoreError(
                .invalidValue, place, "is not JSON (found \"\(text.prefix(40))\"); it must be one JSON value")
        }
    }

    static func isJSON(_ db: Database, _ text: String) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT json_valid(?)"), arguments: [text]) == true
    }
}
