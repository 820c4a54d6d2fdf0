internal import GRDB
internal import NumericalMethods

extension Store {
    /// P(outcome | user type) of a run, by user and outcome; empty until it is complete.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if a code has no name, or a number cannot be one.
    public func outcomes(of run: RunID) throws(StoreError) -> [OutcomeRow] {
        try read { db in try Self.outcomes(db, run, Self.names(db, run)) }
    }

    /// The metrics of a run, by name; empty until it is complete.
    public func metrics(of run: RunID) throws(StoreError) -> [MetricRow] {
        try read { db in try Self.metrics(db, run) }
    }

    /// The stored episodes with numbers in `range`, in order. Ask for some 10⁵ at a time.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if a row is not what a simulation wrote.
    /// - Complexity: O(log of the table + rows in the range).
    public func episodes(of run: RunID, in range: Range<Int64>) throws(StoreError) -> [EpisodeRow] {
        try read { db in try Self.episodes(db, run, range, Self.names(db, run)) }
    }

    /// The next stored episodes from a number on, in order: of a run whose numbers have gaps, too.
    ///
    /// - Parameter count: how many, at most.
    /// - Throws: ``StoreError`` of kind `damaged` if a row is not what a simulation wrote.
    /// - Complexity: O(log of the table + rows that are read).
    public func episodes(of run: RunID, from first: Int64, atMost count: Int) throws(StoreError) -> [EpisodeRow] {
        try read { db in try Self.episodes(db, run, first..<Int64.max, Self.names(db, run), atMost: count) }
    }

    /// The stored turns of the episodes with numbers in `range`, in order.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if a row is not what a simulation wrote.
    /// - Complexity: O(log of the table + rows in the range).
    public func turns(of run: RunID, in range: Range<Int64>) throws(StoreError) -> [TurnRow] {
        try read { db in try Self.turns(db, run, range, Self.names(db, run)) }
    }

    /// All stored episodes and turns of a run, in order.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` also if rows are missing, or do not belong together.
    /// - Complexity: O(rows) time and memory.
    public func trajectories(of run: RunID) throws(StoreError) -> (episodes: [EpisodeRow], turns: [TurnRow]) {
        try read { db in try Self.trajectories(db, Self.details(db, run)) }
    }

    static func trajectories(
        _ db: Database, _ details: RunDetails
    ) throws -> (episodes: [EpisodeRow], turns: [TurnRow]) {
        let (run, everything) = (details.summary.id, Int64(0)..<Int64.max)
        let episodes = try episodes(db, run, everything, details.names)
        let turns = try turns(db, run, everything, details.names)
        guard turns.count == details.summary.turns else {
            throw StoreError(
                .damaged, "run \(run)", "has \(turns.count) turns; it recorded \(details.summary.turns)")
        }
        guard episodes.isEmpty && turns.isEmpty || episodes.count == details.summary.episodes else {
            throw StoreError(
                .damaged, "run \(run)", "has \(episodes.count) episodes; it recorded \(details.summary.episodes)")
        }
        try check(episodes, turns, run)
        return (episodes, turns)
    }

    /// Every episode has its turns, numbered from 1 on.
    private static func check(_ episodes: [EpisodeRow], _ turns: [TurnRow], _ run: RunID) throws(StoreError) {
        var position = 0
        for episode in episodes {
            for number in 0..<episode.turns {
                guard position < turns.count, turns[position].episode == episode.episode,
                    turns[position].turn == number + 1
                else {
                    throw StoreError(
                        .damaged, "run \(run)", "lacks turn \(number + 1) of episode \(episode.episode)")
                }
                position += 1
            }
        }
        guard position == turns.count else {
            throw StoreError(.damaged, "run \(run)", "has turns of an episode that is not there or shorter")
        }
    }

    /// The stored preference pairs with row numbers (from 0) in `range`, in order.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if a row is not what an export wrote.
    /// - Complexity: O(log of the table + rows in the range).
    public func pairs(of run: RunID, in range: Range<Int64>) throws(StoreError) -> [PairRow] {
        try read { db in try Self.pairs(db, run, range, Self.names(db, run)) }
    }

    static func pairs(
        _ db: Database, _ run: RunID, _ range: Range<Int64>, _ names: RunNames
    ) throws -> [PairRow] {
        try checkKeys(db, "pairs", "row", run)
        let selected = """
            prompt_id, pair_id, chosen_response, rejected_response, p_chosen, score_chosen, score_rejected, label_mode,
            split, beta, tau
            """
        return try rows(db, selected, of: "pairs", run, "row", range, order: "row") { columns in
            try PairRow(
                promptID: columns.next(), pairID: columns.next(),
                chosenResponse: columns.nextCode("response", of: names.responses),
                rejectedResponse: columns.nextCode("response", of: names.responses), pChosen: columns.nextProbability(),
                scoreChosen: columns.next(), scoreRejected: columns.next(), labelMode: columns.next(),
                split: columns.next(), beta: columns.next(), tau: columns.next())
        }
    }

