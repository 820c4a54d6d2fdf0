/// An answer from elsewhere, as users meet it: by its features.
package struct FeaturedAnswer: Sendable, Hashable {
    /// [K] in [0, 1].
    package let features: [Double]
    /// In payoff units, at least 0.
    package let cost: Double
    /// [|A|] which response it may be, on the simplex: users whose reactions or moves are a table know responses by name only, and take
    /// it for one that is drawn from these.
    package let meant: [Double]

    package init(features: [Double], cost: Double, meant: [Double]) {
        (self.features, self.cost, self.meant) = (features, cost, meant)
    }
}
