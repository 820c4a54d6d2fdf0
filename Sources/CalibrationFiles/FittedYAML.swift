internal import Output

/// A fitted number as a line of a scenario.
package struct FittedCoefficient: Sendable, Equatable {
    /// Where it stands under its user.
    package enum Section: Sendable, Equatable {
        case prior
        case initial
        case utility(String)
        case move
        case satisfaction

        /// The keys from the user to the number's own.
        var keys: [String] {
            switch self {
            case .prior: []
            case .initial: ["initial"]
            case .utility(let reaction): ["utility", reaction]
            case .move: ["move"]
            case .satisfaction: ["satisfaction"]
            }
        }
    }

    package var user: String
    package var section: Section
    package var key: String
    package var value: Double
    /// `source: annomi (se 0.09, n 4,785)`.
    package var comment: String

    package init(user: String, section: Section, key: String, value: Double, comment: String) {
        self.user = user
        self.section = section
        self.key = key
        self.value = value
        self.comment = comment
    }

    /// - Parameter reaction: nil for moves.
    package init(user: String, reaction: String?, key: String, value: Double, comment: String) {
        self.init(
            user: user, section: reaction.map { .utility($0) } ?? .move, key: key, value: value, comment: comment)
    }

    /// The reaction of a utility, or nil.
    package var reaction: String? {
        get { if case .utility(let reaction) = section { reaction } else { nil } }
        set { section = newValue.map { .utility($0) } ?? .move }
    }

    package var path: String { (["users", user] + section.keys + [key]).joined(separator: ".") }
}

/// The block of YAML that a scenario can use as it is.
package enum FittedYAML {
    package static func block(_ coefficients: [FittedCoefficient], header: [String]) -> String {
        var lines = header.map { "# \(Escaped.line($0))" } + ["users:"]
        for user in unique(coefficients.map(\.user)) {
            lines.append("  \(user):")
            let own = coefficients.filter { $0.user == user }
            func add(_ section: FittedCoefficient.Section, indent: Int) {
                let lower = own.filter { $0.section == section }
                guard !lower.isEmpty else { return }
                if let key = section.keys.last {
                    lines.append(String(repeating: " ", count: indent - 2) + "\(key):")
                }
                lines += lower.map { line($0.key, $0.value, $0.comment, indent: indent) }
            }
            add(.prior, indent: 4)
            add(.initial, indent: 6)
            let reactions = unique(own.compactMap(\.reaction))
            if !reactions.isEmpty { lines.append("    utility:") }
            for reaction in reactions { add(.utility(reaction), indent: 8) }
            add(.move, indent: 6)
            add(.satisfaction, indent: 6)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Shares with four decimals that still sum to 1: the largest takes what rounding leaves.
    static func wholeShares(_ shares: [Double], sum: Double = 1) -> [Double] {
        var rounded = shares.map { FittedModel.rounded($0 * sum) }
        guard let largest = shares.indices.max(by: { shares[$0] < shares[$1] }) else { return [] }
        rounded[largest] += sum - rounded.reduce(0, +)
        rounded[largest] = (rounded[largest] * 1e10).rounded() / 1e10
        return rounded
    }

    static func line(_ key: String, _ value: Double, _ comment: String, indent: Int) -> String {
        let start = String(repeating: " ", count: indent) + "\(key): \(value)"
        return start + String(repeating: " ", count: max(2, 32 - start.count)) + "# \(Escaped.line(comment))"
    }

    static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
