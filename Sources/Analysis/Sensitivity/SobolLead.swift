internal import NumericalMethods

/// Which of some inputs explains most, as far as the samples can tell.
public struct SobolLead: Sendable, Equatable {
    /// The input with the largest index.
    public let leader: Int
    /// Inputs that the samples do not tell apart from it, the largest index first.
    public let rivals: [Int]
    /// About how many points a copy would tell the closest of them apart; nil where there are none, or no number within reach would.
    public let pointsNeeded: Int?

    /// Whether the leader leads by more than the noise.
    public var isToldApart: Bool { rivals.isEmpty }

    /// More points than this a copy are out of reach.
    static let mostPoints = Double(1 << 24)
    /// The chance that any rival is wrongly told apart.
    static let error = 0.05
}

extension SobolIndices {
    /// The input that explains most among some of them.
    ///
    /// Inputs are compared copy by copy, on the same points: the mean difference must exceed Student's t times its standard error, at
    /// a level that holds for all comparisons together. An input that is correlated with others counts by the larger of its two indices,
    /// since what is measured of it tells of the others too.
    ///
    /// - Parameters:
    ///   - candidates: the inputs that are in question.
    ///   - correlated: those of them that are correlated with others.
    /// - Returns: nil where nothing varies, or no candidate explains anything.
    /// - Throws: ``GSLError`` never for two copies and more.
    public func lead(among candidates: [Int], correlated: Set<Int>, settings: SobolSettings) throws -> SobolLead? {
        guard variance > 0 else { return nil }
        let worths = candidates.map { index -> (index: Int, copies: [Double], mean: Double) in
            let options =
                correlated.contains(index)
                ? [copies.total[index], copies.first[index]] : [copies.total[index]]
            let means = options.map { $0.reduce(0, +) / Double($0.count) }
            let best = means.indices.max { means[$0] < means[$1] } ?? 0
            return (index, options[best], means[best])
        }.sorted { ($1.mean, $0.index) < ($0.mean, $1.index) }
        guard let leader = worths.first, leader.mean > 0 else { return nil }
        let others = worths.dropFirst()
        guard !others.isEmpty else { return SobolLead(leader: leader.index, rivals: [], pointsNeeded: nil) }
        // Bonferroni's inequality over all rivals.
        let t = try Distributions.studentTQuantile(
            1 - 0.5 * SobolLead.error / Double(others.count), degreesOfFreedom: Double(settings.copies - 1))
        var (rivals, most): ([Int], Double) = ([], 0)
        for other in others {
            let differences = zip(leader.copies, other.copies).map { $0 - $1 }
            let count = Double(differences.count)
            let mean = differences.reduce(0, +) / count
            let spread = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
            let noise = t * (spread / count).squareRoot()
            guard mean <= noise else { continue }
            rivals.append(other.index)
            // Errors fall at least as the root of the number of points.
            most = max(most, mean > 0 ? Double(settings.points) * (noise / mean) * (noise / mean) : .infinity)
        }
        guard !rivals.isEmpty else { return SobolLead(leader: leader.index, rivals: [], pointsNeeded: nil) }
        var needed = settings.points
        while Double(needed) < most, Double(needed) < SobolLead.mostPoints { needed *= 2 }
        // The number that was not enough is not enough.
        needed = max(needed, 2 * settings.points)
        return SobolLead(
            leader: leader.index, rivals: rivals, pointsNeeded: most <= SobolLead.mostPoints ? needed : nil)
    }
}
