/// Finds plans by their parts: hashes with the numbers of plans, open addressing with linear probing.
///
/// Takes 16 to 32 bytes a plan, where a dictionary would keep every plan's parts a second time.
struct PlanIndex {
    /// A power of two of places, at most half of them taken; the plan is −1 where there is none.
    private var places: [(hash: UInt32, plan: Int32)] = Array(repeating: (0, -1), count: 16)
    private var count = 0

    /// A hash of a plan's parts, the same in every process.
    static func hash(_ response: Int, _ successors: [Int32]) -> UInt32 {
        var hash = UInt64(truncatingIfNeeded: response) &+ 0x9E37_79B9_7F4A_7C15
        for successor in successors {
            hash = (hash ^ UInt64(UInt32(bitPattern: successor))) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
        }
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// The plan with this hash that is the one looked for.
    ///
    /// - Complexity: O(1) on average.
    func find(_ hash: UInt32, where isWanted: (Int) -> Bool) -> Int32? {
        var place = Int(hash) & (places.count - 1)
        while places[place].plan >= 0 {
            if places[place].hash == hash, isWanted(Int(places[place].plan)) { return places[place].plan }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// Adds a plan that is not there.
    mutating func insert(_ hash: UInt32, _ plan: Int32) {
        if 2 * (count + 1) > places.count {
            let old = places
            places = Array(repeating: (0, -1), count: 2 * old.count)
            for entry in old where entry.plan >= 0 { put(entry.hash, entry.plan) }
        }
        put(hash, plan)
        count += 1
    }

    private mutating func put(_ hash: UInt32, _ plan: Int32) {
        var place = Int(hash) & (places.count - 1)
        while places[place].plan >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = (hash, plan)
    }
}
