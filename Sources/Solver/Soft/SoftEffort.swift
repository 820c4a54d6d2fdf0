/// How much a round of soft planning puts into its tables, its plans and its graph.
///
/// What a table of points leaves open falls slower than the points grow, and so do plans and beliefs looked into: rounds grow in
/// proportion to what they cost, so that all earlier ones together cost less than the last.
package struct SoftEffort {
    /// In units of the first round.
    package let scale: Double

    package static let first = SoftEffort(scale: 1)

    package init(scale: Double) { self.scale = scale }

    /// Points of a turn's table.
    package var entries: Int { Int(2000 * scale) }
    /// Plans of a turn, whose making costs their square.
    package var plans: Int { Int(96 * scale.squareRoot()) }
    /// Beliefs looked into.
    package var beliefs: Int { Int(2048 * scale.squareRoot()) }
    /// Beliefs looked into that get a node of the policy: beyond these, plans are as good for less.
    static let policyBeliefs = 1500
    /// Conversations played to see where beliefs are.
    var conversations: Int { min(40_000, max(2000, entries / 3)) }

    private static let growth = 4.0
    /// A round that can only be this much larger is not worth making.
    private static let least = 1.3
    /// The share of the time left that a round is planned to take: costs do not grow exactly in proportion.
    private static let caution = 0.8

    /// The next round; nil where the time that is left is too short for a larger one.
    package func next(took: Duration, left: Duration?) -> SoftEffort? {
        guard let left else { return SoftEffort(scale: scale * Self.growth) }
        let affordable = Self.caution * (left / max(took, .milliseconds(1)))
        guard affordable >= Self.least else { return nil }
        // Two more rounds, or one that uses all that is left.
        let isLast = affordable < Self.growth * (1 + Self.least)
        return SoftEffort(scale: scale * (isLast ? affordable : Self.growth))
    }
}
