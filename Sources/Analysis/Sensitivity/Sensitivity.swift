internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
internal import Solver

/// How much a policy's value, its safe share and its decisions depend on numbers of the scenario.
///
/// The policy is held. Its *decision* at an opening is kept where the response that is worth most is one of those that are worth
/// most in the scenario as it stands. (An optimal policy under constraints may mix responses that are worth the same.)
public struct Sensitivity: Sendable {
    /// A number and how far it may be from what the scenario says.
    public struct Range: Sendable, Equatable {
        public let parameter: Parameter
        public let value: Double
        public let lower: Double
        public let upper: Double

        /// ± a share of the number's size, at least of 0.1, cut where its domain ends.
        public init?(_ parameter: Parameter, share: Double, inputs: GameInputs) {
            self.init(
                parameter, halfWidth: share * max(abs(inputs[parameter] ?? 0), 0.1), inputs: inputs)
        }

        /// ± a given amount, cut where the number's domain ends; nil if the number does not exist or cannot change.
        public init?(_ parameter: Parameter, halfWidth: Double, inputs: GameInputs) {
            guard let value = inputs[parameter] else { return nil }
            let domain = inputs.domain(of: parameter)
            let (lower, upper) = (domain.nearest(to: value - halfWidth), domain.nearest(to: value + halfWidth))
            guard lower < upper, (try? inputs.setting(parameter, to: lower)) != nil,
                (try? inputs.setting(parameter, to: upper)) != nil
            else { return nil }
            (self.parameter, self.value, self.lower, self.upper) = (parameter, value, lower, upper)
        }
    }

    /// What is measured at one point.
    public struct Measures: Sendable, Equatable {
        public let payoff: Double
        /// P(safe).
        public let safe: Double
        /// Per opening cue, the response that is worth most; nil for a cue that nobody opens with.
        public let decisions: [Int?]
    }

    /// One number alone at the ends of its range.
    public struct Bar: Sendable, Equatable {
        public let range: Range
        public let atLower: Measures
        public let atUpper: Measures
        /// Whether all decisions are kept at the lower and at the upper end.
        public let keepsAtLower: Bool
        public let keepsAtUpper: Bool
    }

    let controller: Policy
    let inputs: GameInputs
    let multipliers: [Double]
    /// At the scenario's own numbers.
    public let base: Measures
    /// Per opening cue, the responses that are worth most there, up to 10^−6 of the largest value.
    public let best: [[Int]]

    /// - Parameter multipliers: μ per constraint of the objective; zeros for a policy that was not solved.
    public init(_ controller: Policy, inputs: GameInputs, multipliers: [Double]) throws {
        self.controller = controller
        self.inputs = inputs
        self.multipliers = multipliers
        base = try Self.measure(controller, inputs, multipliers)
        best = try Self.values(controller, inputs.game(), inputs.objective, multipliers).map { row in
            let scale = row.reduce(0) { Swift.max($0, abs($1)) }
            let top = row.max() ?? 0
            return row.indices.filter { row[$0] >= top - 1e-6 * scale }
        }
    }

    /// The measures with numbers set one after the other.
    public func measures(_ ranges: [Range], at point: [Double]) throws -> Measures {
        var changed = inputs
        for (range, value) in zip(ranges, point) { changed = try changed.setting(range.parameter, to: value) }
        return try Self.measure(controller, changed, multipliers)
    }

    private static func measure(
        _ controller: Policy, _ inputs: GameInputs, _ multipliers: [Double]
    ) throws -> Measures {
        let game = try inputs.game()
        let evaluation = Evaluation(controller, game: game)
        let decisions = try values(controller, game, inputs.objective, multipliers).map { row in
            row.indices.max { row[$0] < row[$1] }
        }
        return Measures(payoff: evaluation.payoff, safe: evaluation.safe, decisions: decisions)
    }

    /// Per opening cue, what each response is worth; empty for a cue that nobody opens with.
    private static func values(
        _ controller: Policy, _ game: Game, _ objective: Objective, _ multipliers: [Double]
    ) throws -> [[Double]] {
        let table = try ActionValues(controller, game: game, objective: objective, multipliers: multipliers)
        return game.cues.indices.map { cue in
            guard let belief = try? Belief.opening(cue, game: game).belief else { return [] }
            return table.expected(
                belief: belief, turn: 1, nodes: controller.memory.initial[cue], controller: controller)
        }
    }

    /// Per opening cue, whether the decision is kept; a cue that nobody opens with keeps it only where nobody ever did.
    public func keeps(_ measures: Measures) -> [Bool] {
        zip(measures.decisions, best).map { decision, best in decision.map { best.contains($0) } ?? best.isEmpty }
    }

