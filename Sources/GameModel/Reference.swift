/// π_ref(a | t, c, a'): what the model does today, by the turn, the cue of the message that it answers, and what it said last.
///
/// A table of rows, of which the first that matches holds, and a strategy for everything else. A table whose rows all say the same is
/// constant, and is the same value as one without rows.
///
/// ```swift
/// let today = Reference(rows: [.init(turns: 1...5, after: refuse, strategy: [0.8, 0.2])], otherwise: [0.5, 0.5])
/// today.strategy(turn: 2, cue: 0, after: refuse)      // [0.8, 0.2]
/// ```
public struct Reference: Sendable, Equatable, CustomStringConvertible {
    /// One row; what it leaves out may be anything.
    public struct Row: Sendable, Equatable {
        public var turns: ClosedRange<Int>?
        /// Index of the cue of the message that is answered.
        public var cue: Int?
        /// Index of the model's last response. A first turn has none, so that no row that names one holds there.
        public var after: Int?
        /// [|A|], on the simplex.
        public var strategy: [Double]

        public init(turns: ClosedRange<Int>? = nil, cue: Int? = nil, after: Int? = nil, strategy: [Double]) {
            (self.turns, self.cue, self.after, self.strategy) = (turns, cue, after, strategy)
        }

        func holds(turn: Int, cue: Int, after: Int?) -> Bool {
            turns?.contains(turn) != false && (self.cue == nil || self.cue == cue)
                && (self.after == nil || self.after == after)
        }
    }

    /// Empty where the reference is constant.
    public private(set) var rows: [Row]
    /// [|A|] the strategy where no row holds.
    public private(set) var otherwise: [Double]

    /// The same strategy always.
    public init(_ strategy: [Double]) { (rows, otherwise) = ([], strategy) }

    public init(rows: [Row], otherwise: [Double]) {
        self.otherwise = otherwise
        self.rows = rows.allSatisfy { $0.strategy == otherwise } ? [] : rows
    }

    /// Whether it says the same in every situation.
    public var isConstant: Bool { rows.isEmpty }

    /// Its one strategy; nil where it drifts.
    public var constant: [Double]? { isConstant ? otherwise : nil }

    /// |A|.
    public var count: Int { otherwise.count }

    /// The strategies of the rows, and the one for everything else last.
    public var strategies: [[Double]] { rows.map(\.strategy) + [otherwise] }

    /// Which of ``strategies`` holds in a situation.
    ///
    /// - Parameters:
    ///   - turn: t, from 1.
    ///   - cue: index of the cue of the message that is answered.
    ///   - after: index of the model's last response; nil in the first turn.
    public func row(turn: Int, cue: Int, after: Int?) -> Int {
        rows.firstIndex { $0.holds(turn: turn, cue: cue, after: after) } ?? rows.count
    }

    /// π_ref(· | t, c, a').
    public func strategy(turn: Int, cue: Int, after: Int?) -> [Double] {
        let row = row(turn: turn, cue: cue, after: after)
        return row < rows.count ? rows[row].strategy : otherwise
    }

    /// Whether some row asks what the model said last.
    public var asksForResponse: Bool { rows.contains { $0.after != nil } }

    /// The responses that some strategy gives, ascending.
    public var support: [Int] { otherwise.indices.filter { index in strategies.contains { $0[index] > 0 } } }

    /// Whether all strategies give the same responses.
    public var hasOneSupport: Bool {
        strategies.allSatisfy { row in support.allSatisfy { row[$0] > 0 } }
    }

    /// The least probability of a response that is given at all; 1 where there is none.
    public var least: Double { strategies.joined().filter { $0 > 0 }.min() ?? 1 }

    /// The same with one strategy replaced.
    public func replacing(row: Int, with strategy: [Double]) -> Reference {
        var changed = self
        if row < rows.count { changed.rows[row].strategy = strategy } else { changed.otherwise = strategy }
        return changed
    }

    /// The same with responses added that are never given.
    public func widened(by count: Int) -> Reference {
        let more = [Double](repeating: 0, count: count)
        var wider = self
        for index in wider.rows.indices { wider.rows[index].strategy += more }
        wider.otherwise += more
        return wider
    }

    /// A constant one is written as its strategy.
    public var description: String {
        guard !isConstant else { return "\(otherwise)" }
        let list = rows.map { row in
            let turns = row.turns.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "*"
            return "\(turns) \(row.cue.map(String.init) ?? "*") \(row.after.map(String.init) ?? "*") \(row.strategy)"
        }
        return (list + ["otherwise \(otherwise)"]).joined(separator: "; ")
    }
}
