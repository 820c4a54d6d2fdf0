internal import ExactEvaluation
public import GameModel
internal import NumericalMethods
internal import Solver

/// The smallest change of one number that makes another response the better one.
public struct DecisionFlip: Sendable, Equatable {
    public let parameter: Parameter
    /// The number as it stands.
    public let value: Double
    /// Where the two responses are worth the same, the policy held as it is.
    public let threshold: Double
    /// The change divided by the larger of |value| and 0.1, to compare numbers of different size.
    public var relativeChange: Double { abs(threshold - value) / max(abs(value), 0.1) }
}

/// Looks for flips among the numbers that the margin depends on most.
public struct FlipSearch: Sendable {
    private let controller: Policy
    private let history: History
    private let inputs: GameInputs
    private let multipliers: [Double]
    private let explanation: Explanation

    public init(
        _ explanation: Explanation, controller: Policy, inputs: GameInputs, multipliers: [Double]
    ) {
        self.controller = controller
        history = explanation.history
        self.inputs = inputs
        self.multipliers = multipliers
        self.explanation = explanation
    }

    /// The flips of the parameters for which the linear estimate asks for the smallest relative change.
    ///
    /// From the linear estimate a bracket is widened inside the parameter's domain, up to four times the estimate, and the root
    /// is then found to 10^−10 by Brent's method. A parameter whose margin does not change sign there has no flip.
    ///
    /// - Parameters:
    ///   - count: how many parameters are tried.
    ///   - control: asked to stop between parameters: the flips are then those found so far.
    /// - Complexity: about 15 evaluations of the game per parameter.
    public func flips(among count: Int, control: RunControl = RunControl()) throws -> [DecisionFlip] {
        guard let margin = explanation.margin else { return [] }
        let ranked = explanation.attributions.compactMap { item -> (Parameter, Double, Double)? in
            guard let slope = item.derivative, slope != 0, let value = inputs[item.parameter] else { return nil }
            return (item.parameter, -margin / slope, abs(margin / slope) / max(abs(value), 0.1))
        }.sorted { ($0.2, $0.0.path) < ($1.2, $1.0.path) }
        let (shouldStop, total) = (control.shouldStop, min(count, ranked.count))
        var found: [DecisionFlip] = []
        for (done, item) in ranked.prefix(count).enumerated() {
            guard !shouldStop() else { break }
            if let flip = try flip(item.0, estimate: item.1) { found.append(flip) }
            control.progress(RunProgress(steps: done + 1, of: total))
        }
        return found.sorted {
            ($0.relativeChange, $0.parameter.path) < ($1.relativeChange, $1.parameter.path)
        }
    }

    private func flip(_ parameter: Parameter, estimate: Double) throws -> DecisionFlip? {
        guard let value = inputs[parameter], let margin = explanation.margin, margin != 0,
            let own = try self.margin(parameter, value)
        else { return nil }
        // A mixed answer ties to rounding, and computed twice a margin of 10^−16 has either sign: it flips where it stands.
        guard own != 0, (own < 0) == (margin < 0) else {
            return DecisionFlip(parameter: parameter, value: value, threshold: value)
        }
        var near = value
        for factor in [0.5, 1, 1.5, 2, 3, 4] {
            let far = inputs.domain(of: parameter).nearest(to: value + factor * estimate)
            guard far != near, let there = try self.margin(parameter, far) else { return nil }
            if there == 0 || (there < 0) != (margin < 0) {
                let root = try bracketedRoot(in: min(near, far)...max(near, far), tolerance: 1e-10) { point in
                    guard let margin = try self.margin(parameter, point) else {
                        throw AnalysisError("\(parameter) = \(point) makes no game in which the history can happen")
                    }
                    return margin
                }
                return DecisionFlip(parameter: parameter, value: value, threshold: root.root)
            }
            near = far
        }
        return nil
    }

    /// Q(decision) − Q(runner-up) at another value of a parameter; nil where the history cannot happen.
    private func margin(_ parameter: Parameter, _ value: Double) throws -> Double? {
        guard let changed = try? inputs.setting(parameter, to: value),
            let reactions = try? changed.reactions(to: controller), let runnerUp = explanation.runnerUp,
            let belief = try? history.beliefs(in: reactions.game, reactions: reactions).last?.belief
        else { return nil }
        let game = reactions.game
        let values = try ActionValues(controller, game: game, objective: changed.objective, multipliers: multipliers)
            .expected(belief: belief, turn: history.turn, node: history.node(in: controller.memory, game: game))
        return values[explanation.decision] - values[runnerUp]
    }
}
