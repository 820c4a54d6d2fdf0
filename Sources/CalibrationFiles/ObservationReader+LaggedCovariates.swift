internal import Calibration
internal import Scenarios

/// What of the columns follows from the states themselves, so that played conversations can have it too.
extension ObservationReader {
    /// Finds factors that say a state of some turns ago, and numbers that sum states up.
    func addLaggedCovariates(to data: inout ObservedTransitions) {
        for (index, factor) in mapping.factors.enumerated() {
            if let after = mapping.after, factor.source.column == after.column {
                data.echoes[index] = .some(
                    factor.source.lag == 0 ? nil : echo(factor.source, of: after, lag: factor.source.lag, earliest: 1))
            } else if case .source(let before) = mapping.before, factor.source.column == before.column {
                data.echoes[index] = .some(echo(factor.source, of: before, lag: factor.source.lag + 1, earliest: 0))
            } else if let reaction = mapping.reaction, factor.source.column == reaction.column {
                data.echoes[index] = .some(nil)
            }
        }
        for (index, entry) in mapping.numbers.enumerated() {
            var columns = [mapping.after?.column, mapping.reaction?.column].compactMap(\.self)
            if case .source(let before) = mapping.before { columns.append(before.column) }
            guard columns.contains(entry.number.column) else { continue }
            let scores = entry.number.scores.flatMap { scores -> [Double]? in
                guard let after = mapping.after, after.column == entry.number.column else { return nil }
                return perState(after) { scores[$0] }
            }
            data.runningScores[index] = .some(scores)
        }
    }

    private func echo(
        _ factor: CalibrationMapping.Source, of state: CalibrationMapping.Source, lag: Int, earliest: Int
    ) -> ObservedTransitions.LaggedCovariate? {
        guard case .labels(let labels) = factor.meaning else { return nil }
        let levels = perState(state) { label in
            labels[label].flatMap(\.self).flatMap { factor.names.firstIndex(of: $0) }
        }
        guard let levels else { return nil }
        return .init(lag: lag, levels: levels, none: factor.names.firstIndex(of: "none") ?? -1, earliest: earliest)
    }

    /// A value for each state, from its labels; nil where they do not agree on one.
    private func perState<Value: Equatable>(
        _ source: CalibrationMapping.Source, _ value: (String) -> Value?
    ) -> [Value]? {
        guard case .labels(let labels) = source.meaning else { return nil }
        var result: [Value] = []
        for state in mapping.states {
            let values = labels.filter { $0.value == state }.keys.sorted().map(value)
            guard let first = values.first, let first, values.allSatisfy({ $0 == first }) else { return nil }
            result.append(first)
        }
        return result
    }
}
