extension Migration {
    /// What people say of runs, whether a run's policy keeps the limits, and the results that are no figures of conversations.
    static let labels = Migration(
        number: 6, title: "tags, notes, verdicts, documents",
        sql: """
            ALTER TABLE runs ADD COLUMN verdict TEXT  -- on the objective's limits; NULL where nothing was judged
                CHECK (verdict IN ('none', 'satisfied', 'violated', 'undecided'));

            CREATE TABLE tags (
                run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                tag TEXT NOT NULL,
                PRIMARY KEY (run_id, tag)
            ) WITHOUT ROWID;

            CREATE TABLE notes (
                run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
                note TEXT NOT NULL
            ) WITHOUT ROWID;

            CREATE TABLE documents (
                run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                name TEXT NOT NULL,  -- of a file: result.json, report.txt
                text TEXT NOT NULL,
                PRIMARY KEY (run_id, name)
            ) WITHOUT ROWID;

            DROP VIEW runs_readable;
            CREATE VIEW runs_readable AS
            SELECT id AS run, kind, status, scenario, policy, seed,
                episodes, requested_episodes, turns,
                (SELECT value FROM metrics WHERE run_id = runs.id AND name = 'payoff') AS payoff,
                (SELECT value FROM metrics WHERE run_id = runs.id AND name = 'safe') AS safe,
                started_at, updated_at, finished_at, tool_version, command_line, verdict,
                (SELECT group_concat(tag, ',') FROM tags WHERE run_id = runs.id) AS tags,
                (SELECT note FROM notes WHERE run_id = runs.id) AS note
            FROM runs;
            """
    )
}
