package import Analysis
internal import NumericalMethods

/// A published number about what people do, with where it stands and how it was read.
package struct PublishedFigure: Sendable {
    package enum Statistic: String, Sendable, CaseIterable {
        /// A share of people.
        case share
        /// The ratio of the odds of two arms.
        case oddsRatio = "odds_ratio"
        /// Something that is no number here, such as "no effect".
        case none
    }

    /// How the number was read.
    package enum Reading: String, Sendable, CaseIterable {
        case original, abstract, summary, secondary, counted

        /// Whether the publication itself was read.
        var isFirstHand: Bool { self == .original || self == .counted }
    }

    /// People of whom so many did it.
    package struct Arm: Sendable, Equatable {
        /// Not whole where it was solved from a share.
        package let count: Double
        package let size: Double
    }

    package let key: String
    package let population: String
    /// What the helper did.
    package let act: String
    /// What people then did.
    package let behaviour: String
    package let statistic: Statistic
    /// As published: a share or a ratio; nil where there is no number.
    package let value: Double?
    /// How many people; nil where that was not published, and the figure says so.
    package let sample: Int?
    /// How many of them did it, where that was published.
    package let count: Int?
    /// An interval as published.
    package let interval: ClosedRange<Double>?
    /// The other arm of a ratio.
    package let against: Arm?
    package let reading: Reading
    package let source: String
    /// The exact place in the source.
    package let place: String
    package let note: String?
    /// Why no scenario has a number that the figure speaks about; nil where one may have.
    package let silence: String?
    /// What it speaks about in the scenario that it was read for.
    package let claims: [Claim]

    /// A number of the scenario that a figure speaks about.
    package struct Claim: Sendable {
        package let statistic: UserStatistic
        /// The number in words: `distressed: disengaged or migrated | always:support`.
        package let words: String
        /// The same without the policy, for other policies; nil for what depends on no policy.
        package let place: String?
        /// Whether the figure is about the very people that the scenario's type stands for.
        package let isSamePopulation: Bool
        /// Why this number.
        package let reason: String?
    }
}

extension PublishedFigure {
    /// What was published on the scale that it is compared on.
    package struct Measured: Sendable {
        package let value: Double
        /// The 95 % interval, in the units of the value.
        package let interval: ClosedRange<Double>
        /// The logit of the share, or the logarithm of the ratio; infinite for shares of 0 and 1.
        package let logit: Double
        /// The ends of the interval on the same scale.
        package let logits: ClosedRange<Double>
        /// On that scale.
        package let standardError: Double
    }

    /// The two-sided 95 % quantile of the normal distribution.
    private static let z = 1.959_963_984_540_054

    /// The arm of a ratio that was published: with its counts, or solved from the ratio and the other arm's counts.
    package var arm: (arm: Arm, isDerived: Bool)? {
        guard statistic == .oddsRatio, let against, let sample else { return nil }
        if let count { return (Arm(count: Double(count), size: Double(sample)), false) }
        guard let value else { return nil }
        let odds = value * against.count / (against.size - against.count)
        return (Arm(count: Double(sample) * odds / (1 + odds), size: Double(sample)), true)
    }

    /// The number with its interval: as published, Wilson's of a share, or from the counts of both arms of a ratio.
    ///
    /// Nil where there is no number, or nothing says how sure it is.
    package var measured: Measured? {
        switch statistic {
        case .none: nil
        case .share: share
        case .oddsRatio: ratio
        }
    }

    private var share: Measured? {
        guard let value else { return nil }
        if let interval {
            let logits = Self.logit(interval.lowerBound)...Self.logit(interval.upperBound)
            // A range over arms has its value at an end: what several figures are fitted to is the middle.
            return Measured(
                value: value, interval: interval, logit: (logits.lowerBound + logits.upperBound) / 2, logits: logits,
                standardError: (logits.upperBound - logits.lowerBound) / (2 * Self.z))
        }
        guard let sample else { return nil }
        let successes = count ?? Int((value * Double(sample)).rounded())
        guard let interval = Estimate(successes: successes, of: sample)?.interval else { return nil }
        // A share is known to its digits; its counts, where there are any, say it better.
        let best = count.map { Double($0) / Double(sample) } ?? value
        return Measured(
            value: best, interval: interval, logit: Self.logit(best),
            logits: Self.logit(interval.lowerBound)...Self.logit(interval.upperBound),
            standardError: 1 / (Double(sample) * best * (1 - best)).squareRoot())
    }

    private var ratio: Measured? {
        if let interval, let value {
            let logits = Libm.log(interval.lowerBound)...Libm.log(interval.upperBound)
            return Measured(
                value: value, interval: interval, logit: Libm.log(value), logits: logits,
                standardError: (logits.upperBound - logits.lowerBound) / (2 * Self.z))
        }
        guard let against, let arm = arm?.arm else { return nil }
        let cells = [arm.count, arm.size - arm.count, against.count, against.size - against.count]
        guard cells.allSatisfy({ $0 > 0 }) else { return nil }
        // Source: Woolf 1955, the variance of a log odds ratio is the sum of the inverse counts.
        let error = cells.reduce(0) { $0 + 1 / $1 }.squareRoot()
        let logit = Libm.log(cells[0]) - Libm.log(cells[1]) - Libm.log(cells[2]) + Libm.log(cells[3])
        let logits = (logit - Self.z * error)...(logit + Self.z * error)
        return Measured(
            value: Libm.exp(logit), interval: Libm.exp(logits.lowerBound)...Libm.exp(logits.upperBound), logit: logit,
            logits: logits, standardError: error)
    }

    private static func logit(_ share: Double) -> Double { Libm.log(share) - Libm.log(1 - share) }
}
