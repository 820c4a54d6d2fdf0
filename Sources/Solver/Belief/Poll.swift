internal import GameModel

/// When to ask whether to stop: seldom enough to cost nothing, and often enough for the answer to be heeded in some milliseconds.
///
/// What lies between two questions is counted in pieces of work, since a belief of one game takes a thousand times as long as one
/// of another.
struct Poll {
    private let interval: Int
    private var left: Int

    /// Multiplications between two questions: some milliseconds.
    private static let work = 1e7

    /// - Parameters:
    ///   - responses: how many responses a piece of work bounds, all their observations included.
    ///   - most: the most pieces between two questions.
    init(_ tables: BeliefTables, every responses: Int, most: Int = 4096) {
        let hidden = Double(tables.hidden)
        let perObservation = hidden * Double(3 + tables.width / 4 + tables.game.users.count / 2 + 1)
        let piece = Double(responses * tables.observations) * perObservation
        interval = max(1, Int(min(Double(most), Self.work / piece)))
        left = interval
    }

    /// Whether it is time to ask; to be called once per piece of work.
    var isDue: Bool {
        mutating get {
            left &-= 1
            guard left <= 0 else { return false }
            left = interval
            return true
        }
    }
}
