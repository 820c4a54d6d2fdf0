internal import NumericalMethods

/// How users react to a policy: what evaluation, simulation and beliefs look up.
///
/// Without foresight these are the game's own tables, the same for every class of the memory. With it, reactions depend on
/// the turn and on the class of the node at which the response was given, since both say what comes next. One backward
/// recursion over (type, state, node) makes them for given strategies:
///
/// U_t(θ, x, n) = Σ_a π(a | n) · (1/λ) log Σ_m exp(λ v_m),  v_m = u_θ(m | t, x, a) + δ · E[U_{t+1}(θ, x', n')] if m continues,
///
/// with n' = next(class(n), a, o) for the observation o = (shown(m), c), v_m = u_θ(m | t, x, a) if m ends, and U_{T+1} = 0. A user
/// with infinite λ takes the largest v_m, uniformly among exact ties.
///
/// Source: dynamic logit, Rust 1987, Econometrica 55 (doi:10.2307/1911259), Eqs. 4.11–4.13; agent quantal response, McKelvey &
/// Palfrey 1998 (doi:10.1023/A:1009905800005).
public struct ReactionTables: Sendable {
    public let game: Game
    public let memory: ControllerMemory
    /// [rows, |M|] react(m | row).
    public private(set) var reaction: [Double]
    /// [rows, |Ω|] probability that the turn ends the conversation in ω.
    public private(set) var ending: [Double]
    /// [rows, 3, S] probability that the conversation goes on, by move and shown reaction.
    public private(set) var advance: [Double]
    /// [rows] (1/λ) log Σ_m exp(λ v_m) of users with foresight, in utility units; empty where nobody does.
    public private(set) var inclusive: [Double]
    /// Rows from one class to the next; 0 where reactions are the same for all.
    public let groupStride: Int
    /// Rows from one turn to the next.
    public let turnStride: Int
    private var scratch: RecursionScratch

    /// The tables for a memory. Where users have foresight they are as if nothing came next until ``follow(_:)`` is called.
    ///
    /// - Complexity: nothing without foresight; otherwise O(rows · (|M| + |Ω| + 3 S)), where there are H · |A| rows per class,
    ///   and per turn if the memory does not include it.
    public init(game: Game, memory: ControllerMemory) {
        self.game = game
        self.memory = memory
        guard game.foresight != nil else {
            (reaction, ending, advance, inclusive) = (game.reaction, game.ending, game.advance, [])
            (groupStride, turnStride) = (0, game.slots == 1 ? 0 : game.hiddenCount * game.responses.count)
            scratch = RecursionScratch()
            return
        }
        groupStride = game.hiddenCount * game.responses.count
        turnStride = memory.kind.usesTurn ? 0 : memory.classCount * groupStride
        let rows = (memory.kind.usesTurn ? 1 : game.horizon) * memory.classCount * groupStride
        reaction = [Double](repeating: 0, count: rows * game.reactions.count)
        ending = [Double](repeating: 0, count: rows * game.outcomes.count)
        advance = [Double](repeating: 0, count: rows * 3 * game.shownReactions.count)
        inclusive = [Double](repeating: 0, count: rows)
        scratch = RecursionScratch(game: game, memory: memory)
        copyMyopicRows()
    }

    /// The reactions to a controller.
    public init(game: Game, controller: Policy) {
        self.init(game: game, memory: controller.memory)
        follow(controller.strategies)
    }

    /// The row of a response given at a turn to a hidden state, at a node of a class.
    @inlinable
    public func row(turn: Int, hidden: Int, response: Int, group: Int) -> Int {
        (turn - 1) * turnStride + group * groupStride + hidden * game.responses.count + response
    }

    /// Checks that the tables of a memory are of a size that is compiled.
    ///
    /// - Throws: ``GameError`` saying how many numbers they need.
    public static func checkSize(game: Game, memory: ControllerMemory) throws(GameError) {
        guard game.foresight != nil else { return }
        let widest = max(game.reactions.count, game.outcomes.count, 3 * game.shownReactions.count)
        let layers = memory.kind.usesTurn ? 1 : game.horizon
        let needed =
            Double(layers) * Double(memory.classCount) * Double(game.hiddenCount * game.responses.count * widest)
        guard needed <= Double(GameLimits.tableEntries) else {
            throw GameError(
                "controller",
                "\(memory.kind) needs tables of \(needed) numbers for users with foresight; at most "
                    + "\(GameLimits.tableEntries) are made. Remember fewer observations")
        }
    }

