public import InputErrors

/// What is wrong with a game, a belief or a policy: where, what was found, what was needed.
public struct GameError: InputProblem, Equatable {
    /// Path of the offending part, such as `users.benign.initial`.
    public var place: String
    /// What was found and what was needed, in one sentence without the place.
    public var problem: String

    public init(_ place: String, _ problem: String) {
        self.place = place
        self.problem = problem
    }

    public var description: String { "\(place) \(problem)" }
}

extension GameError {
    /// How far a distribution's sum may be from 1. Sums are checked, never repaired.
    public static let sumTolerance = 1e-9

    /// Checks that `row` is a distribution over `count` things.
    ///
    /// - Throws: ``GameError`` naming the first entry that is not a probability, or the sum.
    /// - Complexity: O(count).
    public static func checkDistribution(_ row: [Double], count: Int, place: String) throws(GameError) {
        guard row.count == count else {
            throw GameError(place, "has \(row.count) entries; it must have \(count)")
        }
        var sum = 0.0
        for value in row {
            guard value.isFinite, value >= 0 else {
                throw GameError(place, "has the entry \(value); a probability must be at least 0 and finite")
            }
            sum += value
        }
        guard abs(sum - 1) <= sumTolerance else {
            throw GameError(place, "sums to \(sum); it must sum to 1")
        }
    }
}
