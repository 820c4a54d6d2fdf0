internal import GameModel
internal import NumericalMethods

/// Derivatives in what users who look ahead weigh: reverse-mode differentiation of their recursion in `ReactionTables`.
///
/// With v_m = u_m + δ E_m[U_{t+1}], p ∝ exp(λ v), I = (1/λ) log Σ exp(λ v) and U_t(h, n) = Σ_a π(a | n) I, and with p̄, Ī and Ū for
/// the derivatives of the value in p, I and U, going forward in turns:
///
/// - v̄_m = p_m (λ (p̄_m − Σ_k p_k p̄_k) + Ī), where Ī = Σ_n Ū_t(h, n) π(a | n) over the class's nodes; ū_m = v̄_m;
/// - λ̄ += Σ_m p_m (p̄_m − Σ_k p_k p̄_k) v_m + Ī (Σ_m p_m v_m − I) / λ, and δ̄ += Σ_m v̄_m E_m[U_{t+1}];
/// - Ū_{t+1}, the moves and the cues get v̄_m δ times what multiplies them in E_m[U_{t+1}].
///
/// Of a user with δ = 0 only δ̄ is taken: the derivative from the right.
///
/// - Complexity: O(T · H · classes · |A| · |M| · (3 · |C|)).
struct AnticipationAdjoint {
    /// [T, H, |A|, |M|] ∂ value / ∂ u_θ(m | t, x, a) of users who look ahead; zeros for others.
    private(set) var utility: [Double]
    /// [|Θ|] ∂ value / ∂ λ of users who look ahead; zeros for others.
    private(set) var rationality: [Double]
    /// [|Θ|] ∂ value / ∂ δ; nil for a user who could not look ahead, or with λ = 0 or infinite.
    private(set) var foresight: [Double?]

    private let game: Game
    private let controller: Policy
    private let reactions: ReactionTables
    private var memory: ControllerMemory { controller.memory }

    /// One user type while it is differentiated.
    private struct User {
        let weight: Double
        let rationality: Double
        /// [T, states, |A|, |M|] u; −∞ for a reaction that is never given.
        let utility: [Double]
    }

    /// - Parameter adjoint: with reactions by class; derivatives in moves and cues are added to.
    /// - Throws: `GameError` if utilities do not exist, which the game would not have been compiled with.
    init(
        inputs: GameInputs, reactions: ReactionTables, controller: Policy,
        adjoint: inout GameAdjoint
    ) throws(GameError) {
        (game, self.reactions, self.controller) = (reactions.game, reactions, controller)
        let rows = game.horizon * game.hiddenCount * game.responses.count
        utility = [Double](repeating: 0, count: rows * game.reactions.count)
        rationality = game.prior.map { _ in 0 }
        foresight = game.prior.map { _ in nil }
        for (index, type) in inputs.definition.users.enumerated() {
            let weight = type.agent.foresight?.weight ?? type.agent.value(of: .foresight)
            guard let weight, let rationality = type.agent.choiceRationality, rationality > 0, rationality.isFinite
            else { continue }
            foresight[index] = 0
            let user = try Self.user(
                type.agent, weight: weight, rationality: rationality, definition: inputs.definition)
            differentiate(user, index: index, adjoint: &adjoint)
        }
    }

    private static func user(
        _ agent: any UserAgent, weight: Double, rationality: Double, definition: GameDefinition
    ) throws(GameError) -> User {
        var utility: [Double] = []
        for turn in 1...definition.horizon {
            for state in definition.states.indices {
                for (response, item) in definition.responses.enumerated() {
                    utility += try agent.reactionUtilities(
                        turn: turn, state: state, response: response, features: item.features
                    ).map { $0 ?? -.infinity }
                }
            }
        }
        return User(weight: weight, rationality: rationality, utility: utility)
    }

