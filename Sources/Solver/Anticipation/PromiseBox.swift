/// A box of expectations that a response may create, with prices that hold the next turn to them, and the bound that results.
struct PromiseBox {
    /// Which of the responses at hand.
    let candidate: Int
    /// [n] the ends of the box, per expectation.
    var low: [Double]
    var high: [Double]
    /// [n] ν per expectation, in units of the goal per unit of utility.
    var prices: [Double]
    /// [n] how far the prices are moved when they are next improved.
    var steps: [Double]
    /// [n] 1 or −1, to which side.
    var sides: [Double]
    /// [n] how much the next turn's bound rises per unit of the probability of going on, per expectation.
    var slopes: [Double] = []
    /// At least what the response can be worth with expectations in the box, at these prices.
    var value = Double.infinity
    /// The same of the box that it was cut from.
    var ceiling = Double.infinity
    /// Whether its prices were improved.
    var isPriced = false

    /// The lower of the two.
    var bound: Double { min(value, ceiling) }
}
