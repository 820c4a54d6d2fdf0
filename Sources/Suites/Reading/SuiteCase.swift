public import Documents
public import InputErrors
public import Scenarios

/// One case of a suite: the index of a value per axis.
public struct SuiteCase: Sendable, Equatable {
    /// Per axis, the index of the value.
    public let choice: [Int]
    /// The values' names, joined by `-`.
    public let name: String
    /// The product of the values' weights.
    public let weight: Double
}

extension ScenarioSuite {
    /// Choices of values before exclusions: the product of the axes' sizes, or nil where it is more than an `Int` holds.
    public var combinations: Int? {
        axes.reduce(1) { product, axis in
            product.flatMap { value in
                let (result, overflow) = value.multipliedReportingOverflow(by: axis.values.count)
                return overflow ? nil : result
            }
        }
    }

    /// More combinations than this are not even gone through to count what exclusions leave.
    static let mostCombinations = 100_000_000

    /// Every case, the last axis varying fastest.
    ///
    /// - Parameter limit: the most cases that are wanted.
    /// - Throws: ``SuiteError`` if there are more, or none.
    /// - Complexity: O(combinations · exclusions).
    public func cases(atMost limit: Int) throws(SuiteError) -> [SuiteCase] {
        guard let combinations, combinations <= Self.mostCombinations else {
            throw SuiteError(
                "\(file) has more than \(Self.mostCombinations) combinations of values; shorten its axes")
        }
        var found: [SuiteCase] = []
        var choice = [Int](repeating: 0, count: axes.count)
        repeat {
            if !exclusions.contains(where: { $0.covers(choice) }) {
                guard found.count < limit else { throw SuiteError.tooMany(self, limit: limit) }
                found.append(suiteCase(choice))
            }
        } while advance(&choice)
        guard !found.isEmpty else { throw SuiteError("\(file) excludes every combination; there must be a case") }
        return found
    }

    /// Moves to the next choice; false after the last.
    private func advance(_ choice: inout [Int]) -> Bool {
        for axis in axes.indices.reversed() {
            choice[axis] += 1
            if choice[axis] < axes[axis].values.count { return true }
            choice[axis] = 0
        }
        return false
    }

    private func suiteCase(_ choice: [Int]) -> SuiteCase {
        let values = zip(axes, choice).map { $0.values[$1] }
        return SuiteCase(
            choice: choice, name: values.map(\.name).joined(separator: "-"),
            weight: values.reduce(1) { $0 * $1.weight })
    }

    /// The scenario file of a case.
    ///
    /// - Throws: ``DocumentError`` if a placeholder within a placeholder leads to a variable that there is not.
    public func text(of item: SuiteCase) throws(DocumentError) -> String {
        try template.expanded(axes: axes, choice: item.choice, caseName: item.name)
    }

    /// The scenario of a case, read as if from a file.
    ///
    /// - Throws: ``DocumentError`` with every problem of the expanded file; places are those of the template, since a line stays a line.
    public func scenario(_ item: SuiteCase) throws(DocumentError) -> Scenario {
        try Scenario.parse(try text(of: item), file: "\(templateFile) [\(item.name)]")
    }
}

/// What cannot be done with a suite, and what to do instead.
public struct SuiteError: InputProblem, Equatable {
    public let description: String

    public init(_ description: String) { self.description = description }

    static func tooMany(_ suite: ScenarioSuite, limit: Int) -> SuiteError {
        SuiteError(
            "\(suite.file) has more than \(limit) cases; shorten its axes, or say that so many are meant with --yes")
    }
}
