internal import ExactEvaluation
internal import GameModel

/// A quantity that is linear in the occupancies of one of several games.
struct Measure: Sendable {
    /// Which game it is measured in.
    var game: Int
    var objective: LinearObjective
}

/// max_π min_{w ∈ W} Σ_k w_k v_k(π) subject to g_i(π) = c_i(π) − limit_i ≤ 0, over the strategies of one memory.
///
/// Robust policies and trade-off curves are of this form. v and c are measures of one or of several games that share their
/// observations, and so the memory.
struct MaximinProgram: Sendable {
    let games: [Game]
    let memory: ControllerMemory
    let values: [Measure]
    let limits: [(measure: Measure, atMost: Double)]
    let set: AmbiguitySet
    /// π_ref and τ, which some measures may weigh.
    let objective: Objective
    /// The scale that tolerances are fractions of.
    let range: Double
}

/// The prices at which a policy is judged: w̄ and μ, with the weights of the quadratic terms around them.
struct MaximinPrices: Sendable {
    /// w̄ ∈ W.
    var weights: [Double]
    /// μ ≥ 0, one per limit.
    var multipliers: [Double]
    /// c and ρ of the quadratic terms.
    var penalty: Double
}

/// Values and gradients of a ``MaximinProgram``, with the scratch memory of its passes.
///
/// The smoothed objective at prices (w̄, μ) is
/// Φ(π) = min_{w ∈ W} { w·v(π) + ‖w − w̄‖² / 2c } − Σ_i (max(0, μ_i + ρ g_i)² − μ_i²) / 2ρ,
/// the proximal Lagrangian: it is differentiable where v and g are, with the gradient of w*·v − μ*·g at the minimising w* and
/// μ* = max(0, μ + ρ g).
///
/// Source: Rockafellar 1976 (doi:10.1287/moor.1.2.97), the proximal method of multipliers.
struct MaximinPasses {
    let program: MaximinProgram
    private var forward: [ForwardPass]
    private var backwards: [BackwardPass?]
    /// [nodes, |A|] ∂ Φ / ∂ π(a | n), of the last ``differentiate(_:weights:multipliers:)``.
    private(set) var gradient: [Double]

    init(_ program: MaximinProgram) {
        self.program = program
        let reference =
            program.objective.klWeight > 0 ? NodeReference(program.objective.reference.otherwise) : nil
        forward = program.games.map { ForwardPass(game: $0, memory: program.memory, reference: reference) }
        backwards = program.games.map { _ in nil }
        gradient = [Double](repeating: 0, count: program.memory.nodeCount * program.games[0].responses.count)
    }

    /// v(π) and g(π): a forward pass per game.
    mutating func measure(_ strategies: [Double]) -> (values: [Double], excesses: [Double]) {
        for index in forward.indices { forward[index].run(strategies: strategies) }
        let evaluations = forward.map(\.evaluation)
        return (
            program.values.map { $0.objective.value(of: evaluations[$0.game]) },
            program.limits.map { $0.measure.objective.value(of: evaluations[$0.measure.game]) - $0.atMost }
        )
    }

    /// Φ and the prices w*, μ* that its gradient is taken at.
    mutating func smoothed(
        _ strategies: [Double], _ prices: MaximinPrices
    ) -> (value: Double, weights: [Double], multipliers: [Double]) {
        let (values, excesses) = measure(strategies)
        let (weights, multipliers) = program.respond(to: prices, values: values, excesses: excesses)
        var value = AmbiguitySet.product(weights, values)
        value += zip(weights, prices.weights).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / (2 * prices.penalty)
        for (index, multiplier) in multipliers.enumerated() {
            let before = prices.multipliers[index]
            value -= (multiplier * multiplier - before * before) / (2 * program.constraintPenalty(prices.penalty))
        }
        return (value, weights, multipliers)
    }

    /// The gradient of w·v − μ·g at the strategies last measured: a backward pass per game that has weight.
    mutating func differentiate(_ strategies: [Double], weights: [Double], multipliers: [Double]) {
        for index in gradient.indices { gradient[index] = 0 }
        for game in program.games.indices {
            guard let combined = program.combined(game: game, weights: weights, multipliers: multipliers) else {
                continue
            }
            var pass = backwards[game] ?? BackwardPass(game: program.games[game], memory: program.memory)
            backwards[game] = nil
            pass.run(
                combined, strategies: strategies, forward: forward[game],
                reference: NodeReference(program.objective.reference.otherwise))
            for index in gradient.indices { gradient[index] += pass.gradient[index] }
            backwards[game] = pass
        }
    }

    /// Best responses to w·v − μ·g, turn by turn from the last until none changes, for a program of one game whose memory
    /// knows the turn. See ``ResponseSweep`` for why this cannot lower it.
    mutating func sweep(_ strategies: [Double], weights: [Double], multipliers: [Double], tie: Double) -> [Double] {
        guard let combined = program.combined(game: 0, weights: weights, multipliers: multipliers) else {
            return strategies
        }
        var strategies = strategies
        let width = program.games[0].responses.count
        for _ in 0..<100 {
            let before = strategies
            forward[0].run(strategies: strategies)
            var pass = backwards[0] ?? BackwardPass(game: program.games[0], memory: program.memory)
            backwards[0] = nil
            pass.sweep(
                combined, strategies: &strategies, forward: forward[0],
                reference: NodeReference(program.objective.reference.otherwise)
            ) { nodes, gradient, strategies in
                for node in nodes {
                    let row = node * width..<(node + 1) * width
                    guard let best = gradient[row].max(), let choice = row.first(where: { gradient[$0] == best }),
                        row.contains(where: { strategies[$0] > 0 && gradient[$0] < best - tie })
                    else { continue }
                    for index in row { strategies[index] = index == choice ? 1 : 0 }
                }
            }
            backwards[0] = pass
            if strategies == before { break }
        }
        return strategies
    }
}

extension MaximinProgram {
    /// ρ of the limits for a c of the weights: both penalties are counted in the goal's units.
    func constraintPenalty(_ penalty: Double) -> Double { penalty * range * range }

    /// w* and μ* at prices, for measured values.
    func respond(
        to prices: MaximinPrices, values: [Double], excesses: [Double]
    ) -> (weights: [Double], multipliers: [Double]) {
        let target = zip(prices.weights, values).map { $0 - prices.penalty * $1 }
        let penalty = constraintPenalty(prices.penalty)
        return (set.projection(target), zip(prices.multipliers, excesses).map { max(0, $0 + penalty * $1) })
    }

    /// w·v − μ·g as one objective of a game, or nil where nothing has weight.
    func combined(game: Int, weights: [Double], multipliers: [Double]) -> LinearObjective? {
        var combined: LinearObjective?
        func add(_ measure: Measure, _ factor: Double) {
            guard measure.game == game, factor != 0 else { return }
            var sum = combined ?? measure.objective.cleared
            sum.add(measure.objective, times: factor)
            combined = sum
        }
        for (measure, weight) in zip(values, weights) { add(measure, weight) }
        for (limit, multiplier) in zip(limits, multipliers) { add(limit.measure, -multiplier) }
        return combined
    }
}

extension LinearObjective {
    /// The same shape, valuing nothing.
    var cleared: LinearObjective {
        var copy = self
        copy.clear()
        return copy
    }

    /// P(ω | θ).
    static func probability(of outcome: Int, user: Int, game: Game) -> LinearObjective {
        var objective = LinearObjective(
            Objective(goal: .payoff, reference: []), game: game
        ).cleared
        objective.outcomeWeight[user * game.outcomes.count + outcome] = 1
        return objective
    }
}
