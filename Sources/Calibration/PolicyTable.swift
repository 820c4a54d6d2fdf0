/// How often a model gave each response, by band of turns, cue and its own last response: π̂(a | t, c, a'), with errors.
///
/// Shares of counts, which are the maximum of the likelihood Σ w log π(a | cell). Their errors are √(p (1 − p) / n), and clustered
/// ones √(Σ_g (Σ_{i∈g} w_i (y_i − p))²) / n · √(G / (G − 1)) over the conversations g of a cell, since a model repeats itself within one.
///
/// Source: Liang & Zeger 1986, Biometrika 73 (doi:10.1093/biomet/73.1.13), the sandwich with independent working correlation.
public struct PolicyTable: Sendable, Equatable {
    /// What the cells are told apart by.
    public struct Conditions: Sendable, Equatable {
        /// First turns of the bands after the first, rising; empty for one band.
        public var bands: [Int]
        /// Index of the factor whose levels are cues; nil for no cue.
        public var cue: Int?
        /// Whether the last response matters.
        public var usesResponse: Bool

        public init(bands: [Int] = [], cue: Int? = nil, usesResponse: Bool = false) {
            (self.bands, self.cue, self.usesResponse) = (bands, cue, usesResponse)
        }
    }

    /// One situation with the responses that were given in it.
    public struct Cell: Sendable, Equatable {
        /// Index of the band of turns; nil where there is one.
        public let band: Int?
        /// Index of the cue's level; nil where cues do not matter.
        public let cue: Int?
        /// Index of the last response; nil where it does not matter, and in first turns.
        public let after: Int?
        /// n, the weight of the turns.
        public let weight: Double
        public let conversations: Int
        /// [|A|] shares, which sum to 1.
        public let shares: [Double]
        /// [|A|] √(p (1 − p) / n).
        public let standardErrors: [Double]
        /// [|A|] clustered by conversation; nil where there is one.
        public let clusteredErrors: [Double]?
    }

    /// In the order of bands, cues and responses; first turns after the others of their band. Situations never met have no cell.
    public let cells: [Cell]
    /// All situations together.
    public let overall: Cell
    /// Weight of turns that were not used: the response, the cue or the turn before was not observed.
    public let leftOut: Double

    /// - Parameter data: whose turns of a conversation follow one another.
    /// - Throws: ``CalibrationError`` if no turn says what was given.
    /// - Complexity: O(turns log turns).
    public init(_ data: ObservedTransitions, by conditions: Conditions) throws(CalibrationError) {
        var (turns, left): ([Key: [Turn]], Double) = ([:], 0)
        for index in data.transitions.indices {
            let transition = data.transitions[index]
            guard let key = Key(data, index, conditions), let response = transition.response else {
                left += transition.weight
                continue
            }
            turns[key, default: []].append(
                Turn(conversation: transition.conversation, response: response, weight: transition.weight))
        }
        guard !turns.isEmpty else {
            throw CalibrationError("response", "was observed in no turn; a policy is fitted to responses")
        }
        leftOut = left
        let width = data.responses.count
        let keys = turns.keys.sorted()
        cells = keys.map { Cell($0, turns[$0] ?? [], width: width, conditions) }
        overall = Cell(nil, keys.flatMap { turns[$0] ?? [] }, width: width, conditions)
    }
}

/// A turn in which something was given.
private struct Turn {
    let conversation: Int
    let response: Int
    let weight: Double
}

/// A situation.
private struct Key: Hashable, Comparable {
    let band: Int
    let cue: Int
    /// The number of responses' end for first turns, so that they stand last.
    let after: Int

    /// - Returns: nil where something that matters was not observed.
    init?(_ data: ObservedTransitions, _ index: Int, _ conditions: PolicyTable.Conditions) {
        let transition = data.transitions[index]
        band = conditions.bands.count { transition.turn >= $0 }
        if let factor = conditions.cue {
            guard transition.levels[factor] >= 0 else { return nil }
            cue = transition.levels[factor]
        } else {
            cue = -1
        }
        guard conditions.usesResponse, transition.turn > 1 else {
            after = conditions.usesResponse ? Int.max : -1
            return
        }
        guard index > 0 else { return nil }
        let before = data.transitions[index - 1]
        guard before.conversation == transition.conversation, before.turn == transition.turn - 1,
            let response = before.response
        else { return nil }
        after = response
    }

    static func < (one: Key, other: Key) -> Bool {
        (one.band, one.cue, one.after) < (other.band, other.cue, other.after)
    }
}

extension PolicyTable.Cell {
    fileprivate init(_ key: Key?, _ turns: [Turn], width: Int, _ conditions: PolicyTable.Conditions) {
        band = conditions.bands.isEmpty ? nil : key?.band
        cue = key.flatMap { $0.cue >= 0 ? $0.cue : nil }
        after = key.flatMap { $0.after >= 0 && $0.after < width ? $0.after : nil }
        let n = turns.reduce(0) { $0 + $1.weight }
        var counts = [Double](repeating: 0, count: width)
        for turn in turns { counts[turn.response] += turn.weight }
        let shares = counts.map { $0 / n }
        // [conversations][|A|] Σ w (y − p), in the order in which conversations come.
        var (scores, places): ([[Double]], [Int: Int]) = ([], [:])
        for turn in turns {
            let place = places[turn.conversation] ?? scores.count
            if place == scores.count {
                places[turn.conversation] = place
                scores.append([Double](repeating: 0, count: width))
            }
            for response in 0..<width {
                scores[place][response] +=
                    turn.weight * ((response == turn.response ? 1 : 0) - shares[response])
            }
        }
        (weight, conversations, self.shares) = (n, scores.count, shares)
        standardErrors = shares.map { ($0 * (1 - $0) / n).squareRoot() }
        guard scores.count > 1 else {
            clusteredErrors = nil
            return
        }
        let factor = Double(scores.count) / Double(scores.count - 1)
        clusteredErrors = (0..<width).map { response in
            (factor * scores.reduce(0) { $0 + $1[response] * $1[response] }).squareRoot() / n
        }
    }
}
