internal import ExactEvaluation
public import GameModel
internal import Solver

/// A policy that is held as it is while numbers of the scenario vary: what each response is worth at some decisions.
///
/// Only the response at the decision is re-optimised; what follows is the policy's.
public struct HeldQuery: Sendable {
    let controller: Policy
    let inputs: GameInputs
    let decisions: [History]
    let multipliers: [Double]
    private let nodes: [Int]

    /// - Parameters:
    ///   - decisions: the histories after which the model decides.
    ///   - multipliers: μ per constraint of the objective; zeros for a policy that was not solved.
    /// - Throws: `GameError` if a history cannot happen.
    public init(
        _ controller: Policy, inputs: GameInputs, decisions: [History], multipliers: [Double]
    ) throws {
        let reactions = try inputs.reactions(to: controller)
        self.controller = controller
        self.inputs = inputs
        self.decisions = decisions
        self.multipliers = multipliers
        nodes = try decisions.map { history in
            _ = try history.beliefs(in: reactions.game, reactions: reactions)
            return try history.node(in: controller.memory, game: reactions.game)
        }
    }

    var responseCount: Int { inputs.definition.responses.count }

    /// [decisions · |A|] Q(b, n, a) after every history, with numbers set.
    ///
    /// - Throws: ``AnalysisError`` naming the numbers if they make no game in which the histories can happen.
    /// - Complexity: compiling the game, and one backward pass.
    func values(_ variations: [Variation], at point: [Double]) throws -> [Double] {
        let changed: GameInputs
        do {
            changed = try Variation.set(variations, to: point, in: inputs)
            let reactions = try changed.reactions(to: controller)
            let game = reactions.game
            let table = try ActionValues(
                controller, game: game, objective: changed.objective, multipliers: multipliers)
            return try zip(decisions, nodes).flatMap { history, node -> [Double] in
                guard let belief = try history.beliefs(in: game, reactions: reactions).last?.belief else { return [] }
                return table.expected(belief: belief, turn: history.turn, node: node)
            }
        } catch {
            throw AnalysisError.outside(variations, point, error)
        }
    }
}

extension HeldQuery {
    /// [points][decisions · |A|] the values at several points.
    ///
    /// - Throws: ``AnalysisError`` where the control asks to stop: values at some of the points settle nothing.
    func values(
        _ variations: [Variation], at points: [[Double]], threads: Int, control: RunControl
    ) throws -> [[Double]] {
        let found = try control.map(count: points.count, threads: threads) { index in
            Result { try values(variations, at: points[index]) }
        }.map { try $0.get() }
        guard found.count == points.count else { throw AnalysisError("the work was stopped before its end") }
        return found
    }
}

extension AnalysisError {
    /// A point at which nothing can be computed.
    static func outside(_ variations: [Variation], _ point: [Double], _ error: any Error) -> AnalysisError {
        let place = zip(variations, point).map { "\($0.parameter) = \($1)" }.joined(separator: ", ")
        return AnalysisError("\(place) lies outside what can be computed: \(error); choose a narrower interval")
    }
}
