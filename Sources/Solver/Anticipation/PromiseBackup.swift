internal import GameModel
internal import NumericalMethods

/// The bound on W_t at a direction from bounds on W_{t+1}, by branching over what users are made to expect.
///
/// For a response and a box of expectations y, and any prices ν,
///
/// W ≤ sup_{y ∈ box} [Σ_o W_{t+1}(b_o(p(y)), μ_o(ν)) + endings + Σ_f μ(f) ℓ_f(y) − ν·y],
///
/// since what follows keeps what was expected: Σ_o μ_o(ν)·U_o = ν·y. W_{t+1} is convex in the reaction probabilities p, so it lies below the
/// linear interpolation over the corners of a simplex around the p of the box; what is left is bounded user by user.
struct PromiseBackup {
    let frame: PromiseFrame
    let turn: Int
    let next: PromisePoints
    private let candidates: [AnticipatedResponse]
    private let direction: PromiseDirection
    /// [|A|][n] what going on is worth at most, per unit of its probability, if it is told that it came: W is subadditive.
    private var alone: [[Double]] = []
    /// Multiplications so far, roughly.
    private(set) var work = 0

    init(_ frame: PromiseFrame, turn: Int, _ direction: PromiseDirection, next: PromisePoints) {
        (self.frame, self.turn, self.direction, self.next) = (frame, turn, direction, next)
        candidates = frame.game.responses.indices.map {
            AnticipatedResponse(frame, turn: turn, direction, response: $0)
        }
        alone = candidates.map { response in response.expectations.map { worthAlone($0, of: response) } }
    }

    private func worthAlone(
        _ item: AnticipatedResponse.Expectation, of response: AnticipatedResponse
    ) -> Double {
        let (game, belief) = (frame.game, response.watchers[item.watcher].belief)
        return game.cues.indices.reduce(0) { sum, cue in
            var step = PromiseDirection(
                belief: [Double](repeating: 0, count: game.hiddenCount), price: frame.watchful.map { _ in 0 })
            for move in item.moves {
                step.belief[move.hidden] = belief * move.share * game.cue[move.hidden * game.cues.count + cue]
            }
            return sum + follows(step)
        }
    }

    /// Bounds every response by branching.
    ///
    /// - Parameters:
    ///   - tolerance: boxes whose width costs at most this are not divided.
    ///   - mostBoxes: how many boxes are made at most.
    /// - Returns: the bound, and per response the box that its own is owed to, with the probability of its being given.
    mutating func run(tolerance: Double, mostBoxes: Int) -> (bound: Double, boxes: [(box: PromiseBox, share: Double)]) {
        var pools = candidates.indices.map { [whole($0)] }
        var done = candidates.map { _ in false }
        var made = pools.count
        while true {
            let tops = pools.map { pool in pool.indices.reduce(0) { pool[$1].bound > pool[$0].bound ? $1 : $0 } }
            let values = zip(pools, tops).map { $0[$1].bound }
            let shares = frame.choice.strategy(turn: turn, belief: direction.belief, of: values)
            // The response whose bound matters most, as long as something can be done about it.
            let open = candidates.indices.filter { !done[$0] && shares[$0] > Self.leastShare }
            guard let response = open.max(by: { weight($0, pools, shares) < weight($1, pools, shares) }) else {
                let bound = frame.choice.value(turn: turn, belief: direction.belief, of: values)
                return (bound, candidates.indices.map { (pools[$0][tops[$0]], shares[$0]) })
            }
            let top = tops[response]
            guard pools[response][top].isPriced else {
                improve(&pools[response][top], rounds: Self.priceRounds)
                continue
            }
            let parent = pools[response][top]
            guard made < mostBoxes, shares[response] * (parent.bound - centre(of: parent)) > tolerance,
                let axis = widest(parent)
            else {
                done[response] = true
                continue
            }
            pools[response].remove(at: top)
            pools[response] += halves(of: parent, axis)
            made += 2
        }
    }

    /// Responses less probable than this are bounded without branching.
    private static var leastShare: Double { 1e-4 }

    /// What is to be gained at a response, roughly: probable ones with few boxes first.
    private func weight(_ response: Int, _ pools: [[PromiseBox]], _ shares: [Double]) -> Double {
        shares[response] / Double(pools[response].count)
    }

    /// All that a response may make users expect.
    private mutating func whole(_ candidate: Int) -> PromiseBox {
        let expectations = candidates[candidate].expectations
        let scale = priceScale(candidate)
        var box = PromiseBox(
            candidate: candidate, low: expectations.map(\.low), high: expectations.map(\.high),
            prices: expectations.map { _ in 0 }, steps: expectations.map { _ in scale },
            sides: expectations.map { _ in 1 })
        evaluate(&box)
        return box
    }

