internal import GameModel
internal import NumericalMethods

/// An upper bound on every policy of a game whose users look ahead, which follows what they may be made to expect.
///
/// The model's commitment is taken apart turn by turn: with every observation comes a promise, what each user may expect from then on, and what
/// follows has to keep it. W_t(b, μ) is what can be had at a joint belief b with a price μ on what is promised, so that the
/// game's value is Σ_c W_1(b_c, 0). Trials walk down from there along the expectations that the bound is owed to, and tighten it on the way back.
///
/// The bound also covers policies that draw lots in the user's sight; within them it converges as boxes narrow and points gather.
///
/// Source: promised utility as a state, Spear & Srivastava 1987 (doi:10.2307/2297484); its dual, Marcet & Marimon 2019
/// (doi:10.3982/ECTA9902); trials between bounds, Smith & Simmons 2004 (arXiv:1207.4166).
struct PromiseSearch {
    private let frame: PromiseFrame
    private let roots: [PromiseDirection]
    private var points: [PromisePoints]
    private let effort: PromiseEffort
    private var draws: UInt64 = 0
    /// Multiplications so far, roughly: what the effort is counted in, so that a bound does not depend on the clock.
    private var work = 0

    /// - Parameter objective: what a KL term is taken from; nil to leave it out.
    init(
        game: Game, foresight: Foresight, goal: LagrangianGoal, objective: Objective?, effort: PromiseEffort
    ) {
        frame = PromiseFrame(game: game, foresight: foresight, goal: goal, objective: objective)
        self.effort = effort
        let frame = frame
        points = (1...game.horizon + 1).map { PromisePoints(frame, turn: $0) }
        roots = game.cues.indices.map { cue in
            PromiseDirection(
                belief: (0..<game.hiddenCount).map { hidden in
                    goal.weight(ofUser: game.user(of: hidden), game: game) * game.initialState[hidden]
                        * game.cue[hidden * game.cues.count + cue]
                },
                price: frame.watchful.map { _ in 0 })
        }
    }

    /// Σ_c of the bound on W_1.
    var bound: Double { roots.reduce(0) { $0 + value(turn: 1, $1) } }

    /// Runs trials until the bound is at most `target`, or all are done.
    mutating func run(target: Double, shouldStop: () -> Bool, progress: (Int, Double) -> Void = { _, _ in }) {
        var trials = 0
        while trials < effort.trials, work < effort.work, !shouldStop(), bound > target {
            for root in roots where root.belief.contains(where: { $0 > 0 }) { descend(turn: 1, root, shouldStop) }
            trials += 1
            progress(trials, bound)
        }
    }

    private func value(turn: Int, _ direction: PromiseDirection) -> Double {
        min(frame.informed(turn: turn, direction), points[turn - 1].value(direction))
    }

    private mutating func descend(turn: Int, _ direction: PromiseDirection, _ shouldStop: () -> Bool) {
        // In the last turn the bound is exact as it is.
        guard turn < frame.game.horizon else { return }
        let (backup, boxes) = update(turn: turn, direction)
        guard work < effort.work, !shouldStop() else { return }
        // Which response is followed is drawn where several are given.
        let given = boxes.filter { $0.share > 0 }
        var box = given[given.count == 1 ? 0 : draw(given.map(\.share))].box
        // Little is known yet of W at prices that no box has, and without knowing it no box would take them.
        if draw([1, 1]) == 0 { box.prices = backup.stationaryPrices(of: box) }
        let (low, high) = backup.shares(of: box)
        let ends = backup.successors(of: box, shares: low) + backup.successors(of: box, shares: high)
        let masses = ends.map { $0.belief.reduce(0, +) }
        descend(turn: turn + 1, ends[draw(masses)], shouldStop)
        _ = update(turn: turn, direction)
    }

    private mutating func update(
        turn: Int, _ direction: PromiseDirection
    ) -> (PromiseBackup, [(box: PromiseBox, share: Double)]) {
        var backup = PromiseBackup(frame, turn: turn, direction, next: points[turn])
        let mass = direction.belief.reduce(0, +)
        let (bound, boxes) = backup.run(
            tolerance: effort.tolerance * frame.rewards.range * mass, mostBoxes: effort.boxes)
        work += backup.work
        points[turn - 1].learn(direction, bound)
        return (backup, boxes)
    }

    /// An index with probability in proportion to its weight.
    private mutating func draw(_ weights: [Double]) -> Int {
        draws += 1
        let word = Philox4x64.block(counter: (draws, 0, 0, 0), key: (0x70_726f_6d69_7365, 0)).0
        var rest = Double(word >> 11) * 0x1p-53 * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.indices.max { weights[$0] < weights[$1] } ?? 0
    }
}
