/// Which action values are equal, as far as the computation that they come from can tell.
enum ValueTies {
    /// Values that differ by no more than this share of their scale are equal.
    ///
    /// A backward pass adds some thousands of products for a value, each of which is rounded by at most 2⁻⁵³ ≈ 1.1 · 10⁻¹⁶ of its
    /// size: 10⁻¹² of the scale bounds what the order of the sums can make of equal values, and is a difference that no label, no
    /// trainer and no model could ever show.
    static let tolerance = 1e-12

    static func areEqual(_ a: Double, _ b: Double, scale: Double) -> Bool {
        abs(a - b) <= tolerance * max(abs(a), abs(b), scale)
    }
}

extension PromptRecord {
    /// Q(first) − Q(second), and exactly 0 where the two are equal but for rounding.
    ///
    /// The scale is the larger of the values, of what they are sums of, and of the smallest payoff of the game: values of 10⁻¹⁷ that
    /// are left where ±1 cancel are 0.
    func gap(_ first: Int, _ second: Int) -> Double {
        let (a, b) = (completions[first], completions[second])
        let isTie = ValueTies.areEqual(a.value, b.value, scale: max(a.magnitude, b.magnitude, valueUnit))
        return isTie ? 0 : a.value - b.value
    }

    /// What a completion is worth beyond the reference at the prompt, and exactly 0 where it is worth the same but for rounding.
    func lead(_ completion: Int) -> Double {
        let (value, mean) = (completions[completion].value, referenceValue)
        let scale = completions.reduce(valueUnit) { $1.reference > 0 ? max($0, abs($1.value), $1.magnitude) : $0 }
        return ValueTies.areEqual(value, mean, scale: scale) ? 0 : value - mean
    }

    /// Σ_b π_ref(b) Q(b) / Σ_b π_ref(b), over the completions.
    var referenceValue: Double {
        let total = completions.reduce(0) { $0 + $1.reference }
        return total > 0 ? completions.reduce(0) { $0 + $1.reference * $1.value } / total : 0
    }
}
