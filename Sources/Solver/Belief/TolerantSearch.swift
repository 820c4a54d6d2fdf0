/// Bounds on the value of a belief that are as close as is asked for, by depth-first search.
///
/// A response is looked into while its upper bound exceeds the lower bound by more than is allowed. What its observations may
/// leave open is shared out among them by a common cap: observations whose gap is below the cap are left as they are, the others
/// are searched until theirs is. Nothing is kept but plans: each belief gives back the best plan met, which is worth its lower
/// bound.
///
/// Source: branch and bound; bounds that meet only where they have to, as in Smith & Simmons 2004, Heuristic search value
/// iteration (UAI), with gaps that are absolute since beliefs carry their probability.
final class TolerantSearch {
    /// What is known of a belief's value.
    struct Bounds {
        /// What ``plan`` is worth.
        var lower: Double
        var upper: Double
        var plan: Int32
    }

    private let tables: BeliefTables
    private let upper: StateInformedBound
    private let plans: PlanBound
    private let scratch: [Scratch]
    /// The plans of the last turn, per response.
    private let last: [Int32]
    /// What plans may take: beyond it no lower bound is raised.
    private let planBytes: Int
    /// What a plan must be worth more than those that are kept, per probability of being there, to be kept itself.
    private let slack: Double
    private let shouldStop: () -> Bool
    private var poll: Poll
    /// Beliefs looked into so far.
    private(set) var expansions = 0
    /// Whether the caller asked to stop: the last bounds are then wider than was asked for.
    private(set) var isStopped = false

    /// What one turn of the search works on.
    private final class Scratch {
        /// [|A|, observations, stride]
        let children: DoubleBuffer
        /// [|A|, observations] upper bounds; exact one turn before the last.
        let uppers: DoubleBuffer
        /// [|A|, observations] one turn before the last, the best last response.
        let choices: FixedArray<Int32>
        /// [observations] of the response that is searched.
        let lowers: DoubleBuffer
        let order: FixedArray<Int>
        var successors: [Int32]
        let bounds: DoubleBuffer
        let rewards: DoubleBuffer
        let isSharp: FixedArray<Bool>
        let isResolved: FixedArray<Bool>

        init(_ tables: BeliefTables, isLast: Bool) {
            let edges = isLast ? 0 : tables.width * tables.observations
            // Written before it is read, and taken from the system only where a search gets.
            children = DoubleBuffer(count: edges * tables.stride, zeroed: false)
            uppers = DoubleBuffer(count: edges, zeroed: false)
            choices = FixedArray(capacity: edges)
            lowers = DoubleBuffer(count: tables.observations)
            order = FixedArray(capacity: tables.observations)
            successors = [Int32](repeating: 0, count: tables.observations)
            bounds = DoubleBuffer(count: 4 * tables.blocks)
            rewards = DoubleBuffer(count: 4 * tables.blocks)
            isSharp = FixedArray(capacity: tables.width)
            isResolved = FixedArray(capacity: tables.width)
        }
    }

    init(
        _ tables: BeliefTables, upper: StateInformedBound, plans: PlanBound, planBytes: Int, slack: Double,
        shouldStop: @escaping () -> Bool
    ) {
        self.tables = tables
        self.upper = upper
        self.plans = plans
        self.planBytes = planBytes
        self.slack = slack
        self.shouldStop = shouldStop
        poll = Poll(tables, every: tables.width, most: 1024)
        scratch = (1...tables.horizon).map { Scratch(tables, isLast: $0 == tables.horizon) }
        last = (0..<tables.width).map(plans.store.last)
    }

    /// Whether there is room for plans, without which no lower bound can be raised.
    var hasRoom: Bool { plans.store.bytes < planBytes }

    /// Bounds with upper − lower ≤ `allowed`, unless the caller asks to stop or there is no room for plans.
    ///
    /// - Complexity: O((|A| · |O|)^(T − t) · H · |A|) at worst; far less where the bounds are good.
    func bounds(turn: Int, _ belief: UnsafePointer<Double>, allowed: Double) -> Bounds {
        expansions &+= 1
        if poll.isDue, shouldStop() { isStopped = true }
        let parts = scratch[turn &- 1]
        let bounds = unsafe parts.bounds.base
        unsafe upper.responses(turn: turn, belief, into: bounds)
        if turn == tables.horizon {
            let response = unsafe tables.largest(bounds)
            return unsafe Bounds(lower: bounds[response], upper: bounds[response], plan: last[response])
        }
        let known = unsafe plans.best(turn: turn, belief)
        var best = Bounds(lower: known.value, upper: .infinity, plan: known.plan)
        var isFresh = true
        while true {
            let response = unsafe tables.largest(bounds)
            let bound = unsafe bounds[response]
            best.upper = max(bound, best.lower)
            if bound - best.lower <= allowed || isStopped { break }
            if isFresh {
                isFresh = false
                unsafe tables.products(belief, tables.rewards(turn: turn), into: parts.rewards.base)
                for response in 0..<tables.width {
                    (parts.isSharp[response], parts.isResolved[response]) = (false, false)
                }
            }
            guard parts.isSharp[response] else {
                parts.isSharp[response] = true
                unsafe bounds[response] = min(bound, look(turn: turn, belief, response: response, parts))
                continue
            }
            if parts.isResolved[response] { break }
            parts.isResolved[response] = true
            if turn &+ 1 == tables.horizon {
                // Looking ahead was exact.
                if hasRoom {
                    for observation in 0..<tables.observations {
                        parts.successors[observation] =
                            last[
                                Int(parts.choices[response &* tables.observations &+ observation])]
                    }
                    best.plan = plans.store.plan(turn: turn, response: response, successors: parts.successors)
                    best.lower = bound
                }
            } else {
                unsafe bounds[response] = descend(turn: turn, response: response, parts, &best, allowed: allowed)
            }
        }
        if best.plan != known.plan { unsafe keep(best, turn: turn, belief, instead: known.value) }
        return best
    }

