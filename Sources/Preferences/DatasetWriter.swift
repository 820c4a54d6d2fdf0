internal import GameModel
public import Output

extension Dataset {
    /// Writes the rows of both splits, the card, the files that belong to the format, and the manifest.
    ///
    /// - Parameters:
    ///   - shouldStop: asked before every row; if true, the work ends with an `InterruptedError` and can go on later.
    ///   - progress: called with the number of rows so far.
    /// - Throws: ``PreferenceError`` if there would be no rows; ``check(_:)`` asks for more.
    /// - Complexity: O(rows) time, O(prompts) memory.
    @discardableResult
    public func write(
        _ format: DatasetFormat, to folder: OutputFolder, shouldStop: () -> Bool = { false },
        progress: (Int) -> Void = { _ in }
    ) throws -> DatasetStatistics {
        guard rationale == nil || format.takesRationale else {
            throw PreferenceError("rows of the form \(format.rows.name) cannot carry a rationale; leave it out")
        }
        try checkRows(format)
        let rows = format.rows
        let reasons = rationale.map { RationaleColumns(game: source.game, responses: responses, rationale: $0) }
        var statistics = DatasetStatistics(self)
        for test in [false, true] {
            guard let file = rows.file(test: test) else { continue }
            try folder.writeRows(file) { lines in
                try rows.visit(self, test: test) { row in
                    if shouldStop() { throw InterruptedError() }
                    statistics.add(row, test: test)
                    try lines.write { try row.json(reasons, isOwn: isOwn && rows.carriesSource).bytes() }
                    progress(statistics.rows.train + statistics.rows.test)
                }
            }
        }
        statistics.finish()
        if let rejects {
            try folder.writeRows("rejects.jsonl") { lines in
                for reject in rejects { try lines.write { try reject.json.bytes() } }
            }
        }
        try folder.write(
            "README.md", DatasetCard(dataset: self, format: format, statistics: statistics, files: folder.files).text)
        for sidecar in try rows.sidecars(self) { try folder.write(sidecar.name, sidecar.text) }
        try folder.write("manifest.json", try manifest(rows.name, files: folder.files).text(.indented) + "\n")
        return statistics
    }

    /// Writes `data/train.jsonl`, `data/test.jsonl`, the card and the manifest.
    public func writeDPO(to folder: OutputFolder) throws -> DatasetStatistics { try write(.dpo, to: folder) }

    /// Writes `candidates.jsonl`, the long table by prompt, with card and manifest.
    public func writeCandidates(to folder: OutputFolder) throws { try write(.candidates, to: folder) }

    /// What an unfinished export must have been made from for this one to go on with it.
    public func identity(_ format: DatasetFormat) throws -> String {
        // How the command was typed changes no row.
        var members = try manifest(format.rows.name, files: []).objectValue ?? [:]
        members["command_line"] = nil
        return ContentHash.sha256("\(format) \(try JSONValue.object(members).text())")
    }

    private func manifest(_ format: String, files: [OutputFolder.FileRecord]) throws -> JSONValue {
        let files = files.map { file in
            JSONValue.object([
                "path": .string(file.path), "sha256": .string(file.sha256), "bytes": .integer(file.bytes),
                "rows": file.rows.map { .integer($0) } ?? .null,
            ])
        }
        var members: [String: JSONValue] = [
            "format": .integer(Self.formatVersion), "dataset": .string(format), "files": .array(files),
            "scenario": .string(origin.scenario), "game_hash": .string(origin.gameHash),
            "file_hash": .string(origin.fileHash), "policy": .string(origin.policyLabel),
            "policy_hash": .string(origin.policyHash), "solution": origin.solution,
            "command_line": .string(origin.commandLine), "version": .string(origin.version),
            "seed": .string("\(pairs.settings.seed)"), "label_mode": .string(pairs.settings.mode.rawValue),
            "rows_per_pair": .integer(pairs.settings.rowsPerPair), "margin": .number(pairs.settings.margin),
            "test_share": .number(pairs.settings.testShare), "drops_ties": .bool(pairs.settings.dropsTies),
            "table_hash": .string(tableHash), "beta": .number(pairs.beta),
            "beta_rule": .string(pairs.settings.beta == nil ? pairs.settings.betaRule.rawValue : "given"),
            "predicted_total_variation": pairs.recovery?.json ?? .null, "tau": .number(pairs.temperature),
            "q": .string("exact"),
            "nodes": nodes,
        ]
        members.merge(rowChoices) { own, _ in own }
        members.merge(origin.assumptions) { own, _ in own }
        // Folders without reasons are as they were before there were any.
        if rationale != nil { members["rationale"] = .bool(true) }
        if let own {
            members["own_prompts"] = own.json
            members["min_certainty"] = .number(pairs.settings.minimumCertainty)
        }
        return .object(members)
    }

    /// The version of folders: 2 since `pair_id` is one a pair, rows have a `row_id`, and placeholders are left out.
    public static let formatVersion = 2

    /// What decided on which answers and pairs have rows, and what it left out.
    private var rowChoices: [String: JSONValue] {
        let settings = pairs.settings
        return [
            "keeps_placeholders": .bool(pairs.table.placeholders == nil),
            "placeholders": pairs.table.placeholders.map { .integer($0) } ?? .null,
            "keeps_over_limit": .bool(settings.keepsOverLimit),
            "never_choose": .strings(settings.neverChosen.sorted().map { responses[$0] }),
            "tie_band": .number(settings.tieBand),
            "pairs_per_prompt": settings.pairsPerPrompt.map { .integer($0) } ?? .null,
            "left_out": pairs.omissions.json,
            "total_variation": .object([
                "stock_trainer": pairs.stockRecovery?.json ?? .null,
                "p_chosen_trainer": pairs.weighedRecovery?.json ?? .null,
            ]),
        ]
    }

    /// SHA-256 over every prompt with its completions and their values.
    private var tableHash: String {
        let prompts = pairs.table.prompts.map { prompt in
            let completions = prompt.completions.map { "\($0.content) \($0.value) \($0.reference) \($0.target)" }
            return ContentHash.short(prompt.id + completions.joined(separator: "\n"))
        }
        return ContentHash.sha256(prompts.joined())
    }

    private var nodes: JSONValue {
        guard !isOwn else {
            return .object(["method": .string("own candidates"), "count": .integer(pairs.table.prompts.count)])
        }
        return .object([
            "method": .string(selection.method.rawValue), "count": .integer(selection.count),
            "reference_share": .number(selection.referenceShare),
            "coverage_by_turn": .numbers(pairs.table.coverage),
        ])
    }
}

extension OmissionCounts {
    /// Pairs without a row by reason: those that occur.
    public var json: JSONValue {
        .object(Dictionary(uniqueKeysWithValues: occurring.map { ($0.reason.rawValue, .integer($0.count)) }))
    }
}

extension QuotaRecovery {
    /// The three distances.
    public var json: JSONValue {
        .object(["mean": .number(mean), "by_reach": .number(byReach), "worst": .number(worst)])
    }
}

extension Dataset {
    /// How many rows a format will have, near enough for a progress line.
    public func expectedRows(_ format: DatasetFormat) -> Int { format.rows.expectedRows(pairs) }
}
