-- migration 1: runs, scenarios, policies, names

CREATE TABLE scenarios (
    hash TEXT NOT NULL PRIMARY KEY,  -- of the scenario file
    text TEXT NOT NULL               -- the file itself
) WITHOUT ROWID;

CREATE TABLE policies (
    hash TEXT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    kind TEXT NOT NULL,                    -- simulate, evaluate, solve, export
    status TEXT NOT NULL CHECK (status IN ('incomplete', 'interrupted', 'complete')),
    scenario TEXT NOT NULL,                -- name
    scenario_hash TEXT NOT NULL REFERENCES scenarios (hash),
    game_hash TEXT NOT NULL,               -- of the compiled game
    policy TEXT,                           -- label
    policy_hash TEXT REFERENCES policies (hash),
    seed TEXT NOT NULL,                    -- unsigned 64-bit, hence text
    requested_episodes INTEGER,
    settings TEXT NOT NULL,                -- JSON
    command_line TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    started_at TEXT NOT NULL,              -- ISO 8601
    updated_at TEXT NOT NULL,              -- ISO 8601, when rows were last added
    finished_at TEXT,                      -- ISO 8601
    attempt INTEGER NOT NULL DEFAULT 1,    -- 1 + how often the run was resumed
    blocks INTEGER NOT NULL DEFAULT 0,     -- finished and stored
    episodes INTEGER NOT NULL DEFAULT 0,   -- finished
    turns INTEGER NOT NULL DEFAULT 0,      -- stored
    checkpoint TEXT                        -- JSON: the statistics of the finished blocks
);
CREATE INDEX runs_by_scenario ON runs (scenario_hash);
CREATE INDEX runs_by_policy ON runs (policy_hash);

CREATE TABLE names (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,  -- user, state, response, reaction, cue, outcome
    code INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (run_id, kind, code)
) WITHOUT ROWID;

-- migration 2: episodes, turns

CREATE TABLE episodes (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    episode INTEGER NOT NULL,  -- from 0
    user INTEGER NOT NULL,     -- code: names of kind user
    outcome INTEGER NOT NULL,  -- code: names of kind outcome
    turns INTEGER NOT NULL,
    payoff REAL NOT NULL,
    PRIMARY KEY (run_id, episode)
) WITHOUT ROWID;

CREATE TABLE turns (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    episode INTEGER NOT NULL,
    turn INTEGER NOT NULL,      -- from 1
    state INTEGER NOT NULL,     -- code: of the user, before the reaction
    cue INTEGER NOT NULL,       -- code: of the message answered
    response INTEGER NOT NULL,  -- code: the model's move
    reaction INTEGER NOT NULL,  -- code: the user's move
    PRIMARY KEY (run_id, episode, turn)
) WITHOUT ROWID;

-- migration 3: outcomes, metrics, pairs

CREATE TABLE outcomes (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    user INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    probability REAL NOT NULL,  -- of the outcome, given the user type
    standard_error REAL,        -- NULL when exact, or not estimable
    n INTEGER,                  -- episodes of this user type; NULL when exact
    how TEXT NOT NULL CHECK (how IN ('exact', 'simulated')),
    PRIMARY KEY (run_id, user, outcome)
) WITHOUT ROWID;

CREATE TABLE metrics (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,   -- payoff, safe, turns, …
    value REAL NOT NULL,
    standard_error REAL,  -- NULL when exact, or not estimable
    n INTEGER,            -- episodes; NULL when exact
    how TEXT NOT NULL CHECK (how IN ('exact', 'simulated')),
    PRIMARY KEY (run_id, name)
) WITHOUT ROWID;

CREATE TABLE pairs (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    row INTEGER NOT NULL,                -- from 0, in the order of the files
    prompt_id TEXT NOT NULL,
    pair_id TEXT NOT NULL,
    chosen_response INTEGER NOT NULL,    -- code
    rejected_response INTEGER NOT NULL,  -- code
    p_chosen REAL NOT NULL,
    score_chosen REAL NOT NULL,          -- payoff units
    score_rejected REAL NOT NULL,        -- payoff units
    label_mode TEXT NOT NULL,            -- quota, soft, sampled, hard
    split TEXT NOT NULL,                 -- train, test
    beta REAL NOT NULL,
    tau REAL NOT NULL,                   -- payoff units
    PRIMARY KEY (run_id, row)
) WITHOUT ROWID;

-- migration 4: readable views

CREATE VIEW runs_readable AS
SELECT id AS run, kind, status, scenario, policy, seed,
    episodes, requested_episodes, turns,
    (SELECT value FROM metrics WHERE run_id = runs.id AND name = 'payoff') AS payoff,
    (SELECT value FROM metrics WHERE run_id = runs.id AND name = 'safe') AS safe,
    started_at, updated_at, finished_at, tool_version, command_line
FROM runs;

CREATE VIEW episodes_readable AS
SELECT e.run_id AS run, e.episode,
    coalesce(u.name, e.user) AS user, coalesce(o.name, e.outcome) AS outcome, e.turns, e.payoff
FROM episodes e
LEFT JOIN names u ON u.run_id = e.run_id AND u.kind = 'user' AND u.code = e.user
LEFT JOIN names o ON o.run_id = e.run_id AND o.kind = 'outcome' AND o.code = e.outcome;

CREATE VIEW turns_readable AS
SELECT t.run_id AS run, t.episode, t.turn,
    coalesce(s.name, t.state) AS state, coalesce(c.name, t.cue) AS cue,
    coalesce(a.name, t.response) AS response, coalesce(m.name, t.reaction) AS reaction
FROM turns t
LEFT JOIN names s ON s.run_id = t.run_id AND s.kind = 'state' AND s.code = t.state
LEFT JOIN names c ON c.run_id = t.run_id AND c.kind = 'cue' AND c.code = t.cue
LEFT JOIN names a ON a.run_id = t.run_id AND a.kind = 'response' AND a.code = t.response
LEFT JOIN names m ON m.run_id = t.run_id AND m.kind = 'reaction' AND m.code = t.reaction;

CREATE VIEW outcomes_readable AS
SELECT p.run_id AS run, coalesce(u.name, p.user) AS user, coalesce(o.name, p.outcome) AS outcome,
    p.probability, p.standard_error, p.n, p.how
FROM outcomes p
LEFT JOIN names u ON u.run_id = p.run_id AND u.kind = 'user' AND u.code = p.user
LEFT JOIN names o ON o.run_id = p.run_id AND o.kind = 'outcome' AND o.code = p.outcome;

CREATE VIEW pairs_readable AS
SELECT p.run_id AS run, p.row, p.prompt_id, p.pair_id,
    coalesce(c.name, p.chosen_response) AS chosen_response,
    coalesce(r.name, p.rejected_response) AS rejected_response,
    p.p_chosen, p.score_chosen, p.score_rejected, p.label_mode, p.split, p.beta, p.tau
FROM pairs p
LEFT JOIN names c ON c.run_id = p.run_id AND c.kind = 'response' AND c.code = p.chosen_response
LEFT JOIN names r ON r.run_id = p.run_id AND r.kind = 'response' AND r.code = p.rejected_response;

-- migration 5: items and scores of suites

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

-- migration 6: tags, notes, verdicts, documents

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
