internal import GameModel
package import Scenarios

/// Puts fitted coefficients into a scenario's text; everything else, comments included, stays as it is.
///
/// In a conditional logit only differences count, so what was fitted against a reference reaction is added to that
/// reaction's own coefficients in the scenario. Coefficients that were not fitted stay with their mark.
package struct ScenarioMerge {
    private var lines: [String]
    private let file: String

    /// A coefficient as it stands, with the mark of its line.
    private struct Written {
        var key: String
        var value: Double
        var comment: String
    }

    /// - Parameter reference: the reaction whose predictor was 0 in the fit.
    /// - Throws: ``DataError`` naming the line if a place does not exist or is written in another way than
    ///   `key: {name: number, …}` or one name a line.
    package static func merge(
        _ coefficients: [FittedCoefficient], reference: [String: String], into scenario: Scenario
    ) throws -> String {
        for user in scenario.definition.users where coefficients.contains(where: { $0.user == user.name }) {
            guard let rationality = user.agent.value(of: .rationality), rationality != 1 else { continue }
            throw DataError(
                "\(scenario.file): error: users.\(user.name).rationality is \(rationality); coefficients are fitted at 1, "
                    + "so it must be 1")
        }
        var merge = ScenarioMerge(
            lines: scenario.sourceText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
            file: scenario.file)
        for user in FittedYAML.unique(coefficients.map(\.user)) {
            let own = coefficients.filter { $0.user == user }
            let base = try reference[user].map { try merge.written(["users", user, "utility", $0]) } ?? []
            for reaction in FittedYAML.unique(own.compactMap(\.reaction)) {
                try merge.replace(
                    ["users", user, "utility", reaction], own.filter { $0.reaction == reaction }, added: base)
            }
            for section in [FittedCoefficient.Section.move, .satisfaction, .initial] {
                let lower = own.filter { $0.section == section }
                if !lower.isEmpty {
                    try merge.replace(["users", user] + section.keys, lower, added: [], keeping: section != .initial)
                }
            }
        }
        try merge.replacePriors(coefficients.filter { $0.section == .prior }, of: scenario)
        let text = merge.lines.joined(separator: "\n")
        // What comes out must be a scenario, or nothing comes out.
        _ = try Scenario.parse(text, file: scenario.file)
        return text
    }

    /// Fitted shares say how the fitted users compare; together they keep the prior that they have in the scenario.
    private mutating func replacePriors(_ fitted: [FittedCoefficient], of scenario: Scenario) throws {
        let users = scenario.definition.users.filter { user in fitted.contains { $0.user == user.name } }
        let total = (users.reduce(0) { $0 + $1.prior } * 1e10).rounded() / 1e10
        let sum = fitted.reduce(0) { $0 + $1.value }
        let shares = FittedYAML.wholeShares(fitted.map { $0.value / sum }, sum: total)
        for (coefficient, share) in zip(fitted, shares) {
            let place = try find(["users", coefficient.user, "prior"])
            let indent = lines[place.lowerBound].prefix { $0 == " " }.count
            let comment =
                total == 1 ? coefficient.comment : "\(coefficient.comment); of \(total) that these users share"
            lines[place.lowerBound] = FittedYAML.line("prior", share, comment, indent: indent)
        }
    }

    private mutating func replace(
        _ path: [String], _ fitted: [FittedCoefficient], added: [Written], keeping: Bool = true
    ) throws {
        let place = try find(path)
        let kept = try written(path).filter { _ in keeping }.filter { old in !fitted.contains { $0.key == old.key } }
        let indent = String(lines[place.lowerBound].prefix { $0 == " " })
        var block = ["\(indent)\(path.last ?? ""):"]
        for coefficient in fitted {
            let shift = added.first { $0.key == coefficient.key }?.value ?? 0
            let comment =
                shift == 0
                ? coefficient.comment : "\(coefficient.comment); \(coefficient.value) above the reference's \(shift)"
            // A number in small units has more decimals, and keeps them where nothing is added to it.
            let value = shift == 0 ? coefficient.value : FittedModel.rounded(coefficient.value + shift)
            block.append(FittedYAML.line(coefficient.key, value, comment, indent: indent.count + 2))
        }
        block += kept.map { FittedYAML.line($0.key, $0.value, $0.comment, indent: indent.count + 2) }
        lines.replaceSubrange(place, with: block)
    }

    /// The lines of a key with what is under it, comments after it left out.
    private func find(_ path: [String]) throws -> Range<Int> {
        var range = lines.indices
        var parent = -1
        for (depth, key) in path.enumerated() {
            var found: Range<Int>?
            var childIndent: Int?
            for index in range where Self.isContent(lines[index]) {
                let indent = lines[index].prefix { $0 == " " }.count
                guard indent > parent else { continue }
                childIndent = childIndent ?? indent
                guard indent == childIndent, Self.key(lines[index]) == key else { continue }
                var end = index + 1
                for next in index + 1..<max(range.upperBound, index + 1) where Self.isContent(lines[next]) {
                    guard lines[next].prefix(while: { $0 == " " }).count > indent else { break }
                    end = next + 1
                }
                found = index..<end
                parent = indent
                break
            }
            guard let found else {
                throw DataError(
                    "\(file): error: has no line for \(path[...depth].joined(separator: ".")); --into needs it as a key on a line of its own"
                )
            }
            range = depth == path.count - 1 ? found : found.lowerBound + 1..<found.upperBound
        }
        return range
    }

    private static func isContent(_ line: String) -> Bool {
        let text = line.drop { $0 == " " }
        return !text.isEmpty && text.first != "#"
    }

    private static func key(_ line: String) -> String {
        String(line.drop { $0 == " " }.prefix { $0 != ":" })
    }

    /// The coefficients under a key.
    private func written(_ path: [String]) throws -> [Written] {
        let range = try find(path)
        func fail(_ line: Int) -> DataError {
            DataError(
                file, line + 1, 1,
                "\(path.joined(separator: ".")) is not written as {name: number, …} or as one name a line; --into can replace only these"
            )
        }
        let (head, comment) = Self.parts(lines[range.lowerBound])
        let rest = head.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
        if rest.first == "{", rest.last == "}" {
            guard range.count == 1 else { throw fail(range.lowerBound) }
            return try rest.dropFirst().dropLast().split(separator: ",").map { entry in
                guard let pair = Self.pair(entry) else { throw fail(range.lowerBound) }
                return Written(key: pair.0, value: pair.1, comment: comment)
            }
        }
        guard rest.isEmpty, range.count > 1 else { throw fail(range.lowerBound) }
        return try range.dropFirst().filter { Self.isContent(lines[$0]) }.map { index in
            let (text, comment) = Self.parts(lines[index])
            guard let pair = Self.pair(Substring(text)) else { throw fail(index) }
            return Written(key: pair.0, value: pair.1, comment: comment)
        }
    }

    /// A line without its comment, and the comment.
    private static func parts(_ line: String) -> (String, String) {
        guard let mark = line.firstRange(of: " #") else { return (trimmed(Substring(line)), "assumption") }
        return (trimmed(line[..<mark.lowerBound]), trimmed(line[mark.upperBound...]))
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func pair(_ text: Substring) -> (String, Double)? {
        let parts = text.split(separator: ":", maxSplits: 1).map { trimmed($0) }
        guard parts.count == 2, let value = Double(parts[1]) else { return nil }
        return (parts[0], value)
    }
}