    private static let worthKeeping = 0.05

    /// Keeps a plan for other beliefs, if it closes enough of what the kept ones leave open.
    private func keep(_ found: Bounds, turn: Int, _ belief: UnsafePointer<Double>, instead value: Double) {
        let gain = found.lower - value
        guard gain > Self.worthKeeping * (found.upper - value), unsafe gain > slack * tables.mass(belief) else {
            return
        }
        plans.keep(turn: turn, plan: found.plan)
    }

    /// The bound of a response from the bounds of the beliefs that it leads to, which are left in the scratch.
    private func look(turn: Int, _ belief: UnsafePointer<Double>, response: Int, _ parts: Scratch) -> Double {
        let first = response &* tables.observations
        let isExact = turn &+ 1 == tables.horizon
        var bound = unsafe parts.rewards.base[response]
        for observation in 0..<tables.observations {
            let edge = first &+ observation
            let child = unsafe parts.children.base + edge &* tables.stride
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child)
            if isExact {
                let end = unsafe VectorProducts.best(
                    child + 1, count: tables.hidden, tables.rewards(turn: turn &+ 1), blocks: tables.blocks)
                parts.choices[edge] = Int32(truncatingIfNeeded: end.index < tables.width ? end.index : 0)
                bound += end.value
            } else {
                let value = unsafe upper.value(turn: turn &+ 1, child)
                unsafe parts.uppers.base[edge] = value
                bound += value
            }
        }
        return bound
    }

    /// Searches the observations of a response until its upper bound exceeds the best lower bound by no more than allowed.
    ///
    /// - Returns: the upper bound of the response; `best` takes over its plan if that is worth more.
    private func descend(
        turn: Int, response: Int, _ parts: Scratch, _ best: inout Bounds, allowed: Double
    ) -> Double {
        let first = response &* tables.observations
        let (uppers, lowers) = unsafe (parts.uppers.base + first, parts.lowers.base)
        var low = unsafe parts.rewards.base[response]
        var high = low
        for observation in 0..<tables.observations {
            let known = unsafe plans.best(
                turn: turn &+ 1, parts.children.base + (first &+ observation) &* tables.stride)
            unsafe lowers[observation] = known.value
            unsafe uppers[observation] = max(uppers[observation], known.value)
            parts.successors[observation] = known.plan
            low += known.value
            unsafe high += uppers[observation]
            // By falling gap.
            var slot = observation
            let gap = unsafe uppers[observation] - known.value
            while slot > 0 {
                let other = parts.order[slot &- 1]
                guard unsafe uppers[other] - lowers[other] < gap else { break }
                parts.order[slot] = other
                slot &-= 1
            }
            parts.order[slot] = observation
        }
        var floor = max(best.lower, low)
        for target in [allowed + max(0, floor - low), allowed] where high - floor > allowed {
            let cap = unsafe cap(parts, uppers, lowers, open: high - low, target: target)
            for rank in 0..<tables.observations where high - floor > allowed {
                let observation = parts.order[rank]
                guard unsafe uppers[observation] - lowers[observation] > cap else { continue }
                let found = unsafe bounds(
                    turn: turn &+ 1, parts.children.base + (first &+ observation) &* tables.stride, allowed: cap)
                if unsafe found.lower > lowers[observation] {
                    unsafe low += found.lower - lowers[observation]
                    unsafe lowers[observation] = found.lower
                    parts.successors[observation] = found.plan
                }
                if unsafe found.upper < uppers[observation] {
                    unsafe high -= uppers[observation] - found.upper
                    unsafe uppers[observation] = found.upper
                }
                floor = max(floor, low)
            }
        }
        if low > best.lower, hasRoom {
            best.plan = plans.store.plan(turn: turn, response: response, successors: parts.successors)
            best.lower = low
        }
        return high
    }

    /// The largest τ with Σ_o min(gap_o, τ) ≤ target.
    private func cap(
        _ parts: Scratch, _ uppers: UnsafePointer<Double>, _ lowers: UnsafePointer<Double>, open: Double, target: Double
    ) -> Double {
        var rest = open
        for rank in 0..<tables.observations {
            let observation = parts.order[rank]
            rest -= unsafe uppers[observation] - lowers[observation]
            let cap = (target - max(0, rest)) / Double(rank &+ 1)
            let next = rank &+ 1 < tables.observations ? parts.order[rank &+ 1] : -1
            if next < 0 { return max(0, cap) }
            let gap = unsafe uppers[next] - lowers[next]
            if cap >= gap { return max(0, cap) }
        }
        return 0
    }
}
