internal import Analysis
internal import Output
internal import Scenarios

/// The lists of a report on published figures.
extension RealityReport {
    var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
        ]
    }

    var figureColumns: Columns<Line> {
        [
            .string("key", "names the figure") { $0.figure.key },
            .string("read", "how it was read: original, abstract, summary, secondary or counted") {
                $0.figure.reading.rawValue
            },
            .string("subject", "the number of the scenario that it speaks about; missing where there is none") {
                $0.subject?.words
            },
            .boolean("same_population", "whether the figure is about the people whom the user type stands for") {
                $0.subject?.isSamePopulation
            },
            .number("published", "the published share or ratio of odds") {
                $0.figure.measured?.value ?? $0.figure.value
            },
            .number("low", "lower end of its 95 % interval: published, Wilson's, or from counts") {
                $0.figure.measured?.interval.lowerBound
            },
            .number("high", "upper end of its 95 % interval") { $0.figure.measured?.interval.upperBound },
            .number("exact", "the scenario's number, exact; missing where there is none") { $0.subject?.value }
                .json("scenario"),
            .string("verdict", "agrees: the number lies in the interval; differs; silent: there is nothing to compare")
            {
                $0.verdict.rawValue
            },
            .number("change_size", "size of the smallest change of assumptions that would agree, in logits") {
                $0.subject?.change.flatMap { $0.isConverged ? $0.size : nil }
            },
            .member("smallest_change") { line in
                moveColumns.json(line.subject?.change.map { $0.isConverged ? $0.moves : [] } ?? [])
            },
            .string("statistic", "share, odds_ratio or none") { $0.figure.statistic.rawValue },
            .integer("n", "how many people; missing where that was not published") { $0.figure.sample },
            .boolean("derived", "whether the arm's share was solved from the ratio and the other arm's counts") {
                $0.figure.arm?.isDerived ?? false
            },
            .number("arm_share", "of a ratio: the share in the arm that it is about") { line in
                line.figure.arm.map { $0.arm.count / $0.arm.size }
            },
            .string("population", "whom the figure is about") { $0.figure.population },
            .string("act", "what the helper did") { $0.figure.act },
            .string("behaviour", "what people then did") { $0.figure.behaviour },
            .string("source", "the publication") { $0.figure.source },
            .string("place", "where in it") { $0.figure.place },
            .string("note", "what else is known of the figure") { $0.figure.note },
            .string("silent", "why no scenario has a number that it speaks about") { $0.figure.silence },
        ]
    }

    var moveColumns: Columns<AssumptionChange.Move> {
        [
            .string("path", "the coefficient that moves") { $0.parameter.path }.shown("coefficient"),
            .number("before", "its value in the scenario") { $0.before }.shown(decimals: 4),
            .number("after", "its value after the change") { $0.after }.shown(decimals: 4),
            .number("logits", "how far it moves, in logits: rationality times the difference, for moves the difference")
            {
                $0.logits
            }.shown { ($0.logits > 0 ? "+" : "") + Format.fixed($0.logits, 4) },
        ]
    }

    struct ChangeRow {
        let key: String
        let subject: String
        let move: AssumptionChange.Move
    }

    /// Every coefficient that moves, by figure; those of all figures at once have the key `together`.
    var changeRows: [ChangeRow] {
        let single = lines.flatMap { line -> [ChangeRow] in
            guard let subject = line.subject, let change = subject.change, change.isConverged else { return [] }
            return change.moves.map { ChangeRow(key: line.figure.key, subject: subject.words, move: $0) }
        }
        guard let together, together.change.isConverged else { return single }
        return single + together.change.moves.map { ChangeRow(key: "together", subject: "all figures", move: $0) }
    }

    var changeColumns: Columns<ChangeRow> {
        Columns<ChangeRow>([
            .string("key", "names the figure that would agree; together for all at once") { $0.key },
            .string("subject", "the number of the scenario") { $0.subject },
        ]).followed(by: moveColumns.of(\.move))
    }

    var togetherColumns: Columns<Together.Row> {
        [
            .string("figure", "the figure and the number of the scenario") { $0.name },
            .number("after", "the number after the change") { $0.value },
            .number("standard_errors", "how far it is then from the published value, in standard errors") {
                $0.distance
            },
        ]
    }
}
