internal import Output
internal import Scenarios

/// Whether a published shape appears in the results of a suite, with its figures.
public struct ShapeFinding: Sendable, Equatable {
    public let shape: SuiteShape
    /// Nil where it cannot be judged: a policy was not run, or a measure has no meaning.
    public let holds: Bool?
    /// The numbers, as a line for people.
    public let figures: String

    /// Judges a shape.
    ///
    /// "Better" asks that the 95 % interval of the paired difference over the cases excludes 0; a condition that is kept asks for means
    /// only.
    ///
    /// - Complexity: O(cases · policies).
    public init(_ shape: SuiteShape, in results: SuiteResults) {
        self.shape = shape
        let missing = shape.policies.filter { !results.policies.contains($0) }
        guard missing.isEmpty else {
            (holds, figures) = (nil, "not run: \(missing.joined(separator: ", "))")
            return
        }
        let judge = ShapeJudge(results: results)
        (holds, figures) =
            switch shape.claim {
            case .beats(let policy, let over, let measure, let keeping):
                judge.beats(judge.index(policy), judge.index(over), measure, keeping)
            case .lowest(let policy, let measure): judge.lowest(judge.index(policy), measure)
            case .overtakes(let policy, let over, let from, let to, let risk):
                judge.overtakes(judge.index(policy), judge.index(over), from...to, risk)
            case .rises(let policy, let measure, let axis): judge.rises(judge.index(policy), measure, axis)
            case .staysBelow(let policy, let than, let measure, let axis):
                judge.staysBelow(judge.index(policy), judge.index(than), measure, axis)
            }
    }

    /// `holds`, `does not hold` or `cannot be judged`.
    public var verdict: String {
        switch holds {
        case true?: "holds"
        case false?: "does not hold"
        case nil: "cannot be judged"
        }
    }
}

private struct ShapeJudge {
    typealias Finding = (holds: Bool?, figures: String)

    let results: SuiteResults

    func index(_ policy: String) -> Int { results.policies.firstIndex(of: policy) ?? 0 }

    private func meaningless(_ measure: SuiteMeasure) -> Finding {
        (nil, "\(measure.rawValue) has no meaning in these cases")
    }

    func beats(_ policy: Int, _ over: Int, _ measure: SuiteMeasure, _ keeping: SuiteMeasure?) -> Finding {
        guard let left = results.statistic(measure, policy: policy),
            let right = results.statistic(measure, policy: over),
            let difference = results.difference(measure, policy: policy, over: over)
        else { return meaningless(measure) }
        let sign: Double = measure.isMoreBetter ? 1 : -1
        let worst = difference.interval.map { sign > 0 ? $0.lowerBound : -$0.upperBound } ?? sign * difference.mean
        var holds = worst > 0
        var figures =
            "\(measure.rawValue) \(number(left.mean)) against \(number(right.mean)): \(interval(difference)) over "
            + "\(difference.count) cases"
        if let keeping {
            guard let mine = results.statistic(keeping, policy: policy),
                let theirs = results.statistic(keeping, policy: over)
            else { return meaningless(keeping) }
            holds = holds && (keeping.isMoreBetter ? mine.mean >= theirs.mean : mine.mean <= theirs.mean)
            figures += "; \(keeping.rawValue) \(number(mine.mean)) against \(number(theirs.mean))"
        }
        return (holds, figures)
    }

    func lowest(_ policy: Int, _ measure: SuiteMeasure) -> Finding {
        let means = results.policies.indices.compactMap { other in
            results.statistic(measure, policy: other).map { (policy: other, mean: $0.mean) }
        }
        guard let mine = means.first(where: { $0.policy == policy })?.mean,
            let next = means.filter({ $0.policy != policy }).min(by: { $0.mean < $1.mean })
        else { return meaningless(measure) }
        return (
            mine < next.mean,
            "\(measure.rawValue) \(number(mine)); the lowest of the others is \(results.policies[next.policy]) with "
                + number(next.mean)
        )
    }

    func overtakes(_ policy: Int, _ over: Int, _ range: ClosedRange<Double>, _ risk: SuiteMeasure) -> Finding {
        guard let safe = results.statistic(.satisfaction, policy: policy)?.mean,
            let bold = results.statistic(.satisfaction, policy: over)?.mean,
            let safeRisk = results.statistic(risk, policy: policy)?.mean,
            let boldRisk = results.statistic(risk, policy: over)?.mean
        else { return meaningless(.satisfaction) }
        let points =
            "S \(number(safe)) and \(risk.rawValue) \(number(safeRisk)) against S \(number(bold)) and \(number(boldRisk))"
        guard boldRisk > safeRisk else { return (false, points + ": it is not the safer one") }
        guard bold > safe else { return (false, points + ": it is as satisfying, so it is ahead at every β") }
        let crossing = (bold - safe) / (boldRisk - safeRisk)
        return (
            range.contains(crossing),
            points
                + ": ahead from β = \(number(crossing)) on, looked for between \(range.lowerBound) and \(range.upperBound)"
        )
    }

    func rises(_ policy: Int, _ measure: SuiteMeasure, _ axis: Int) -> Finding {
        guard let means = along(axis, measure, policy) else { return meaningless(measure) }
        return (
            zip(means, means.dropFirst()).allSatisfy { $0 < $1 } && means.count > 1,
            "\(measure.rawValue) \(list(means)) at \(names(axis))"
        )
    }

    func staysBelow(_ policy: Int, _ than: Int, _ measure: SuiteMeasure, _ axis: Int) -> Finding {
        guard let mine = along(axis, measure, policy), let theirs = along(axis, measure, than) else {
            return meaningless(measure)
        }
        return (
            zip(mine, theirs).allSatisfy { $0 < $1 },
            "\(measure.rawValue) \(list(mine)) against \(list(theirs)) at \(names(axis))"
        )
    }

    /// The means at each value of an axis; nil if one has none.
    private func along(_ axis: Int, _ measure: SuiteMeasure, _ policy: Int) -> [Double]? {
        let means = results.suite.axes[axis].values.indices.map { value in
            results.statistic(measure, policy: policy, in: .init(place: (axis, value)))?.mean
        }
        let known = means.compactMap(\.self)
        return known.count == means.count ? known : nil
    }

    private func names(_ axis: Int) -> String {
        results.suite.axes[axis].values.map(\.name).joined(separator: ", ")
    }

    private func list(_ values: [Double]) -> String { values.map(number).joined(separator: ", ") }

    private func interval(_ statistic: CaseStatistic) -> String {
        let mean = (statistic.mean > 0 ? "+" : "") + number(statistic.mean)
        return statistic.interval.map { "\(mean) [\(number($0.lowerBound)), \(number($0.upperBound))]" } ?? mean
    }

    private func number(_ value: Double) -> String { Format.number(value, 3) }
}