    /// Makes the tables those of users who anticipate these strategies. Does nothing where nobody looks ahead.
    ///
    /// - Parameter strategies: [nodes, |A|] π(a | n); rows need not sum to 1, so that derivatives can be taken.
    /// - Complexity: O(T · H · classes · |A| · |M| · S + T · H · nodes · |A|), with nodes and classes those of one turn.
    public mutating func follow(_ strategies: [Double]) {
        guard let foresight = game.foresight else { return }
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            scratch.anticipate(turn: turn, game: game, memory: memory)
            react(turn: turn, foresight)
            if turn > 1 { average(turn: turn, strategies: strategies, foresight) }
        }
    }

    /// Rows of users without foresight, once and for all.
    private mutating func copyMyopicRows() {
        for turn in 1...game.horizon {
            for group in memory.classRanges[turn - 1] {
                for hidden in 0..<game.hiddenCount {
                    for response in game.responses.indices {
                        copyMyopicRow(turn: turn, hidden: hidden, response: response, group: group)
                    }
                }
            }
        }
    }

    private mutating func copyMyopicRow(turn: Int, hidden: Int, response: Int, group: Int) {
        let source = game.row(turn: turn, hidden: hidden, response: response)
        let target = row(turn: turn, hidden: hidden, response: response, group: group)
        func copy(_ table: [Double], to copy: inout [Double], width: Int) {
            for index in 0..<width { copy[target * width + index] = table[source * width + index] }
        }
        copy(game.reaction, to: &reaction, width: game.reactions.count)
        copy(game.ending, to: &ending, width: game.outcomes.count)
        copy(game.advance, to: &advance, width: 3 * game.shownReactions.count)
    }

    /// The reactions of one turn to every response, from what is anticipated of the next.
    private mutating func react(turn: Int, _ foresight: Foresight) {
        let classes = memory.classRanges[turn - 1]
        let count = game.reactions.count
        for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
            let user = game.user(of: hidden)
            let (weight, rationality) = (foresight.weight[user], foresight.rationality[user])
            for response in game.responses.indices {
                let source = game.row(turn: turn, hidden: hidden, response: response) * count
                for group in classes {
                    let target = row(turn: turn, hidden: hidden, response: response, group: group)
                    for index in 0..<count {
                        scratch.value[index] = foresight.utility[source + index]
                        guard turn < game.horizon, scratch.rank[index] >= 0 else { continue }
                        scratch.value[index] +=
                            weight
                            * scratch.continuation(
                                hidden: hidden, response: response, reaction: index,
                                exit: (group - classes.lowerBound) * memory.branches + memory.branch(of: response),
                                game: game)
                    }
                    inclusive[target] = choose(row: target, rationality: rationality)
                    spread(row: target, hidden: hidden, response: response)
                }
            }
        }
    }

    /// Fills a row of ``reaction`` with the logit of the scratch values.
    ///
    /// - Returns: the inclusive value.
    private mutating func choose(row: Int, rationality: Double) -> Double {
        let count = game.reactions.count
        var best = -Double.infinity
        for index in 0..<count { best = max(best, scratch.value[index]) }
        var total = 0.0
        for index in 0..<count {
            let value = scratch.value[index]
            let weight = value == best ? 1 : value == -.infinity ? 0 : Libm.exp(rationality * (value - best))
            reaction[row * count + index] = weight
            total += weight
        }
        for index in 0..<count { reaction[row * count + index] /= total }
        return rationality == .infinity ? best : best + Libm.log(total) / rationality
    }

    /// Sums a row's reactions into outcomes and into (move, shown reaction).
    private mutating func spread(row: Int, hidden: Int, response: Int) {
        let (count, outcomeCount, shownCount) = (game.reactions.count, game.outcomes.count, game.shownReactions.count)
        for index in row * outcomeCount..<(row + 1) * outcomeCount { ending[index] = 0 }
        for index in row * 3 * shownCount..<(row + 1) * 3 * shownCount { advance[index] = 0 }
        let moves = (hidden * game.responses.count + response) * count
        for index in 0..<count {
            let probability = reaction[row * count + index]
            let shown = scratch.rank[index]
            guard shown >= 0 else {
                ending[row * outcomeCount - shown - 1] += probability
                continue
            }
            for step in 0..<3 {
                advance[(row * 3 + step) * shownCount + shown] += probability * game.move[(moves + index) * 3 + step]
            }
        }
    }

    /// U_t(θ, x, n) = Σ_a π(a | n) · inclusive value.
    private mutating func average(turn: Int, strategies: [Double], _ foresight: Foresight) {
        let width = game.responses.count
        for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
            for node in memory.nodeRanges[turn - 1] {
                let source = row(turn: turn, hidden: hidden, response: 0, group: memory.classes[node])
                var value = 0.0
                for response in 0..<width {
                    value += strategies[node * width + response] * inclusive[source + response]
                }
                scratch.userValue[hidden * memory.nodeCount + node] = value
            }
        }
    }
}
