package import Documents
internal import GameModel

extension NodeReader {
    /// A distribution given as a mapping from names to probabilities; names left out have probability 0.
    ///
    /// The numbers are kept bit for bit: a sum that is off is an error and never repaired.
    ///
    /// - Parameters:
    ///   - table: what the distribution is over.
    ///   - allowsNull: whether null stands for "never", probability 0.
    /// - Returns: one probability per name of the table, or nil after reporting.
    package func distribution(over table: NameTable, allowsNull: Bool = false) -> [Double]? {
        guard let fields = mapping(of: "\(table.plural) to probabilities") else { return nil }
        var row = [Double](repeating: 0, count: table.count)
        var isWhole = !table.isIncomplete
        for entry in fields.entries {
            let index = table.resolve(key: entry)
            if allowsNull && entry.value.isNull { continue }
            let value = entry.value.probability()
            if let index, let value { row[index] = value } else { isWhole = false }
        }
        guard isWhole else { return nil }
        let sum = row.reduce(0, +)
        guard abs(sum - 1) <= GameError.sumTolerance else {
            error("sums to \(Self.shortened(sum)); it must sum to 1")
            return nil
        }
        return row
    }

    /// A sum without the last digits that rounding errors leave: 0.97 rather than 0.9700000000000001.
    package static func shortened(_ sum: Double) -> String {
        let rounded = (sum * 1e12).rounded() / 1e12
        let text = "\(rounded == 1 ? sum : rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Coefficients given as a mapping from names to numbers; names left out have 0.
    package func amounts(over table: NameTable) -> [Double]? {
        guard let fields = mapping(of: "\(table.plural) to numbers") else { return nil }
        var row = [Double](repeating: 0, count: table.count)
        var isWhole = !table.isIncomplete
        for entry in fields.entries {
            let index = table.resolve(key: entry)
            let value = entry.value.amount()
            if let index, let value { row[index] = value } else { isWhole = false }
        }
        return isWhole ? row : nil
    }

    /// An amount that is paid or weighed: 0, or of a size whose squares and sums a `Double` can hold.
    package func amount() -> Double? {
        guard let value = number() else { return nil }
        guard value == 0 || GameLimits.amounts.contains(abs(value)) else {
            let limits = GameLimits.amounts
            error(
                "\(found); it must be 0, or from \(limits.lowerBound) to \(limits.upperBound) in size, since errors of estimates "
                    + "are made of squares", suggestion: "use other units")
            return nil
        }
        return value
    }

    /// An amount of at least 0.
    package func nonNegativeAmount() -> Double? {
        guard let value = amount() else { return nil }
        guard value >= 0 else {
            error("\(found); it must be at least 0")
            return nil
        }
        return value
    }
}
