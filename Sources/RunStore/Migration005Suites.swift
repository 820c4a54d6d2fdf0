extension Migration {
    /// What a run of a suite found: one item per case and policy, with its scores.
    static let suites = Migration(
        number: 5, title: "items and scores of suites",
        sql: """
            CREATE TABLE suite_items (
                run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                item INTEGER NOT NULL,        -- from 0: case by case, and policy by policy in each
                suite_case TEXT NOT NULL,     -- name of the case
                policy TEXT NOT NULL,         -- label of the policy
                method TEXT,                  -- how the policy was made; NULL where the item failed
                status TEXT,                  -- how its search ended; NULL where there was none
                converged INTEGER NOT NULL,   -- 0 or 1
                value REAL,                   -- what was maximised; NULL where nothing was
                upper_bound REAL,             -- what no policy can exceed
                failure TEXT,                 -- why there are no scores; NULL where there are
                PRIMARY KEY (run_id, item)
            ) WITHOUT ROWID;

            CREATE TABLE suite_scores (
                run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                item INTEGER NOT NULL,
                user TEXT NOT NULL,           -- user type; empty for the case as a whole
                measure TEXT NOT NULL,
                value REAL NOT NULL,
                standard_error REAL,          -- NULL when exact, or not estimable
                n INTEGER,                    -- episodes; NULL when exact
                how TEXT NOT NULL CHECK (how IN ('exact', 'simulated')),
                PRIMARY KEY (run_id, item, user, measure)
            ) WITHOUT ROWID;

            CREATE VIEW suite_scores_readable AS
            SELECT s.run_id AS run, i.suite_case, i.policy, s.user, s.measure, s.value, s.standard_error, s.n, s.how
            FROM suite_scores s JOIN suite_items i ON i.run_id = s.run_id AND i.item = s.item;
            """
    )
}
