/// The exact value of a belief by depth-first branch and bound.
///
/// Responses are tried in the order of their upper bounds; a response is given up as soon as its bound, with the observations
/// looked into so far replaced by their exact values, no longer exceeds the best value known. The best plan kept for the
/// belief is the first such value.
final class DepthFirstSearch {
    private let tables: BeliefTables
    private let upper: StateInformedBound
    private let lower: PlanBound
    private let scratch: [Scratch]
    private let shouldStop: () -> Bool
    /// Beliefs looked into so far.
    private(set) var expansions = 0
    /// Whether the caller asked to stop: the last value is then an upper bound only.
    private(set) var isStopped = false
    private var isPolling = true
    private var poll: Poll
    /// How many beliefs may be looked into in all.
    private var limit = Int.max

    /// What one turn of the search works on.
    private final class Scratch {
        /// [|A|, observations, stride]
        let children: DoubleBuffer
        /// [|A|, observations]
        let childBounds: DoubleBuffer
        let bounds: DoubleBuffer
        let rewards: DoubleBuffer
        /// Per response, whether its bound has been sharpened by looking ahead.
        let isSharp: FixedArray<Bool>
        /// The best response, or −1 where the best plan kept was not improved on.
        var choice = -1

        init(_ tables: BeliefTables, isLast: Bool) {
            let edges = isLast ? 0 : tables.width * tables.observations
            // Written before it is read, and taken from the system only where a search gets.
            children = DoubleBuffer(count: edges * tables.stride, zeroed: false)
            childBounds = DoubleBuffer(count: edges, zeroed: false)
            bounds = DoubleBuffer(count: 4 * tables.blocks)
            rewards = DoubleBuffer(count: 4 * tables.blocks)
            isSharp = FixedArray(capacity: tables.width)
        }
    }

    /// - Parameter shouldStop: polled now and then.
    init(
        _ tables: BeliefTables, upper: StateInformedBound, lower: PlanBound, shouldStop: @escaping () -> Bool
    ) {
        self.shouldStop = shouldStop
        poll = Poll(tables, every: tables.width)
        self.tables = tables
        self.upper = upper
        self.lower = lower
        scratch = (1...tables.horizon).map { Scratch(tables, isLast: $0 == tables.horizon) }
    }

    /// The best response found by the last call of ``value(turn:_:floor:)`` for the turn, or −1 for the best plan kept.
    func choice(turn: Int) -> Int { scratch[turn - 1].choice }

    /// Searches on, without asking the caller, until so many more beliefs have been looked into.
    func goOn(within count: Int) { (isPolling, isStopped, limit) = (false, false, expansions + count) }

    /// The value of a belief if it exceeds `floor`; otherwise an upper bound of it that does not exceed `floor`.
    ///
    /// - Complexity: O((|A| · |O|)^(T − t) · H · |A|) at worst; far less where the bounds are good.
    func value(turn: Int, _ belief: UnsafePointer<Double>, floor: Double) -> Double {
        expansions &+= 1
        if expansions > limit || poll.isDue && isPolling && shouldStop() { isStopped = true }
        let parts = scratch[turn &- 1]
        let bounds = unsafe parts.bounds.base
        unsafe upper.responses(turn: turn, belief, into: bounds)
        if turn == tables.horizon || isStopped {
            parts.choice = unsafe tables.largest(bounds)
            return unsafe bounds[parts.choice]
        }
        // One turn before the last, looking ahead is exact and cheaper than asking the plans.
        let known = unsafe turn &+ 1 == tables.horizon ? -.infinity : lower.best(turn: turn, belief).value
        var best = max(floor, known)
        var result = known
        unsafe tables.products(belief, tables.rewards(turn: turn), into: parts.rewards.base)
        for response in 0..<tables.width { parts.isSharp[response] = false }
        var choice = -1
        while true {
            let response = unsafe tables.largest(bounds)
            let bound = unsafe bounds[response]
            guard bound > best else {
                result = max(result, bound)
                break
            }
            guard parts.isSharp[response] else {
                // Looking ahead is exact one turn before the last.
                parts.isSharp[response] = true
                unsafe bounds[response] = min(bound, look(turn: turn, belief, response: response, parts))
                continue
            }
            let value =
                turn &+ 1 == tables.horizon
                ? bound : descend(turn: turn, response: response, parts, bound: bound, floor: best)
            result = max(result, value)
            if value > best { (best, choice) = (value, response) }
            unsafe bounds[response] = -.infinity
        }
        parts.choice = choice
        return result
    }

    /// The bound of a response from the bounds of the beliefs that it leads to, which are left in the scratch.
    private func look(turn: Int, _ belief: UnsafePointer<Double>, response: Int, _ parts: Scratch) -> Double {
        let first = response &* tables.observations
        var bound = unsafe parts.rewards.base[response]
        for observation in 0..<tables.observations {
            let edge = first &+ observation
            let child = unsafe parts.children.base + edge &* tables.stride
            unsafe tables.advance(belief, turn: turn, response: response, observation: observation, into: child)
            let value = unsafe upper.value(turn: turn &+ 1, child)
            unsafe parts.childBounds.base[edge] = value
            bound += value
        }
        return bound
    }

    /// Replaces the bounds of a response's observations by values, until none is left or the floor is reached.
    private func descend(turn: Int, response: Int, _ parts: Scratch, bound: Double, floor: Double) -> Double {
        var running = bound
        for observation in 0..<tables.observations {
            let edge = response &* tables.observations &+ observation
            let estimate = unsafe parts.childBounds.base[edge]
            let value = unsafe value(
                turn: turn &+ 1, parts.children.base + edge &* tables.stride, floor: estimate - (running - floor))
            running -= estimate - value
            if running <= floor { return running }
        }
        return running
    }
}