    private mutating func differentiate(_ user: User, index: Int, adjoint: inout GameAdjoint) {
        // [states, nodes] of ∂ value / ∂ U: of this turn and of the next.
        var slope = [Double](repeating: 0, count: game.states.count * memory.nodeCount)
        for turn in 1...game.horizon {
            var next = [Double](repeating: 0, count: slope.count)
            let worth = turn < game.horizon ? expected(user, index: index, turn: turn + 1) : []
            for state in game.states.indices {
                for response in game.responses.indices {
                    let inclusive = inclusiveSlopes(slope, state: state, response: response, turn: turn)
                    for group in memory.classRanges[turn - 1] {
                        differentiateRow(
                            user, Place(user: index, turn: turn, state: state, response: response, group: group),
                            inclusive: inclusive[group - memory.classRanges[turn - 1].lowerBound], worth: worth,
                            next: &next, adjoint: &adjoint)
                    }
                }
            }
            slope = next
        }
    }

    private struct Place {
        let user: Int
        let turn: Int
        let state: Int
        let response: Int
        let group: Int
    }

    /// Ī per class of the turn.
    private func inclusiveSlopes(_ slope: [Double], state: Int, response: Int, turn: Int) -> [Double] {
        let classes = memory.classRanges[turn - 1]
        var sums = [Double](repeating: 0, count: classes.count)
        for node in memory.nodeRanges[turn - 1] {
            sums[memory.classes[node] - classes.lowerBound] +=
                slope[state * memory.nodeCount + node]
                * controller.strategies[node * game.responses.count + response]
        }
        return sums
    }

    /// [states, nodes] U of a turn.
    private func expected(_ user: User, index: Int, turn: Int) -> [Double] {
        var values = [Double](repeating: 0, count: game.states.count * memory.nodeCount)
        for state in game.states.indices {
            let hidden = index * game.states.count + state
            // Without foresight the inclusive value is the same for every class.
            let plain = user.weight > 0 ? [] : game.responses.indices.map { inclusive(user, hidden, turn, $0, 0) }
            for node in memory.nodeRanges[turn - 1] {
                values[state * memory.nodeCount + node] =
                    user.weight > 0
                    ? reactions.expectedUtility(turn: turn, hidden: hidden, node: node, of: controller)
                    : game.responses.indices.reduce(0) {
                        $0 + controller.strategies[node * game.responses.count + $1] * plain[$1]
                    }
            }
        }
        return values
    }

    /// I of a user with δ = 0: u_m − (1/λ) log p_m for its likeliest reaction.
    private func inclusive(_ user: User, _ hidden: Int, _ turn: Int, _ response: Int, _ group: Int) -> Double {
        let start =
            ((turn - 1) * game.states.count + hidden % game.states.count) * game.responses.count + response
        let row = reactions.row(turn: turn, hidden: hidden, response: response, group: group) * game.reactions.count
        let likeliest =
            game.reactions.indices.max { reactions.reaction[row + $0] < reactions.reaction[row + $1] } ?? 0
        return user.utility[start * game.reactions.count + likeliest]
            - Libm.log(reactions.reaction[row + likeliest]) / user.rationality
    }