    static func outcomes(_ db: Database, _ run: RunID, _ names: RunNames) throws -> [OutcomeRow] {
        try rows(db, "user, outcome, probability, standard_error, n, how", of: "outcomes", run) { columns in
            try OutcomeRow(
                user: columns.nextCode("user", of: names.users),
                outcome: columns.nextCode("outcome", of: names.outcomes),
                probability: estimate(columns.nextProbability(), &columns))
        }
    }

    static func metrics(_ db: Database, _ run: RunID) throws -> [MetricRow] {
        try rows(db, "name, value, standard_error, n, how", of: "metrics", run) { columns in
            try MetricRow(name: columns.next(), value: estimate(columns.next(), &columns))
        }
    }

    private static func episodes(
        _ db: Database, _ run: RunID, _ range: Range<Int64>, _ names: RunNames, atMost count: Int? = nil
    ) throws -> [EpisodeRow] {
        try checkKeys(db, "episodes", "episode", run)
        return try rows(
            db, "episode, user, outcome, turns, payoff", of: "episodes", run, "episode", range, order: "episode",
            atMost: count
        ) { columns in
            try EpisodeRow(
                episode: columns.next(), user: columns.nextCode("user", of: names.users),
                outcome: columns.nextCode("outcome", of: names.outcomes), turns: columns.nextCount(),
                payoff: columns.next())
        }
    }

    private static func turns(
        _ db: Database, _ run: RunID, _ range: Range<Int64>, _ names: RunNames
    ) throws -> [TurnRow] {
        try checkKeys(db, "turns", "episode", run)
        return try rows(
            db, "episode, turn, state, cue, response, reaction", of: "turns", run, "episode", range,
            order: "episode, turn"
        ) { columns in
            try TurnRow(
                episode: columns.next(), turn: columns.nextCount(atLeast: 1),
                state: columns.nextCode("state", of: names.states), cue: columns.nextCode("cue", of: names.cues),
                response: columns.nextCode("response", of: names.responses),
                reaction: columns.nextCode("reaction", of: names.reactions))
        }
    }

    /// Refuses keys that no range of whole numbers reaches, whose rows would be left out in silence: SQLite orders negative
    /// numbers first, and texts and binary data last.
    private static func checkKeys(_ db: Database, _ table: String, _ key: String, _ run: RunID) throws {
        for order in ["ASC", "DESC"] {
            let sql = "SELECT \(key) FROM \(table) WHERE run_id = ? ORDER BY \(key) \(order) LIMIT 1"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [run.number]) else { return }
            var columns = RowReader(row, "run \(run), \(table)")
            let found = try columns.nextCount()
            guard found < Int.max else { throw columns.problem(found: "\(found)", needed: "the number of a row") }
        }
    }

    /// The rows of a run, all or those with a key in a range.
    private static func rows<Element>(
        _ db: Database, _ columns: String, of table: String, _ run: RunID, _ key: String? = nil,
        _ range: Range<Int64> = 0..<0, order: String? = nil, atMost count: Int? = nil,
        _ make: (inout RowReader) throws -> Element
    ) throws -> [Element] {
        var sql = "SELECT \(columns) FROM \(table) WHERE run_id = ?"
        var arguments = [run.number]
        if let key {
            sql += " AND \(key) >= ? AND \(key) < ?"
            arguments += [range.lowerBound, range.upperBound]
        }
        if let order { sql += " ORDER BY \(order)" }
        if let count {
            sql += " LIMIT ?"
            arguments.append(Int64(count))
        }
        var elements: [Element] = []
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
        while let row = try rows.next() {
            var columns = RowReader(row, "run \(run), \(table)")
            elements.append(try make(&columns))
        }
        return elements
    }
}

extension Store {
    /// A value with how it was obtained, from the columns standard_error, n and how.
    static func estimate(_ value: Double, _ columns: inout RowReader) throws -> Estimate {
        let standardError = try columns.nextOrNil(Double.self)
        let n = try columns.nextCountOrNil()
        switch try columns.next(String.self) {
        case "exact": return Estimate(exact: value)
        case "simulated":
            guard let n, standardError ?? 0 >= 0 else {
                throw columns.problem(
                    found: "simulated", needed: "a sample size and no negative standard error beside that")
            }
            return Estimate(mean: value, standardError: standardError, count: n)
        case let word: throw columns.problem(found: "\"\(word.prefix(40))\"", needed: "exact or simulated")
        }
    }
}
