internal import GameModel

/// One look into the tree: a leaf that was found along a path, and what is worked out about it apart from the tree.
///
/// A response of the leaf's parent that nobody followed yet is followed first; then the widest of the beliefs that it leads to is looked into.
/// Only the tables are read, so that several can be worked out at the same time.
final class LeafExpansion {
    private let tables: BeliefTables
    private let upper: StateInformedBound
    private let plans: PlanBound
    private let scratch: StateInformedBound.Scratch
    /// [T + 1, stride] the beliefs of the path, and the one that is looked into.
    private let beliefs: DoubleBuffer
    /// [observations, stride], [observations]
    private let ahead: DoubleBuffer
    private let uppers: DoubleBuffer
    private let isSharp: FixedArray<Bool>
    private var poll: Poll
    /// [4 · blocks] Σ_h b(h) R_t(h, a) of the belief that was looked into, and bounds of its responses.
    let rewards: DoubleBuffer
    let bounds: DoubleBuffer
    /// The nodes passed and the edges taken.
    var path: [(node: Int, edge: Int)] = []
    /// Where the path ends.
    var node = 0
    /// The response of the last node that is to be followed, or −1, and its edge.
    var response = -1
    var edge = -1
    /// Whether the belief is to be settled depth first, not looked into.
    var isForSearch = false
    /// Per observation of the response that was followed, what is known of the belief that it leads to.
    private(set) var children: [Child] = []
    /// The observation whose belief was looked into after the response was followed; −1 for none.
    private(set) var chosen = -1

    struct Child {
        let lower: Double
        let upper: Double
        /// A plan that is worth the lower bound.
        let plan: Int32
        /// In the last turn, the response that is worth it where no kept plan is; otherwise −1.
        let last: Int
    }

    init(_ tables: BeliefTables, upper: StateInformedBound, plans: PlanBound) {
        (self.tables, self.upper, self.plans) = (tables, upper, plans)
        scratch = upper.makeScratch()
        beliefs = DoubleBuffer(count: (tables.horizon + 1) * tables.stride)
        ahead = DoubleBuffer(count: tables.observations * tables.stride)
        uppers = DoubleBuffer(count: tables.observations)
        isSharp = FixedArray(capacity: tables.width)
        poll = Poll(tables, every: 1)
        rewards = DoubleBuffer(count: 4 * tables.blocks)
        bounds = DoubleBuffer(count: 4 * tables.blocks)
    }

    /// Bytes that one takes.
    static func bytes(_ game: Game) -> Int {
        let observations = game.shownReactions.count * game.cues.count
        return 8 * ((game.horizon + 1 + observations) * (game.hiddenCount + 2) + 3 * game.responses.count)
            + 64 * (observations + game.horizon + 8)
    }

    /// The belief of the path at a turn.
    func belief(turn: Int) -> UnsafeMutablePointer<Double> { unsafe beliefs.base + (turn - 1) * tables.stride }

    /// Starts over, at an opening.
    func begin(node: Int, _ opening: UnsafePointer<Double>) {
        path.removeAll(keepingCapacity: true)
        children.removeAll(keepingCapacity: true)
        (self.node, response, chosen, isForSearch) = (node, -1, -1, false)
        unsafe beliefs.base.update(from: opening, count: tables.stride)
    }

    /// - Parameters:
    ///   - turn: of the node that the path ends at.
    ///   - isLooked: whether a belief of a turn is to be looked into at all, rather than settled.
    ///   - shouldStop: whether the caller asked to stop: bounds are then left wider, and are as valid.
    /// - Complexity: O(|A| · |O| · H · |A|), and O(|O| · plans · H) where a response is followed.
    func workOut(turn: Int, isLooked: (Int) -> Bool, shouldStop: () -> Bool) {
        guard !isForSearch else { return }
        guard response >= 0 else { return unsafe look(turn: turn, belief(turn: turn), shouldStop: shouldStop) }
        unsafe step(turn: turn, belief(turn: turn), response: response)
        var widest = 0.0
        for observation in 0..<tables.observations {
            let belief = unsafe ahead.base + observation * tables.stride
            let known = unsafe plans.look(turn: turn + 1, belief)
            let bound = unsafe uppers.base[observation]
            // In the last turn the bound is the value.
            let isLast = turn + 1 == tables.horizon
            let child = Child(
                lower: isLast ? bound : known.value, upper: max(bound, known.value), plan: known.plan,
                last: isLast && known.value < bound ? unsafe tables.lastResponse(belief, rewards.base) : -1)
            children.append(child)
            if child.upper - child.lower > widest { (widest, chosen) = (child.upper - child.lower, observation) }
        }
        guard chosen >= 0 else { return }
        guard isLooked(turn + 1) else {
            chosen = -1
            return
        }
        unsafe belief(turn: turn + 1).update(from: ahead.base + chosen * tables.stride, count: tables.stride)
        unsafe look(turn: turn + 1, belief(turn: turn + 1), shouldStop: shouldStop)
    }

    /// The beliefs that a response leads to, and their bounds.
    private func step(turn: Int, _ belief: UnsafePointer<Double>, response: Int) {
        for observation in 0..<tables.observations {
            unsafe tables.advance(
                belief, turn: turn, response: response, observation: observation,
                into: ahead.base + observation &* tables.stride)
        }
        unsafe upper.values(
            turn: turn + 1, ahead.base, count: tables.observations, into: uppers.base, scratch)
    }

    /// Bounds are sharpened by looking ahead, largest first, until the largest is a sharpened one: the others cannot be the node's bound.
    private func look(turn: Int, _ belief: UnsafePointer<Double>, shouldStop: () -> Bool) {
        unsafe tables.products(belief, tables.rewards(turn: turn), into: rewards.base)
        unsafe upper.responses(turn: turn, belief, into: bounds.base, scratch)
        for response in 0..<tables.width { isSharp[response] = false }
        while true {
            let response = unsafe tables.largest(bounds.base)
            guard !isSharp[response], !(poll.isDue && shouldStop()) else { return }
            isSharp[response] = true
            unsafe step(turn: turn, belief, response: response)
            var value = unsafe rewards.base[response]
            for observation in 0..<tables.observations { unsafe value += uppers.base[observation] }
            unsafe bounds.base[response] = min(bounds.base[response], value)
        }
    }
}
