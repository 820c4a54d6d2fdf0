internal import GameModel
internal import Output

/// The tables of a card: which conversations, and how evenly rows are spread.
struct CardTables {
    let dataset: Dataset
    let format: DatasetFormat
    let statistics: DatasetStatistics

    var text: String { conversations + balance + lengths }

    private var conversations: String {
        guard !dataset.isOwn else {
            return OwnCard(dataset: dataset).text
        }
        let coverage = dataset.pairs.table.coverage.enumerated()
        return """
            ## Which conversations

            Decision nodes: \(nodes). Share of the probability of reaching each turn that they cover:

            | turn | covered |
            |---|---|
            \(coverage.map { "| \($0.offset + 1) | \(Self.rounded($0.element)) |" }.joined(separator: "\n"))

            """
    }

    private var nodes: String {
        let selection = dataset.selection
        let mixture = "under a mixture of \(Self.rounded(selection.referenceShare)) reference and the rest policy"
        return switch selection.method {
        case .probable: "the \(selection.count) most probable histories \(mixture)"
        case .sampled: "histories met in \(selection.count) episodes played with seed \(selection.seed) \(mixture)"
        }
    }

    private var balance: String {
        guard statistics.rows.train + statistics.rows.test > 0 else { return "" }
        let turns = statistics.balance.turns.filter { $0.rows > 0 }
        let cues = statistics.balance.cues.filter { $0.rows > 0 || $0.name != "several" }
        return """

            ## Balance

            \(table("rows by turn", turns))
            \(table("rows by cue of the last message", cues))
            \(table("rows by the user type that is most likely at the prompt (\(teller) tells it)", statistics.balance.users))
            \(responses)
            """
    }

    /// What tells who is asking: nothing, unless reasons were asked for.
    private var teller: String { dataset.rationale == nil ? "no row" : "only the rationale" }

    private func table(_ title: String, _ counts: [DatasetBalance.Count]) -> String {
        "| \(title) | rows |\n|---|---|\n" + counts.map { "| \(Escaped.markdown($0.name)) | \($0.rows) |\n" }.joined()
    }

    private var responses: String {
        let used = statistics.responses.indices.filter {
            statistics.chosen[$0] + statistics.rejected[$0] > 0 || $0 < statistics.responses.count - 1
        }
        guard statistics.chosen.contains(where: { $0 > 0 }) else { return "" }
        let (better, worse) = format.isPaired ? ("chosen", "rejected") : ("desirable or sampled", "undesirable")
        return "| response | \(better) | \(worse) |\n|---|---|---|\n"
            + used.map {
                "| \(Escaped.markdown(statistics.responses[$0])) | \(statistics.chosen[$0]) | \(statistics.rejected[$0]) |\n"
            }.joined()
    }

    private var lengths: String {
        let lengths = statistics.lengths
        guard lengths.chosen.count > 0, lengths.rejected.count > 0 else { return "\n" }
        return """

            Mean length in characters: chosen \(Self.rounded(lengths.chosenMean)), rejected \(Self.rounded(lengths.rejectedMean)); \
            effect size d = \(lengths.effectSize.map(Self.rounded) ?? "none"). A trainer may learn length where |d| is large.


            """
    }

    /// Three decimals, for people; exact values stand in the data.
    static func rounded(_ value: Double) -> String {
        let thousandths = Int((abs(value) * 1000).rounded())
        let digits = "\(thousandths % 1000)"
        return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000)."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
