internal import GameModel
internal import NumericalMethods

/// Better plans for many beliefs at once: backups at beliefs that sampled conversations reach.
///
/// A round adds conversations, of which some go where the search has been and the others follow the best plans known, and then gives every
/// belief of every turn, from the last turn back, the best plan that goes on with those of the next turn. Plans that are best at
/// none of the beliefs are kept no longer. No belief's plan becomes worse.
///
/// What a conversation draws depends on its number alone, and beliefs of one turn do not depend on each other: threads change nothing.
///
/// Source: Pineau, Gordon & Thrun 2003, Point-based value iteration (IJCAI); beliefs where the best known policy leads, Kurniawati, Hsu &
/// Lee 2008, SARSOP (RSS).
final class PlanRounds {
    private let tables: BeliefTables
    private let upper: StateInformedBound
    private let plans: PlanBound
    private let threads: Int
    private let planBytes: Int
    /// What a plan must be worth more than those that are kept, per probability of being there.
    private let slack: Double
    private let shouldStop: @Sendable () -> Bool
    /// [T] the beliefs that have been reached, each summing to 1.
    private var beliefs: [[DoubleBuffer]]
    /// [T] the plans of the last round, those that are best most often first.
    private var made: [[Int32]]
    /// The opening cues that can occur.
    private let cues: Int
    private var conversations = 0
    /// Rounds so far.
    private(set) var count = 0

    init(
        _ tables: BeliefTables, upper: StateInformedBound, plans: PlanBound, planBytes: Int, slack: Double,
        threads: Int,
        shouldStop: @escaping @Sendable () -> Bool
    ) {
        (self.tables, self.upper, self.plans) = (tables, upper, plans)
        (self.planBytes, self.slack, self.threads, self.shouldStop) = (planBytes, slack, threads, shouldStop)
        beliefs = Array(repeating: [], count: tables.horizon)
        made = Array(repeating: [], count: tables.horizon)
        beliefs[0] = tables.game.cues.indices.compactMap { cue in
            let opening = DoubleBuffer(count: tables.stride)
            unsafe opening.base.update(from: tables.opening(cue), count: tables.stride)
            return Self.normalise(opening, tables) ? opening : nil
        }
        cues = beliefs[0].count
    }

    /// Conversations that the first round begins with; each round has twice as many as the one before, as long as their plans find room.
    private static let first = 32
    /// Responses that a belief's backup compares.
    private static let candidates = 4

    /// Conversations of the next round, those of earlier rounds included.
    private var size: Int { min(plans.ceiling, Self.first << min(count, 20)) }

    /// What the next round takes, in ``BeliefTables/work``. Rounds that cannot grow become rarer all the same.
    var work: Double {
        let (n, h) = (Double(Self.first) * Double(1 << min(count, 40)), Double(tables.hidden))
        return n * Double(tables.horizon * Self.candidates * tables.observations) * (3 * h + n * h / 4)
    }

    /// - Parameters:
    ///   - tree: where some of the conversations go.
    ///   - roots: the nodes of the opening cues that can occur.
    /// - Complexity: O(n · T · |O| · (n + |A|) · H) for n conversations.
    func run(tree: SearchTree, roots: [Int]) {
        for turn in 1..<max(1, tables.horizon) where !made[turn - 1].isEmpty {
            // Plans that the search could do without are successors all the same.
            let known = Set(made[turn - 1])
            plans.replace(turn: turn, with: made[turn - 1] + plans.kept(turn: turn).filter { !known.contains($0) })
        }
        sample(tree: tree, roots: roots)
        count += 1
        for turn in stride(from: tables.horizon - 1, through: 1, by: -1) {
            guard plans.store.bytes < planBytes, !shouldStop() else { return }
            backUp(turn: turn)
        }
    }

    /// Leaves to the search no more plans of a turn than it can look through quickly: those that are best most often.
    func thin(to count: Int) {
        for turn in 1..<max(1, tables.horizon) where made[turn - 1].count > count {
            plans.replace(turn: turn, with: Array(made[turn - 1].prefix(count)))
        }
    }

    // MARK: Conversations

    private func sample(tree: SearchTree, roots: [Int]) {
        let first = conversations
        conversations = max(first, size)
        nonisolated(unsafe) let (this, tree) = (self, tree)
        let paths = concurrentMap(count: conversations - first, threads: threads) { index in
            unsafe this.shouldStop()
                ? [] : this.conversation(first + index, tree, node: roots[(first + index) % this.cues])
        }
        for path in paths {
            for (index, belief) in path.enumerated() { beliefs[index + 1].append(belief.buffer) }
        }
    }

    private struct Reached: @unchecked Sendable { let buffer: DoubleBuffer }