    private mutating func halves(of parent: PromiseBox, _ axis: Int) -> [PromiseBox] {
        let middle = (parent.low[axis] + parent.high[axis]) / 2
        return [0, 1].map { half in
            var child = parent
            if half == 0 { child.high[axis] = middle } else { child.low[axis] = middle }
            child.isPriced = false
            child.ceiling = parent.bound
            for index in child.steps.indices { child.steps[index] *= Self.renewedStep }
            evaluate(&child)
            return child
        }
    }

    /// How often each price is tried at a step to either side.
    private static var priceRounds: Int { 12 }
    /// How much longer steps are again when a box is divided: its halves want other prices than the whole.
    private static var renewedStep: Double { 16 }
    /// Prices are not moved by less than this fraction of their first step: it would change little.
    private static var leastPriceStep: Double { 1e-3 }

    /// A first step for prices: what is at stake per unit of what users can be made to expect.
    private func priceScale(_ candidate: Int) -> Double {
        let mass = direction.belief.reduce(0, +)
        let span = candidates[candidate].expectations.reduce(0) { max($0, $1.high - $1.low) }
        guard span > 0 else { return 0 }
        let prices = direction.price.reduce(0) { max($0, abs($1)) }
        return max(mass * frame.rewards.range / span / 8, prices / 4)
    }

    /// The expectation whose width matters most.
    private func widest(_ box: PromiseBox) -> Int? {
        let response = candidates[box.candidate]
        var (best, axis): (Double, Int?) = (0, nil)
        for (index, item) in response.expectations.enumerated() {
            let watcher = response.watchers[item.watcher]
            let width =
                (box.high[index] - box.low[index]) * watcher.weight
                * (watcher.belief * watcher.rationality * frame.rewards.range + abs(watcher.price))
            if width > best { (best, axis) = (width, index) }
        }
        return axis
    }

    /// The prices at which the middle of a box is stationary: ν = d/dy of what the reactions and the user's own value bring.
    ///
    /// Where a policy is best among those that promise about this, its promise is worth just this at the margin.
    func stationaryPrices(of box: PromiseBox) -> [Double] {
        let middle = zip(box.low, box.high).map { ($0 + $1) / 2 }
        var prices = [Double](repeating: 0, count: middle.count)
        for watcher in candidates[box.candidate].watchers {
            let shares = WatchedReactions(watcher: watcher).choice(middle).shares
            let worth = worth(of: watcher, slopes: box.slopes)
            let mean = zip(shares, worth).reduce(0) { $0 + $1.0 * $1.1 }
            for (index, place) in watcher.expectation.enumerated() where place >= 0 {
                prices[place] =
                    watcher.weight * shares[index]
                    * (watcher.rationality * (worth[index] - mean) + watcher.price)
            }
        }
        return prices
    }

    /// What each reaction brings per unit of its probability.
    private func worth(of watcher: AnticipatedResponse.Watcher, slopes: [Double]) -> [Double] {
        watcher.expectation.indices.map { index in
            let place = watcher.expectation[index]
            return place < 0 ? watcher.belief * watcher.ending[index] : slopes[place]
        }
    }

    /// Moves prices to where the bound is lower, one after another.
    private mutating func improve(_ box: inout PromiseBox, rounds: Int) {
        var stationary = box
        stationary.prices = stationaryPrices(of: box)
        evaluate(&stationary)
        if stationary.value < box.value { box = stationary }
        let least = Self.leastPriceStep * priceScale(box.candidate)
        for _ in 0..<rounds {
            for index in box.prices.indices where box.steps[index] > least {
                var found = false
                for sign in [1.0, -1] where !found {
                    var trial = box
                    // The side that helped last is tried first: steps carry their sign.
                    trial.prices[index] += sign * box.steps[index] * box.sides[index]
                    evaluate(&trial)
                    guard trial.value < box.value else { continue }
                    box = trial
                    box.sides[index] *= sign
                    found = true
                }
                box.steps[index] *= found ? 1.5 : 0.4
            }
        }
        box.isPriced = true
    }

    /// The beliefs and prices of what follows, [S·C] directions, where reactions that look ahead go on with the given probabilities.
    ///
    /// - Parameter shares: [n] the probability per expectation.
    func successors(of box: PromiseBox, shares: [Double]) -> [PromiseDirection] {
        let (game, response) = (frame.game, candidates[box.candidate])
        var flow = response.flow
        for (index, item) in response.expectations.enumerated() {
            let belief = response.watchers[item.watcher].belief * shares[index]
            for move in item.moves {
                AnticipatedResponse.add(belief * move.share, to: &flow, hidden: move.hidden, shown: item.shown, game)
            }
        }
        let prices = nextPrices(of: box)
        let watchful = frame.watchful.count
        return (0..<game.shownReactions.count * game.cues.count).map { observation in
            PromiseDirection(
                belief: Array(flow[observation * game.hiddenCount..<(observation + 1) * game.hiddenCount]),
                price: Array(prices[observation * watchful..<(observation + 1) * watchful]))
        }
    }

