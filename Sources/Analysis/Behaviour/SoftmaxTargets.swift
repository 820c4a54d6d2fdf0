internal import GameModel
internal import NumericalMethods

/// The targets of one type as equations in z, the moves of its reactions' logits.
struct SoftmaxTargets {
    /// One equation: Σ_x w_x softmax_m(λ u(t, x, a) + z) = p.
    struct Equation {
        let target: BehaviourTarget
        /// Among the reactions that the type gives; nil for one that it never gives.
        let reaction: Int?
        let rows: [(weight: Double, logits: [Double])]
    }

    let equations: [Equation]
    /// The reactions that have a bias, by index.
    let reactions: [Int]
    private let agent: any UserAgent
    private let rationality: Double
    private let reactionCount: Int

    init(_ targets: [BehaviourTarget], user: Int, in game: GameDefinition) throws(GameError) {
        let (type, place) = (game.users[user], "users.\(game.users[user].name)")
        let agent = type.agent
        reactionCount = game.reactions.count
        let known = game.reactions.indices.filter { agent.value(of: .utility(reaction: $0, .bias)) != nil }
        guard let rationality = agent.choiceRationality, !known.isEmpty else {
            throw GameError(place, "has no utilities whose biases could be moved: its reactions are given outright")
        }
        if let foresight = agent.foresight {
            throw GameError(
                "\(place).foresight",
                "is \(foresight.weight): its reactions depend on the policy, so that no probability is theirs alone; "
                    + "give --foresight myopic, or set it to 0")
        }
        guard rationality > 0, rationality.isFinite else {
            throw GameError("\(place).rationality", "is \(rationality): no bias changes its reactions a little")
        }
        var equations: [Equation] = []
        for target in targets {
            if target.turn != 1, target.state == nil, game.states.count > 1 {
                throw GameError(
                    place,
                    "has a target for turn \(target.turn) without a state: which states users are in by then depends on what "
                        + "is changed; name a state")
            }
            var rows: [(Double, [Double])] = []
            for (state, weight) in target.weights(in: game) {
                let utilities = try agent.reactionUtilities(
                    turn: target.turn, state: state, response: target.response,
                    features: game.responses[target.response].features)
                rows.append((weight, known.map { rationality * (utilities[$0] ?? 0) }))
            }
            let equation = Equation(target: target, reaction: known.firstIndex(of: target.reaction), rows: rows)
            // What holds anyway, or was said before, is no equation.
            if equation.reaction == nil, target.probability == 0 { continue }
            if equations.contains(where: { $0.target == target }) { continue }
            equations.append(equation)
        }
        (self.equations, reactions, self.agent, self.rationality) = (equations, known, agent, rationality)
    }

    /// Biases are written with so many decimals where that meets the targets as well.
    private static let decimals = 1e8

    /// What moves of logits are as biases; nil for reactions without one.
    func biases(_ shifts: [Double]) throws(GameError) -> [(before: Double, after: Double, logits: Double)?] {
        var list = [(before: Double, after: Double, logits: Double)?](repeating: nil, count: reactionCount)
        for (index, reaction) in reactions.enumerated() {
            guard let before = agent.value(of: .utility(reaction: reaction, .bias)) else { continue }
            let exact = before + shifts[index] / rationality
            let short = (exact * Self.decimals).rounded() / Self.decimals
            // Half a unit of the last decimal must move no probability by more than a tenth of the tolerance.
            let after = rationality <= 10 && short.isFinite ? short : exact
            list[reaction] = (before, after, shifts[index])
        }
        return list
    }

    // MARK: Values

    /// A probability with its derivatives, all finite however small it is.
    struct Value {
        /// P, and 1 − P without cancellation.
        var probability = 0.0
        var complement = 0.0
        /// log P, ∂ log P / ∂ z and its second derivatives.
        var logarithm = -Double.infinity
        var slopes: [Double]
        var curvature: [[Double]]
    }

    func value(_ equation: Equation, _ shifts: [Double], curved: Bool) -> Value {
        let count = shifts.count
        var value = Value(slopes: [Double](repeating: 0, count: count), curvature: [])
        guard let reaction = equation.reaction else {
            value.complement = 1
            return value
        }
        var parts: [(log: Double, row: [Double])] = []
        for (weight, logits) in equation.rows {
            let moved = zip(logits, shifts).map { $0 + $1 }
            let most = moved.max() ?? 0
            let weights = moved.map { Libm.exp($0 - most) }
            let total = weights.reduce(0, +)
            let row = weights.map { $0 / total }
            parts.append((Libm.log(weight) + moved[reaction] - most - Libm.log(total), row))
            value.probability += weight * row[reaction]
            value.complement +=
                weight * row.indices.reduce(0) { $1 == reaction ? $0 : $0 + row[$1] }
        }
        let most = parts.map(\.log).max() ?? 0
        let total = parts.reduce(0) { $0 + Libm.exp($1.log - most) }
        value.logarithm = most + Libm.log(total)
        if curved { value.curvature = [[Double]](repeating: value.slopes, count: count) }
        for (log, row) in parts {
            let share = Libm.exp(log - most) / total
            let pull = row.indices.map { ($0 == reaction ? 1 : 0) - row[$0] }
            for j in 0..<count {
                value.slopes[j] += share * pull[j]
                guard curved else { continue }
                for k in 0..<count {
                    value.curvature[j][k] +=
                        share * (pull[j] * pull[k] + row[j] * row[k] - (j == k ? row[j] : 0))
                }
            }
        }
        if curved {
            for j in 0..<count {
                for k in 0..<count { value.curvature[j][k] -= value.slopes[j] * value.slopes[k] }
            }
        }
        return value
    }

    // MARK: Solving

    struct Outcome {
        var shifts: [Double]
        /// Whether the targets are met.
        var isMet: Bool
    }

    /// The least change that meets the targets, or the nearest to them.
    func solve() -> Outcome {
        if mayBeMet {
            let found = starts.compactMap { TargetSearch(self).run(from: $0) }
            if let least = found.min(by: { Self.size($0) < Self.size($1) }) {
                return Outcome(shifts: least, isMet: true)
            }
        }
        let nearest = starts.map { NearestSearch(self).run(from: $0) }.min { $0.distance < $1.distance }
        return Outcome(shifts: nearest?.shifts ?? reactions.map { _ in 0 }, isMet: false)
    }

    static func size(_ shifts: [Double]) -> Double { shifts.reduce(0) { $0 + $1 * $1 } }

    /// Where searches begin: no change, and each reaction moved alone, which breaks ties between reactions that are alike.
    private var starts: [[Double]] {
        let none = [Double](repeating: 0, count: reactions.count)
        return [none]
            + reactions.indices.prefix(Self.mostReactions).flatMap { index in
                [2.0, -2.0].map { move in
                    var start = none
                    start[index] = move
                    return start
                }
            }
    }

    /// Beyond so many reactions no more starts are made.
    private static let mostReactions = 24

    /// Whether nothing speaks against the targets at sight: 0 and 1 are reached by no bias, a reaction that is never given stays so, and
    /// no probability has two targets.
    private var mayBeMet: Bool {
        for (index, equation) in equations.enumerated() {
            let wanted = equation.target.probability
            guard equation.reaction != nil, wanted > 0, wanted < 1 else { return false }
            let others = equations[..<index].filter { $0.target.isAboutTheSame(as: equation.target) }
            guard others.allSatisfy({ $0.target.probability == wanted }) else { return false }
        }
        return true
    }
}