    private mutating func differentiateRow(
        _ user: User, _ place: Place, inclusive: Double, worth: [Double], next: inout [Double],
        adjoint: inout GameAdjoint
    ) {
        let count = game.reactions.count
        let hidden = place.user * game.states.count + place.state
        let row =
            reactions.row(turn: place.turn, hidden: hidden, response: place.response, group: place.group) * count
        let slopes =
            adjoint.classRow(turn: place.turn, hidden: hidden, response: place.response, group: place.group) * count
        let probabilities = Array(reactions.reaction[row..<row + count])
        let bars = Array(adjoint.classReaction[slopes..<slopes + count])
        guard inclusive != 0 || bars.contains(where: { $0 != 0 }) else { return }
        let mean = zip(probabilities, bars).reduce(0) { $0 + $1.0 * $1.1 }
        let own = ((place.turn - 1) * game.states.count + place.state) * game.responses.count + place.response
        let target = ((place.turn - 1) * game.hiddenCount + hidden) * game.responses.count + place.response
        var (meanValue, sum) = (0.0, 0.0)
        for reaction in 0..<count where probabilities[reaction] > 0 {
            let pull = probabilities[reaction] * (bars[reaction] - mean)
            let slope = user.rationality * pull + probabilities[reaction] * inclusive
            let ahead = worth.isEmpty ? 0 : self.ahead(place, reaction, worth)
            let value = user.utility[own * count + reaction] + user.weight * ahead
            foresight[place.user] = foresight[place.user].map { $0 + slope * ahead }
            guard user.weight > 0 else { continue }
            utility[target * count + reaction] += slope
            sum += pull * value
            meanValue += probabilities[reaction] * value
            if !worth.isEmpty {
                spread(user.weight * slope, place, reaction, worth, next: &next, adjoint: &adjoint)
            }
        }
        guard user.weight > 0 else { return }
        rationality[place.user] +=
            sum + inclusive * (meanValue - reactions.inclusive[row / count]) / user.rationality
    }

    /// The successor of a class after a reaction with a cue.
    private func successor(_ place: Place, shown: Int, cue: Int) -> Int {
        let exit = place.group * memory.branches + memory.branch(of: place.response)
        return Int(
            memory.successors[
                exit * game.observations.count + game.observations.index(shown: shown, cue: cue)])
    }

    /// E_m[U_{t+1}]; 0 for a reaction that ends.
    private func ahead(_ place: Place, _ reaction: Int, _ worth: [Double]) -> Double {
        guard let shown = game.shown(of: reaction) else { return 0 }
        var sum = 0.0
        visitNext(place, reaction, shown) { move, _, cue, _, index in sum += move * cue * worth[index] }
        return sum
    }

    private func spread(
        _ slope: Double, _ place: Place, _ reaction: Int, _ worth: [Double], next: inout [Double],
        adjoint: inout GameAdjoint
    ) {
        guard slope != 0, let shown = game.shown(of: reaction) else { return }
        visitNext(place, reaction, shown) { move, moveIndex, cue, cueIndex, index in
            next[index] += slope * move * cue
            adjoint.move[moveIndex] += slope * cue * worth[index]
            adjoint.cue[cueIndex] += slope * move * worth[index]
        }
    }

    /// Every move and cue after a reaction: its probabilities with their indices, and the index of (state, node).
    private func visitNext(
        _ place: Place, _ reaction: Int, _ shown: Int,
        _ body: (_ move: Double, _ moveIndex: Int, _ cue: Double, _ cueIndex: Int, _ index: Int) -> Void
    ) {
        let hidden = place.user * game.states.count + place.state
        let start = ((hidden * game.responses.count + place.response) * game.reactions.count + reaction) * 3
        for step in game.moves(from: place.state) {
            let target = place.state + step - 1
            for cue in game.cues.indices {
                let cueIndex = (place.user * game.states.count + target) * game.cues.count + cue
                let node = successor(place, shown: shown, cue: cue)
                // Classes that are met in the last turn only lead nowhere, and nobody is there before.
                guard node >= 0 else { continue }
                body(
                    game.move[start + step], start + step, game.cue[cueIndex], cueIndex,
                    target * memory.nodeCount + node)
            }
        }
    }
}

extension ReactionTables {
    /// U_t(θ, x, n) of a user who looks ahead: Σ_a π(a | n) times the inclusive value.
    func expectedUtility(turn: Int, hidden: Int, node: Int, of controller: Policy) -> Double {
        let start = row(turn: turn, hidden: hidden, response: 0, group: memory.classes[node])
        return game.responses.indices.reduce(0) {
            $0 + controller.strategies[node * game.responses.count + $1] * inclusive[start + $1]
        }
    }
}
