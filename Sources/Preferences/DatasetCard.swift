internal import GameModel
internal import Output

/// The dataset's README: a header that `datasets` reads, and what a person needs to know.
struct DatasetCard {
    let dataset: Dataset
    let format: DatasetFormat
    let statistics: DatasetStatistics
    /// What has been written so far: the files of the splits among them.
    let files: [OutputFolder.FileRecord]

    var text: String { header + "\n" + body }

    /// The files that have rows, as `datasets` wants them named.
    private var splits: [(name: String, path: String, rows: Int)] {
        let rows = format.rows
        let all = [
            ("train", rows.file(test: false), statistics.rows.train),
            ("test", rows.file(test: true), statistics.rows.test),
        ]
        return all.compactMap { name, path, count in
            path.flatMap { name == "train" || count > 0 ? (name, $0, count) : nil }
        }
    }

    /// A split as `dataset_info` declares it: rows and bytes.
    private func declaration(_ split: (name: String, path: String, rows: Int)) -> String {
        let bytes = files.first { $0.path == split.path }?.bytes ?? 0
        return "  - name: \(split.name)\n    num_bytes: \(bytes)\n    num_examples: \(split.rows)"
    }

    private var columns: [Column] {
        let columns = format.columns(of: dataset)
        return dataset.isOwn ? OwnColumns.columns(columns, of: format.rows) : columns
    }

    private var header: String {
        """
        ---
        license: apache-2.0
        language:
        - en
        tags:
        \(format.isPaired ? "- preference\n" : "")- \(format.rows.name)
        - synthetic
        configs:
        - config_name: default
          data_files:
        \(splits.map { "  - split: \($0.name)\n    path: \($0.path)" }.joined(separator: "\n"))
        dataset_info:
          features:
        \(columns.map { $0.yaml(indent: 2) }.joined(separator: "\n"))
          splits:
        \(splits.map(declaration).joined(separator: "\n"))
        ---
        """
    }

    private var body: String {
        let origin = dataset.origin
        return """
            # \(format.isPaired ? "Preference pairs" : "Preference data"): \(Escaped.markdown(origin.title))

            Synthetic. Made by Nacre \(origin.version) from the scenario \(Escaped.markdownCode(origin.scenario)): simulated users, \
            \(dataset.isOwn ? "prompts and answers that were given to it" : "no real\nconversations"). The labels are what the \
            game says happens after an answer. The user's hidden type appears in no row\
            \(dataset.rationale == nil ? "" : " outside `rationale` and `rationale_data`").

            | | |
            |---|---|
            \(facts.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n"))

            \(format.rows.note(dataset))\(rationale)

            \(CardSections(dataset: dataset, format: format).text)\(CardTables(dataset: dataset, format: format, statistics: statistics).text)
            \(placeholders)

            """
    }

    private var placeholders: String {
        dataset.isOwn
            ? "Texts are as they were given; nobody looked through them for harmful detail."
            : "Passages in square brackets are placeholders: this dataset contains no harmful detail."
    }

    /// What the reasons are, and that they are not to be trained on; empty without them.
    private var rationale: String {
        guard dataset.rationale != nil else { return "" }
        let whose =
            format.isPaired
            ? "`rationale` says in one sentence why the row prefers what it chooses"
            : "`rationale` says of each completion in one sentence what it leads to"
        return
            "\n\n\(whose), and `rationale_data` holds the numbers exactly. Both name user types with their probability at the "
            + "prompt, which is hidden from the model in use: **do not train on these columns**. Reactions and unsafe ends are "
            + "expected under the policy whose values label the rows; histories with the same words are averaged by reach."
    }

    private var facts: [(String, String)] {
        let (pairs, origin) = (dataset.pairs, dataset.origin)
        var facts = [
            ("rows", "\(statistics.rows.train) train, \(statistics.rows.test) test, split by prompt"),
            ("prompts", "\(statistics.prompts), of which \(statistics.promptsWithRows) have rows"),
            ("format", "`\(format.rows.name)`"),
        ]
        if let text = origin.assumptionText { facts.append(("scenario taken with", Escaped.markdown(text))) }
        if format.isPaired, format.requiredLabels == nil {
            facts += [("label mode", "`\(pairs.settings.mode.rawValue)`"), ("β", "\(pairs.beta)")]
            if let recovery = pairs.recovery {
                facts.append(
                    ("total variation between π* and DPO's optimum on these rows (both splits)", recovery.words))
            }
        }
        facts += [
            ("τ", "\(pairs.temperature)"),
            (
                "action values",
                "exact, of the policy \(Escaped.markdownCode(origin.policyLabel)) (`\(origin.policyHash.prefix(16))`)"
            ),
        ]
        if format.isPaired {
            facts += [
                ("ties, near ties", "\(pairs.ties), \(pairs.nearTies)"), ("pairs left out", "\(pairs.leftOut)"),
                ("prompts whose win graph is not strongly connected", "\(statistics.notStronglyConnected)"),
                ("rows that compare two unsafe answers", bothUnsafe),
                ("rows that repeat an earlier one", "\(statistics.repeatedRows)"),
            ]
        }
        return facts + [
            ("histories merged (same words)", "\(pairs.table.mergedHistories)"),
            ("completions dropped (same text)", "\(pairs.table.identicalTexts)"),
        ]
    }

    private var bothUnsafe: String {
        guard dataset.pairs.table.prompts.first?.completions.first?.safe != nil else { return "not computed" }
        let share = statistics.compared > 0 ? Double(statistics.bothUnsafe) / Double(statistics.compared) : 0
        return "\(statistics.bothUnsafe) (share \(CardTables.rounded(share)); unsafe: a safe end is more than "
            + "\(PromptRecord.unsafeGap) less probable than after the prompt's safest answer)"
    }
}

extension QuotaRecovery {
    /// For people.
    fileprivate var words: String {
        "\(CardTables.rounded(mean)) on average over prompts, \(CardTables.rounded(byReach)) by reach, at most "
            + CardTables.rounded(worst)
    }
}