    /// The beliefs of turns 2, 3, … that a conversation reaches. Each of its steps goes on.
    private func conversation(_ number: Int, _ tree: SearchTree, node root: Int) -> [Reached] {
        var path: [Reached] = []
        var belief = beliefs[0][number % cues]
        var node = number % 2 == 0 ? root : -1
        let scratch = upper.makeScratch()
        let bounds = DoubleBuffer(count: 4 * tables.blocks)
        let next = DoubleBuffer(count: tables.stride)
        for turn in 1..<max(1, tables.horizon) {
            let words = Philox4x64.block(counter: (UInt64(number), UInt64(turn), 0, 0), key: (0, Self.stream))
            let edge = node < 0 ? nil : Self.contender(tree, node, draw: words.1)
            let response: Int
            if let edge {
                response = tree.response(edge)
            } else if count == 0 || number % 4 == 1 {
                unsafe upper.responses(turn: turn, belief.base, into: bounds.base, scratch)
                response = unsafe tables.largest(bounds.base)
            } else {
                response = unsafe plans.store.response(turn: turn, plan: plans.look(turn: turn, belief.base).plan)
            }
            var masses = [Double](repeating: 0, count: tables.observations)
            for observation in 0..<tables.observations {
                unsafe tables.advance(
                    belief.base, turn: turn, response: response, observation: observation, into: next.base)
                masses[observation] = unsafe tables.mass(next.base)
            }
            var rest = Double(words.0 >> 11) * 0x1p-53 * masses.reduce(0, +)
            guard var chosen = masses.lastIndex(where: { $0 > 0 }) else { break }
            for (observation, mass) in masses.enumerated() where mass > 0 {
                if rest < mass {
                    chosen = observation
                    break
                }
                rest -= mass
            }
            let reached = DoubleBuffer(count: tables.stride)
            unsafe tables.advance(
                belief.base, turn: turn, response: response, observation: chosen, into: reached.base)
            guard Self.normalise(reached, tables) else { break }
            path.append(Reached(buffer: reached))
            belief = reached
            node = edge.map { Int(tree.edges[$0].firstChild) + chosen } ?? -1
        }
        return path
    }

    /// "rounds"
    private static let stream: UInt64 = 0x726f_756e_6473

    /// One of the responses of a node that may still be the best and have been followed; nil where there is none.
    private static func contender(_ tree: SearchTree, _ node: Int, draw: UInt64) -> Int? {
        let item = tree.nodes[node]
        let open = item.edges.filter { tree.edges[$0].firstChild >= 0 && tree.edges[$0].upper > item.lower }
        return open.isEmpty ? nil : open[Int(draw % UInt64(open.count))]
    }

    private static func normalise(_ belief: DoubleBuffer, _ tables: BeliefTables) -> Bool {
        let mass = unsafe tables.mass(belief.base)
        guard mass > 0 else { return false }
        for h in 0..<tables.stride { unsafe belief.base[h] /= mass }
        return true
    }

    // MARK: Backups

    /// The plan of a belief: one that is kept, or a response with plans of the next turn.
    private enum Best {
        case kept(Int32)
        case made(response: Int, successors: [Int32])
    }

    private func backUp(turn: Int) {
        nonisolated(unsafe) let this = self
        let found = concurrentMap(count: beliefs[turn - 1].count, threads: threads) { index in
            unsafe this.best(turn: turn, this.beliefs[turn - 1][index])
        }
        var (kept, uses): ([Int32], [Int32: Int]) = ([], [:])
        for best in found {
            let plan: Int32
            switch best {
            case .kept(let known): plan = known
            case .made(let response, let successors):
                plan = plans.store.plan(turn: turn, response: response, successors: successors)
            }
            if uses[plan] == nil { kept.append(plan) }
            uses[plan, default: 0] += 1
        }
        // Beliefs that were not got to kept what they had, which says nothing about the plans of others.
        guard !shouldStop(), !kept.isEmpty else {
            for plan in kept { plans.keep(turn: turn, plan: plan) }
            return
        }
        let order = kept.enumerated().sorted {
            (uses[$1.element] ?? 0, $0.offset) < (uses[$0.element] ?? 0, $1.offset)
        }
        made[turn - 1] = order.map(\.element)
        plans.replace(turn: turn, with: made[turn - 1])
    }

    private func best(turn: Int, _ belief: DoubleBuffer) -> Best {
        let known = unsafe plans.look(turn: turn, belief.base)
        guard !shouldStop() else { return .kept(known.plan) }
        let bounds = DoubleBuffer(count: 4 * tables.blocks)
        let backup = PointBackup(tables, plans: plans, counts: false)
        unsafe upper.responses(turn: turn, belief.base, into: bounds.base, upper.makeScratch())
        unsafe backup.prepare(turn: turn, belief.base)
        var (result, value) = (Best.kept(known.plan), known.value + slack)
        var response = plans.store.response(turn: turn, plan: known.plan)
        for _ in 0..<Self.candidates {
            guard unsafe bounds.base[response] > value else { break }
            unsafe bounds.base[response] = -.infinity
            let sum = unsafe backup.look(turn: turn, belief.base, response: response)
            if sum > value {
                (value, result) = (sum, .made(response: response, successors: backup.successors))
            }
            response = unsafe tables.largest(bounds.base)
        }
        return result
    }
}
