internal import NumericalMethods
internal import Scenarios

/// Every policy in every case of a suite, as far as it was run.
public struct SuiteResults: Sendable {
    public let suite: ScenarioSuite
    public let cases: [SuiteCase]
    /// Labels of the policies, in the order that they were named.
    public let policies: [String]
    /// [cases][policies]; nil where it failed or was not run.
    public let items: [[ItemResult?]]

    public init(suite: ScenarioSuite, cases: [SuiteCase], policies: [String], items: [[ItemResult?]]) {
        precondition(items.count == cases.count, "there must be results for every case")
        self.suite = suite
        self.cases = cases
        self.policies = policies
        self.items = items
    }

    /// A part of the cases: those with one value of one axis, or all of them.
    public struct Slice: Sendable, Equatable {
        /// The axis and the value's index; nil for all cases.
        public let place: (axis: Int, value: Int)?

        public init(place: (axis: Int, value: Int)?) { self.place = place }

        public static let all = Slice(place: nil)

        public static func == (left: Slice, right: Slice) -> Bool {
            left.place?.axis == right.place?.axis && left.place?.value == right.place?.value
        }

        func contains(_ item: SuiteCase) -> Bool { place.map { item.choice[$0.axis] == $0.value } ?? true }
    }

    /// All cases, and then every value of every axis.
    public var slices: [Slice] {
        [.all]
            + suite.axes.enumerated().flatMap { axis, item in
                item.values.indices.map { Slice(place: (axis, $0)) }
            }
    }

    /// Whether a policy was run in every case of a slice that there is a result of, and every search for it came to what was asked for.
    public func isComplete(policy: Int, in slice: Slice = .all) -> Bool {
        zip(cases, items).allSatisfy { item, results in
            !slice.contains(item) || results[policy].map(\.isConverged) ?? false
        }
    }

    /// The mean of a measure over the cases of a slice in which it has a meaning.
    ///
    /// - Returns: nil where there is none.
    public func statistic(_ measure: SuiteMeasure, policy: Int, in slice: Slice = .all) -> CaseStatistic? {
        CaseStatistic(
            zip(cases, items).compactMap { item, results in
                guard slice.contains(item), let score = results[policy]?.score(measure) else { return nil }
                return (score.value, item.weight)
            })
    }

    /// The mean of the differences `policy` − `other`, case by case.
    public func difference(
        _ measure: SuiteMeasure, policy: Int, over other: Int, in slice: Slice = .all
    ) -> CaseStatistic? {
        CaseStatistic(
            zip(cases, items).compactMap { item, results in
                guard slice.contains(item), let left = results[policy]?.score(measure),
                    let right = results[other]?.score(measure)
                else { return nil }
                return (left.value - right.value, item.weight)
            })
    }

    /// Share of the scored policies and cases that are exact; nil where nothing was scored.
    public var exactShare: Double? {
        let scored = items.flatMap { $0.compactMap(\.self) }
        return scored.isEmpty ? nil : Double(scored.count(where: \.isExact)) / Double(scored.count)
    }

    /// Of some points of (satisfaction, risk), those that no other one beats or equals in both: the efficient ones, from the safest.
    public static func efficient(_ points: [(satisfaction: Double, risk: Double)]) -> [Int] {
        points.indices.filter { index in
            !points.indices.contains { other in
                let (a, b) = (points[other], points[index])
                guard a.satisfaction >= b.satisfaction, a.risk <= b.risk else { return false }
                return a.satisfaction > b.satisfaction || a.risk < b.risk || other < index
            }
        }.sorted { (points[$0].risk, points[$0].satisfaction) < (points[$1].risk, points[$1].satisfaction) }
    }
}
