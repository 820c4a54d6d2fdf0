internal import GameModel

/// The points of one turn at which ``TypeBlindBound`` is tabulated: mixtures of types times a state distribution for every type.
///
/// A belief is a mixture m over types and per type a distribution over states. The distributions are each split among points of
/// their simplex, from the lowest to the highest, and coupled by rank: for a share of the probability every type has one point, and
/// m is the same in every share. Then m is split among points of its own simplex. So what a split reveals is what the state would
/// be given each type, and nothing of the type.
@safe final class TypeBlindTurn {
    let mixes: SimplexTree
    /// Per type.
    let profiles: [SimplexTree]
    /// Per type, how far apart its points are in the number of a combination.
    let strides: [Int]
    /// How many combinations of the types' points there are.
    let combinations: Int
    private let states: Int
    /// [mixes, combinations, 4 · blocks] ≥ Q_t
    let values: DoubleBuffer
    let blocks: Int

    init(mixes: SimplexTree, profiles: [SimplexTree], states: Int, blocks: Int) {
        self.mixes = mixes
        self.profiles = profiles
        self.states = states
        self.blocks = blocks
        var strides: [Int] = []
        var product = 1
        for profile in profiles {
            strides.append(product)
            product *= profile.count
        }
        self.strides = strides
        combinations = product
        values = DoubleBuffer(count: mixes.count * product * 4 * blocks, zeroed: false)
    }

    /// The most shares that a belief is split into.
    static func shares(users: Int, states: Int) -> Int { users * (states - 1) + 1 }

    /// What a thread splits a belief with.
    @safe final class Scratch {
        let fractions: DoubleBuffer
        let left: DoubleBuffer
        let ranks: FixedArray<Int>
        let cells: FixedArray<Int>
        let mix: DoubleBuffer
        /// Per share, its combination and its probability.
        let combinations: FixedArray<Int>
        let shares: DoubleBuffer
        let sums: DoubleBuffer

        init(users: Int, states: Int, blocks: Int) {
            fractions = DoubleBuffer(count: users * states)
            left = DoubleBuffer(count: users)
            ranks = FixedArray(capacity: users)
            cells = FixedArray(capacity: users)
            mix = DoubleBuffer(count: users)
            combinations = FixedArray(capacity: TypeBlindTurn.shares(users: users, states: states) + users)
            shares = DoubleBuffer(count: TypeBlindTurn.shares(users: users, states: states) + users)
            sums = DoubleBuffer(count: 4 * blocks)
        }
    }

    /// Shares whose probability is below this are rounding.
    private static let leastShare = 1e-15

    /// Splits the state distributions of a belief by rank; the masses of the types are left in `scratch.mix`.
    ///
    /// - Returns: how many shares there are.
    /// - Complexity: O(|Θ| |X|) and the cuts of the trees.
    func split(_ belief: UnsafePointer<Double>, _ scratch: Scratch) -> Int {
        let users = profiles.count
        for user in 0..<users {
            let row = unsafe scratch.fractions.base + user &* states
            let source = unsafe belief + 1 + user &* states
            var mass = 0.0
            for state in 0..<states { unsafe mass += source[state] }
            unsafe scratch.mix.base[user] = mass
            for state in 0..<states { unsafe row[state] = mass > 0 ? source[state] / mass : state == 0 ? 1 : 0 }
            scratch.cells[user] = unsafe profiles[user].split(row)
            scratch.ranks[user] = 0
            unsafe scratch.left.base[user] = row[profiles[user].corner(cell: scratch.cells[user], rank: 0)]
        }
        var (count, open) = (0, 1.0)
        while open > Self.leastShare {
            var share = open
            for user in 0..<users {
                while scratch.ranks[user] < states &- 1, unsafe scratch.left.base[user] <= Self.leastShare {
                    scratch.ranks[user] &+= 1
                    let corner = profiles[user].corner(cell: scratch.cells[user], rank: scratch.ranks[user])
                    unsafe scratch.left.base[user] += scratch.fractions.base[user &* states &+ corner]
                }
                if scratch.ranks[user] < states &- 1 { unsafe share = min(share, scratch.left.base[user]) }
            }
            var combination = 0
            for user in 0..<users {
                let corner = profiles[user].corner(cell: scratch.cells[user], rank: scratch.ranks[user])
                combination &+= strides[user] &* profiles[user].place(cell: scratch.cells[user], corner: corner)
                unsafe scratch.left.base[user] -= share
            }
            scratch.combinations[count] = combination
            unsafe scratch.shares.base[count] = share
            count &+= 1
            open -= share
        }
        return count
    }

    /// Σ w Q over shares and corners, for types of the masses in `scratch.mix`; left in `scratch.sums`.
    ///
    /// - Parameter mass: Σ of the masses, above 0.
    /// - Complexity: O(|Θ| · shares · |A|) and the cuts of the tree.
    @inline(__always)
    func sum(
        mass: Double, shares: UnsafePointer<Double>, of combinations: FixedArray<Int>, from first: Int, count: Int,
        _ scratch: Scratch
    ) {
        let users = profiles.count
        let mix = unsafe scratch.mix.base
        for user in 0..<users { unsafe mix[user] /= mass }
        let cell = unsafe mixes.split(mix)
        let sums = unsafe UnsafeMutableRawPointer(scratch.sums.base).assumingMemoryBound(to: SIMD4<Double>.self)
        for block in 0..<blocks { unsafe sums[block] = SIMD4<Double>(repeating: 0) }
        let table = unsafe UnsafeRawPointer(values.base).assumingMemoryBound(to: SIMD4<Double>.self)
        for corner in 0..<users {
            let weight = unsafe mix[corner] * mass
            guard weight > 0 else { continue }
            let row = unsafe table + mixes.place(cell: cell, corner: corner) &* self.combinations &* blocks
            for share in 0..<count {
                let entry = unsafe row + combinations[first &+ share] &* blocks
                let amount = unsafe weight * shares[share]
                for block in 0..<blocks { unsafe sums[block] += amount * entry[block] }
            }
        }
    }

    /// The belief of a point, normalised: the types of a mixture, each with its point of a combination.
    func belief(mix: Int, combination: Int, into belief: UnsafeMutablePointer<Double>) {
        let shares = mixes.point(mix)
        for (user, profile) in profiles.enumerated() {
            let point = profile.point(combination / strides[user] % profile.count)
            for (state, probability) in point.enumerated() {
                unsafe belief[1 + user * states + state] = shares[shares.startIndex + user] * probability
            }
        }
    }

    /// Replaces a belief by one share of its split, its types weighing what they weighed: a draw of what the bound reveals.
    func reveal(_ belief: UnsafeMutablePointer<Double>, at draw: Double, _ scratch: Scratch) {
        let count = unsafe split(belief, scratch)
        var (share, sum) = (0, unsafe scratch.shares.base[0])
        while share + 1 < count, draw >= sum {
            share += 1
            unsafe sum += scratch.shares.base[share]
        }
        for (user, profile) in profiles.enumerated() {
            let point = profile.point(scratch.combinations[share] / strides[user] % profile.count)
            for (state, probability) in point.enumerated() {
                unsafe belief[1 + user * states + state] = scratch.mix.base[user] * probability
            }
        }
    }
}

extension TypeBlindTurn {
    /// The state distribution of a type in a combination.
    func profile(of user: Int, in combination: Int) -> ArraySlice<Double> {
        profiles[user].point(combination / strides[user] % profiles[user].count)
    }
}
