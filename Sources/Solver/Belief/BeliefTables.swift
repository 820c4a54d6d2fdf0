internal import GameModel

/// The game as belief planning reads it: per turn linear rewards, and per response and observation a banded matrix.
///
/// A belief here is unnormalised: b(h) is the joint probability of the hidden state and of all that was observed (for limited types
/// that hardly ever come, the conditional one: see ``LagrangianGoal``). Then
/// b' = b T_{a,o} needs no division and every value is linear: Q_t(b, a) = Σ_h b(h) R_t(h, a) + Σ_o V_{t+1}(b T_{a,o}). The
/// type persists and the state moves to neighbours only, so T_{a,o} has three diagonals, broken between the types.
///
/// A belief is stored as H + 2 numbers: a zero, the H probabilities, a zero.
final class BeliefTables {
    let game: Game
    let horizon: Int
    /// H
    let hidden: Int
    /// |A|
    let width: Int
    /// |A| in vectors of four.
    let blocks: Int
    /// S · |C|
    let observations: Int
    /// H + 2
    let stride: Int
    /// [slots, |A|, observations, 3, H] probability of arriving at h' from below, from itself and from above.
    private let bands: DoubleBuffer
    /// [T, blocks, H, 4] R_t(h, a), timeouts included in the last turn.
    private let rewards: DoubleBuffer
    /// [|C|, stride] the beliefs after the opening cues.
    private let openings: DoubleBuffer

    init(game: Game, goal: LagrangianGoal) {
        self.game = game
        horizon = game.horizon
        hidden = game.hiddenCount
        width = game.responses.count
        blocks = (width + 3) / 4
        observations = game.shownReactions.count * game.cues.count
        stride = hidden + 2
        bands = DoubleBuffer(count: game.slots * width * observations * 3 * hidden)
        rewards = DoubleBuffer(count: horizon * blocks * hidden * 4)
        openings = DoubleBuffer(count: game.cues.count * stride)
        fillBands()
        fillRewards(goal: goal)
        for cue in game.cues.indices {
            for h in 0..<hidden {
                unsafe openings.base[cue * stride + 1 + h] =
                    goal.weight(ofUser: game.user(of: h), game: game) * game.initialState[h]
                    * game.cue[h * game.cues.count + cue]
            }
        }
    }

    /// Whether bands and rewards are those of another game, bit by bit.
    func isSame(as other: BeliefTables) -> Bool { bands.equals(other.bands) && rewards.equals(other.rewards) }

    /// Bytes that tables of this size take.
    static func bytes(game: Game) -> Int {
        let observations = game.shownReactions.count * game.cues.count
        let blocks = (game.responses.count + 3) / 4
        let bands = game.slots * game.responses.count * observations * 3 * game.hiddenCount
        return 8 * (bands + game.horizon * blocks * game.hiddenCount * 8)
    }

    /// Multiplications, roughly, that it takes to look into a belief: to bound all that its responses may lead to; see
    /// ``StateInformedBound``.
    static func work(game: Game) -> Double {
        let (h, width) = (Double(game.hiddenCount), Double(game.responses.count))
        return width * Double(game.shownReactions.count * game.cues.count)
            * (3 * h + h * width / 4 + h * Double(game.users.count) / 2)
    }

    /// The belief after an opening cue.
    func opening(_ cue: Int) -> UnsafePointer<Double> { unsafe UnsafePointer(openings.base + cue * stride) }

    /// [blocks, H, 4] the rewards of a turn.
    func rewards(turn: Int) -> UnsafePointer<Double> {
        unsafe UnsafePointer(rewards.base + (turn - 1) * blocks * hidden * 4)
    }

    /// b' = b T_{a,o}.
    ///
    /// - Complexity: O(H).
    @inline(__always)
    func advance(
        _ belief: UnsafePointer<Double>, turn: Int, response: Int, observation: Int,
        into next: UnsafeMutablePointer<Double>
    ) {
        let row = (game.slot(turn: turn) &* width &+ response) &* observations &+ observation
        let band = unsafe bands.base + row &* (3 &* hidden)
        unsafe next[0] = 0
        for h in 0..<hidden {
            unsafe next[h &+ 1] =
                band[h] * belief[h] + band[hidden &+ h] * belief[h &+ 1] + band[2 &* hidden &+ h] * belief[h &+ 2]
        }
        unsafe next[hidden &+ 1] = 0
    }

    /// b' = b T_{a,o} for some user types and for the states that it is not 0 in; the rest of `next` is left as it is.
    ///
    /// - Complexity: O(users · states).
    func advance(
        _ belief: UnsafePointer<Double>, turn: Int, response: Int, observation: Int, users: [Int], states: Range<Int>,
        into next: UnsafeMutablePointer<Double>
    ) {
        let row = (game.slot(turn: turn) &* width &+ response) &* observations &+ observation
        let band = unsafe bands.base + row &* (3 &* hidden)
        let count = game.states.count
        for user in users {
            for h in user &* count &+ states.lowerBound..<user &* count &+ states.upperBound {
                unsafe next[h &+ 1] =
                    band[h] * belief[h] + band[hidden &+ h] * belief[h &+ 1] + band[2 &* hidden &+ h] * belief[h &+ 2]
            }
        }
    }

