internal import Calibration
internal import Reporting

/// A fitted coefficient as a line of a scenario.
package struct FittedCoefficient: Sendable, Equatable {
    package var user: String
    /// nil for moves.
    package var reaction: String?
    package var key: String
    package var value: Double
    /// `source: annomi (se 0.09, 133 conversations)`.
    package var comment: String

    package init(user: String, reaction: String?, key: String, value: Double, comment: String) {
        self.user = user
        self.reaction = reaction
        self.key = key
        self.value = value
        self.comment = comment
    }
}

extension FittedModel {
    /// The coefficients that a scenario has a place for.
    package func coefficients(source: String) -> [FittedCoefficient] {
        guard let user else { return [] }
        return designed.places.indices.compactMap { index in
            guard let key = designed.places[index].scenarioKey else { return nil }
            return FittedCoefficient(
                user: user, reaction: designed.places[index].reaction, key: key,
                value: Self.rounded(fit.coefficients[index]),
                comment:
                    "source: \(source) (se \(Format.fixed(errors[index], 3)), n \(Format.count(Int(fit.observations))))"
            )
        }
    }

    /// Four significant decimals: what the data support and more, and what people can read.
    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// Coefficients that a scenario cannot have, such as those of phases and products.
    package var withoutPlace: [String] {
        user == nil ? [] : designed.places.filter { $0.scenarioKey == nil }.map(\.path)
    }
}

/// The block of YAML that a scenario can use as it is.
package enum FittedYAML {
    package static func block(_ coefficients: [FittedCoefficient], header: [String]) -> String {
        var lines = header.map { "# \($0)" } + ["users:"]
        for user in unique(coefficients.map(\.user)) {
            lines.append("  \(user):")
            let own = coefficients.filter { $0.user == user }
            let reactions = unique(own.compactMap(\.reaction))
            if !reactions.isEmpty { lines.append("    utility:") }
            for reaction in reactions {
                lines.append("      \(reaction):")
                lines += own.filter { $0.reaction == reaction }.map { line($0.key, $0.value, $0.comment, indent: 8) }
            }
            let move = own.filter { $0.reaction == nil }
            if !move.isEmpty { lines.append("    move:") }
            lines += move.map { line($0.key, $0.value, $0.comment, indent: 6) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func line(_ key: String, _ value: Double, _ comment: String, indent: Int) -> String {
        let start = String(repeating: " ", count: indent) + "\(key): \(value)"
        return start + String(repeating: " ", count: max(2, 32 - start.count)) + "# \(comment)"
    }

    static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
