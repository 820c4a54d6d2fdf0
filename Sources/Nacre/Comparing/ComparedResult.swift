internal import NumericalMethods
internal import Output
internal import RunStore

/// One figure of several runs, and by how much each differs from the first.
struct ComparedResult {
    /// How sure a difference is, and of what.
    enum Pairing: String {
        /// Both are exact, and so is the difference.
        case exact
        /// Over the same episodes, kept by both runs.
        case paired
        /// As if the runs had nothing in common.
        case independent
    }

    struct Difference {
        let value: Estimate
        let pairing: Pairing
    }

    /// Nil for a figure of all conversations.
    let user: String?
    let quantity: String
    /// Per run; nil where a run does not have the figure.
    let values: [Estimate?]
    /// Per run, from the first run; nil for the first, and where one of the two does not have the figure.
    let differences: [Difference?]

    var name: String { (user.map { "\($0): " } ?? "") + quantity }

    /// Whether any run says something else than the first.
    private var differs: Bool {
        values.contains { $0?.value != values[0]?.value || $0?.standardError != values[0]?.standardError }
    }

    /// The figures in which runs differ, in the order of the first run.
    ///
    /// - Parameter paired: per run, its differences from the first over the same episodes, where there are such.
    static func all(_ runs: [ComparedRun], paired: [PairedEpisodes?]) -> [ComparedResult] {
        var seen: Set<[String?]> = []
        let keys = runs.flatMap { $0.results.map { [$0.user, $0.quantity] } }.filter { seen.insert($0).inserted }
        return keys.compactMap { key -> ComparedResult? in
            let values = runs.map { run in run.results.first { [$0.user, $0.quantity] == key }?.value }
            guard let quantity = key[1] else { return nil }
            let result = ComparedResult(
                user: key[0], quantity: quantity, values: values,
                differences: values.indices.map { index in
                    guard index > 0, let first = values[0], let other = values[index] else { return nil }
                    let episodes = paired[index]?.difference(key[0], quantity, names: runs[0].details.names)
                    return difference(other, minus: first, over: episodes)
                })
            return result.differs ? result : nil
        }
    }

    /// How far apart two ways to add up the same numbers may be, as a share of their size: some thousand roundings.
    private static let rounding = 1e-9

    private static func difference(
        _ other: Estimate, minus first: Estimate, over episodes: Estimate?
    ) -> Difference {
        let value = other.value - first.value
        if first.isExact, other.isExact { return Difference(value: Estimate(exact: value), pairing: .exact) }
        // Runs may have figures that are no plain means of their episodes; those are not compared episode by episode.
        if let episodes,
            abs(episodes.value - value) <= rounding * max(1, abs(first.value), abs(other.value))
        {
            return Difference(value: episodes, pairing: .paired)
        }
        let errors = [first, other].filter { !$0.isExact }.map(\.standardError)
        let known = errors.compactMap(\.self)
        let count = [first.count, other.count].compactMap(\.self).min() ?? 0
        return Difference(
            value: Estimate(
                mean: value,
                standardError: known.count == errors.count ? known.reduce(0) { $0 + $1 * $1 }.squareRoot() : nil,
                count: count), pairing: .independent)
    }
}

extension PairedEpisodes {
    /// The difference of a figure by the name that the store gives it; nil where there is none.
    ///
    /// - Parameter user: nil for figures of all conversations.
    fileprivate func difference(_ user: String?, _ quantity: String, names: RunNames) -> Estimate? {
        if let user {
            guard let outcomes, let row = names.users.firstIndex(of: user),
                let column = names.outcomes.firstIndex(of: quantity)
            else { return nil }
            return outcomes[row][column]
        }
        return switch quantity {
        case "payoff": payoff
        case "turns": turns
        case "safe": safe
        default: nil
        }
    }
}