    /// Σ_h' (e_h T_{a,o})(h') v(h'), of one hidden state.
    ///
    /// - Complexity: O(1).
    func ahead(
        of h: Int, turn: Int, response: Int, observation: Int, values: UnsafePointer<Double>
    ) -> Double {
        let row = (game.slot(turn: turn) &* width &+ response) &* observations &+ observation
        let band = unsafe bands.base + row &* (3 &* hidden)
        var sum = unsafe band[hidden &+ h] * values[h]
        if h + 1 < hidden { unsafe sum += band[h &+ 1] * values[h &+ 1] }
        if h > 0 { unsafe sum += band[2 &* hidden &+ h &- 1] * values[h &- 1] }
        return sum
    }

    /// (T_{a,o} v)(h), added to `sum`: what a vector of the next turn is worth one turn before.
    func addBack(
        _ vector: UnsafePointer<Double>, turn: Int, response: Int, observation: Int, to sum: inout [Double]
    ) {
        let row = (game.slot(turn: turn) * width + response) * observations + observation
        let band = unsafe bands.base + row * 3 * hidden
        for h in 0..<hidden {
            unsafe sum[h] += band[hidden + h] * vector[h]
            if h + 1 < hidden { unsafe sum[h] += band[h + 1] * vector[h + 1] }
            if h > 0 { unsafe sum[h] += band[2 * hidden + h - 1] * vector[h - 1] }
        }
    }

    /// values[a] = Σ_h b(h) vectors(h, a), for vectors laid out as [blocks, H, 4].
    @inline(__always)
    func products(
        _ belief: UnsafePointer<Double>, _ vectors: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
    ) {
        unsafe VectorProducts.run(belief + 1, count: hidden, vectors, blocks: blocks, into: values)
    }

    /// The best response of the last turn.
    ///
    /// - Parameter rewards: [4 · blocks] what each is worth.
    /// - Complexity: O(H · |A|).
    func lastResponse(_ belief: UnsafePointer<Double>, _ rewards: UnsafeMutablePointer<Double>) -> Int {
        unsafe products(belief, self.rewards(turn: horizon), into: rewards)
        return unsafe largest(rewards)
    }

    /// The probability of what was observed: Σ_h b(h).
    @inline(__always)
    func mass(_ belief: UnsafePointer<Double>) -> Double {
        var sum = 0.0
        for h in 1...hidden { unsafe sum += belief[h] }
        return sum
    }

    /// The hidden states from the first to the last that a belief is not 0 in.
    @inline(__always)
    func support(_ belief: UnsafePointer<Double>) -> Range<Int> {
        var (low, high) = (0, hidden)
        while low < high, unsafe belief[low &+ 1] == 0 { low &+= 1 }
        while high > low, unsafe belief[high] == 0 { high &-= 1 }
        return low..<high
    }

    private func fillBands() {
        let (shownCount, cueCount) = (game.shownReactions.count, game.cues.count)
        for slot in 0..<game.slots {
            for response in 0..<width {
                for observation in 0..<observations {
                    let (shown, cue) = (observation / cueCount, observation % cueCount)
                    let band = ((slot * width + response) * observations + observation) * 3 * hidden
                    for from in 0..<hidden {
                        let row = game.row(turn: slot + 1, hidden: from, response: response) * 3
                        for step in 0..<3 {
                            let probability = game.advance[(row + step) * shownCount + shown]
                            guard probability > 0 else { continue }
                            let to = from + step - 1
                            unsafe bands.base[band + (2 - step) * hidden + to] =
                                probability * game.cue[to * cueCount + cue]
                        }
                    }
                }
            }
        }
    }

    private func fillRewards(goal: LagrangianGoal) {
        let goalRewards = GoalRewards(game: game, goal: goal)
        for turn in 1...horizon {
            for h in 0..<hidden {
                for response in 0..<width {
                    var value = goalRewards.turn(hidden: h, response: response, turn: turn)
                    if turn == horizon {
                        let row = game.row(turn: turn, hidden: h, response: response) * 3 * game.shownReactions.count
                        let goesOn = game.advance[row..<row + 3 * game.shownReactions.count].reduce(0, +)
                        value += goesOn * goalRewards.ending(hidden: h, outcome: game.timeout, turn: horizon + 1)
                    }
                    let block = ((turn - 1) * blocks + response / 4) * hidden + h
                    unsafe rewards.base[block * 4 + response % 4] = value
                }
                // Columns that fill up the last vector repeat the first response, so that a maximum may include them.
                for filler in width..<blocks * 4 {
                    let first = ((turn - 1) * blocks * hidden + h) * 4
                    let block = ((turn - 1) * blocks + filler / 4) * hidden + h
                    unsafe rewards.base[block * 4 + filler % 4] = rewards.base[first]
                }
            }
        }
    }
}

extension BeliefTables {
    /// The response with the largest of |A| numbers, the first of equal ones.
    func largest(_ values: UnsafePointer<Double>) -> Int {
        var choice = 0
        for response in 1..<max(1, width) where unsafe values[response] > values[choice] { choice = response }
        return choice
    }
}