    /// One number at a time, in the order given: the tornado.
    ///
    /// - Parameter control: asked to stop between numbers: the bars are then those of the first numbers.
    /// - Complexity: two evaluations of the game per number.
    public func tornado(
        _ ranges: [Range], threads: Int = 1, control: RunControl = RunControl()
    ) throws -> [Bar] {
        try control.map(count: ranges.count, threads: threads, phase: "one at a time") { index in
            Result { () throws -> Bar in
                let range = ranges[index]
                let lower = try measures([range], at: [range.lower])
                let upper = try measures([range], at: [range.upper])
                return Bar(
                    range: range, atLower: lower, atUpper: upper, keepsAtLower: !keeps(lower).contains(false),
                    keepsAtUpper: !keeps(upper).contains(false))
            }
        }.map { try $0.get() }
    }

    /// The numbers that may matter most by themselves, most first: by the largest change of payoff, of the safe share in units
    /// of the payoff's range, or of a decision.
    public static func screened(_ bars: [Bar], base: Measures, count: Int) -> [Range] {
        func effect(_ value: (Measures) -> Double) -> [Double] {
            let raw = bars.map { max(abs(value($0.atLower) - value(base)), abs(value($0.atUpper) - value(base))) }
            let largest = raw.max() ?? 0
            return raw.map { largest > 0 ? $0 / largest : 0 }
        }
        let (payoff, safe) = (effect(\.payoff), effect(\.safe))
        let scores = bars.indices.map { index -> Double in
            let flips = !bars[index].keepsAtLower || !bars[index].keepsAtUpper
            return max(payoff[index], safe[index]) + (flips ? 1 : 0)
        }
        return bars.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(count).map { bars[$0].range }
    }

    /// Sobol indices over uniform ranges, and over a joint normal distribution of numbers that are correlated.
    public struct Global: Sendable, Equatable {
        public let ranges: [Range]
        public let dependence: InputDependence
        public let payoff: SobolIndices
        public let safe: SobolIndices
        /// Of the indicator that a decision is kept: per opening cue, then of all together.
        public let kept: [SobolIndices]
        public let settings: SobolSettings

        /// Of no numbers: where the work was to end before there were any indices.
        public static func unfinished(_ settings: SobolSettings) -> Global {
            let none = SobolIndices(
                first: [], total: [], ownFirst: [], jointTotal: [], mean: 0, variance: 0, copies: ([], []))
            return Global(
                ranges: [], dependence: .none(0), payoff: none, safe: none, kept: [none], settings: settings)
        }
    }

    /// - Parameter dependence: which of the numbers are correlated; these are drawn around their values, not between the ends of their
    ///   ranges. Nil for none.
    /// - Throws: ``AnalysisError`` if a draw of correlated numbers leaves their domain.
    /// - Complexity: copies · points · (numbers + 2 + 3 · correlated numbers) evaluations of the game.
    public func global(
        _ ranges: [Range], settings: SobolSettings, dependence: InputDependence? = nil, threads: Int = 1
    ) throws -> Global {
        let found = try global(
            ranges, settings: settings, dependence: dependence, threads: threads, control: RunControl())
        return found ?? .unfinished(settings)
    }

    /// The same under a control.
    ///
    /// - Returns: nil where the work was to end before all points had been evaluated.
    public func global(
        _ ranges: [Range], settings: SobolSettings, dependence: InputDependence? = nil, threads: Int = 1,
        control: RunControl
    ) throws -> Global? {
        let dependence = dependence ?? .none(ranges.count)
        let isCorrelated = ranges.indices.map { dependence.place(of: $0) != nil }
        let isPositive = ranges.map { inputs.domain(of: $0.parameter) == .nonNegative }
        let indices = try SobolIndices.estimate(
            dimension: ranges.count, settings: settings, dependence: dependence, threads: threads, control: control
        ) { place in
            let point = ranges.indices.map { index in
                let range = ranges[index]
                guard isCorrelated[index] else { return range.lower + place[index] * (range.upper - range.lower) }
                // λ and its like are drawn as an uncertainty draws them: on a scale on which they stay above 0.
                return isPositive[index]
                    ? range.value * Libm.exp(place[index] / range.value) : range.value + place[index]
            }
            let found = try measures(ranges, at: point)
            let kept = keeps(found)
            return [found.payoff, found.safe] + (kept + [!kept.contains(false)]).map { $0 ? 1 : 0 }
        }
        guard let indices else { return nil }
        return Global(
            ranges: ranges, dependence: dependence, payoff: indices[0], safe: indices[1],
            kept: Array(indices.dropFirst(2)),
            settings: settings)
    }
}