    /// [S, C, F] μ_o(ν).
    private func nextPrices(of box: PromiseBox) -> [Double] {
        let (game, watchful) = (frame.game, frame.watchful.count)
        var prices = [Double](repeating: 0, count: game.shownReactions.count * game.cues.count * watchful)
        for (index, item) in candidates[box.candidate].expectations.enumerated() {
            for move in item.moves {
                for cue in game.cues.indices {
                    prices[(item.shown * game.cues.count + cue) * watchful + frame.place[move.hidden]] +=
                        box.prices[index] * move.share * game.cue[move.hidden * game.cues.count + cue]
                }
            }
        }
        return prices
    }

    /// Multiplications of one look at the bound on W_{t+1}.
    private var workOfLook: Int {
        let width = frame.game.hiddenCount + frame.watchful.count
        return width * (next.count + frame.game.responses.count)
    }

    /// The bound on W_{t+1}.
    func follows(_ direction: PromiseDirection) -> Double {
        min(frame.informed(turn: turn + 1, direction), next.value(direction))
    }

    /// [n] the probabilities of reactions that go on at the lower and the upper ends of a box.
    func shares(of box: PromiseBox) -> (low: [Double], high: [Double]) {
        let response = candidates[box.candidate]
        var low = [Double](repeating: 0, count: response.expectations.count)
        var high = low
        for watcher in response.watchers {
            let ranges = WatchedReactions(watcher: watcher).range(box.low, box.high)
            for (index, place) in watcher.expectation.enumerated() where place >= 0 {
                (low[place], high[place]) = ranges[index]
            }
        }
        return (low, high)
    }

    private mutating func evaluate(_ box: inout PromiseBox) {
        let (response, cues) = (candidates[box.candidate], frame.game.cues.count)
        let (low, high) = shares(of: box)
        let base = successors(of: box, shares: low)
        // Per shown reaction, what follows at the lower ends.
        let parts = (0..<frame.game.shownReactions.count).map { shown in
            (0..<cues).reduce(0) { $0 + follows(base[shown * cues + $1]) }
        }
        let active = response.expectations.indices.filter { index in
            response.watchers[response.expectations[index].watcher].belief * (high[index] - low[index]) > 0
        }
        var slopes = [Double](repeating: 0, count: low.count)
        for index in active {
            slopes[index] = slope(
                response, index, reach: Double(active.count) * (high[index] - low[index]), base: base, parts: parts)
        }
        work += (base.count + active.count * cues) * workOfLook
        var bound = response.fixed + parts.reduce(0, +)
        for index in active { bound -= slopes[index] * low[index] }
        for watcher in response.watchers {
            bound += WatchedReactions(watcher: watcher).largest(
                box.low, box.high, worth: worth(of: watcher, slopes: slopes), prices: box.prices)
        }
        (box.value, box.slopes) = (bound, slopes)
    }

    /// The bound at the expectations in the middle of a box alone, at prices of its own: what dividing the box may lead to.
    private mutating func centre(of box: PromiseBox) -> Double {
        var point = box
        for index in point.low.indices {
            let middle = (box.low[index] + box.high[index]) / 2
            (point.low[index], point.high[index]) = (middle, middle)
            point.steps[index] *= Self.renewedStep
        }
        evaluate(&point)
        improve(&point, rounds: Self.priceRounds)
        return point.value
    }

    /// How much W_{t+1} rises, at most, per unit of the probability of a reaction that goes on.
    ///
    /// - Parameter reach: how far the corner of the simplex is from the lower end.
    private func slope(
        _ response: AnticipatedResponse, _ index: Int, reach: Double, base: [PromiseDirection], parts: [Double]
    ) -> Double {
        let (item, game) = (response.expectations[index], frame.game)
        let belief = response.watchers[item.watcher].belief
        var moved = 0.0
        for cue in game.cues.indices {
            var direction = base[item.shown * game.cues.count + cue]
            for move in item.moves {
                direction.belief[move.hidden] +=
                    reach * belief * move.share * game.cue[move.hidden * game.cues.count + cue]
            }
            moved += follows(direction)
        }
        return min((moved - parts[item.shown]) / reach, alone[response.response][index])
    }
}
