package import GRDB
internal import NumericalMethods

extension Store {
    /// The fields in which runs differ, in the order of the first run, then those that only later ones have.
    ///
    /// Compared are what was asked, with what, and what came out: kind, status, scenario, hashes, policy, seed, sizes,
    /// version, command line, each setting (`settings.a.b[0]`), names, metrics and outcomes. Numbers and times of the
    /// runs always differ and are left out; texts are compared through their hashes, rows not at all.
    ///
    /// - Throws: ``StoreError`` if one of the runs does not exist.
    /// - Complexity: O(runs · fields).
    public func compare(_ runs: [RunID]) throws(StoreError) -> [RunDifference] {
        try read { db in try Self.compare(db, runs) }
    }

    package static func compare(_ db: Database, _ runs: [RunID]) throws -> [RunDifference] {
        let found = try runs.map { try fields(db, $0) }
        let values = found.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
        var seen: Set<String> = []
        return found.joined().map(\.0).filter { seen.insert($0).inserted }.compactMap { field in
            let difference = RunDifference(field: field, values: values.map { $0[field] })
            return difference.values.allSatisfy { $0 == difference.values.first } ? nil : difference
        }
    }

    private static func fields(_ db: Database, _ run: RunID) throws -> [(String, String)] {
        let details = try details(db, run)
        let summary = details.summary
        var fields: [(String, String?)] = [
            ("kind", summary.kind.rawValue), ("status", summary.status.rawValue), ("scenario", summary.scenario),
            ("scenario_hash", details.scenarioHash), ("game_hash", details.gameHash), ("policy", summary.policy),
            ("policy_hash", details.policy?.hash), ("seed", String(summary.seed)),
            ("requested_episodes", summary.requestedEpisodes.map { String($0) }),
            ("episodes", String(summary.episodes)),
            ("turns", String(summary.turns)), ("tool_version", details.toolVersion),
            ("command_line", details.commandLine),
        ]
        fields += try settings(db, run)
        for (word, path) in RunNames.kinds {
            fields.append(("names.\(word)", details.names[keyPath: path].joined(separator: ", ")))
        }
        fields += try results(db, run, details.names)
        return fields.compactMap { field in field.1.map { (field.0, $0) } }
    }

    /// The leaves of the settings.
    private static func settings(_ db: Database, _ run: RunID) throws -> [(String, String?)] {
        let sql = """
            SELECT 'settings' || substr(fullkey, 2),
                CASE type WHEN 'text' THEN CAST(atom AS TEXT)
                    ELSE CAST(runs.settings -> fullkey AS TEXT) END  -- numbers as they were written
            FROM runs, json_tree(runs.settings)
            WHERE runs.id = ? AND type NOT IN ('object', 'array')
            """
        return try texts(db, sql, run).map { ($0[0] ?? "settings", $0[1]) }
    }

    /// Metrics and outcomes, each with value, standard error, n and origin.
    private static func results(_ db: Database, _ run: RunID, _ names: RunNames) throws -> [(String, String?)] {
        try metrics(db, run).flatMap { fields("metrics.\($0.name)", "value", $0.value) }
            + outcomes(db, run, names).flatMap { row in
                fields(
                    "outcomes.\(names.users[row.user]).\(names.outcomes[row.outcome])", "probability", row.probability)
            }
    }

    private static func fields(
        _ place: String, _ value: String, _ number: Estimate
    ) -> [(String, String?)] {
        [
            ("\(place).\(value)", String(number.value)),
            ("\(place).standard_error", number.standardError.map { String($0) }),
            ("\(place).n", number.count.map { String($0) }), ("\(place).how", number.method.rawValue),
        ]
    }

    private static func texts(_ db: Database, _ sql: String, _ run: RunID) throws -> [[String?]] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.number]).map { row in
            var columns = RowReader(row, "run \(run), settings")
            return try [columns.nextOrNil(String.self), columns.nextOrNil(String.self)]
        }
    }
}
