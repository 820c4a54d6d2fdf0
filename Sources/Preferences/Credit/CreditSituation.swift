internal import GameModel
internal import Synchronization

/// All that is known and anticipated where the model has to answer: the same for every conversation that came there.
package final class CreditSituation: Sendable {
    /// The payoff of users of one type alone.
    struct OfUser {
        let value: Double
        fileprivate let responses: ArraySlice<Double>

        /// Q after a response.
        subscript(response: Int) -> Double { responses[responses.startIndex + response] }

        var best: Int { CreditSituation.best(responses) }
    }

    /// t, from 1.
    package let turn: Int
    /// [|Θ|] and [|X|] the posterior.
    package let users: [Double]
    package let states: [Double]
    /// [measures] V: what the policy is worth here.
    package let values: [Double]
    /// [measures, |A|] Q: what it is worth after each response.
    private let worth: [Double]
    /// [|Θ|, 1 + |A|] V and Q of the payoff for each type; zeros for one that is excluded.
    private let worthByUser: [Double]
    private let responseCount: Int
    /// The response of the largest payoff here; the first of equals.
    package let best: Int
    /// The certain history that leads here: a cue, then responses and observations; nil where a label is uncertain.
    package let key: [Int]?
    let placement: Placement
    /// The situations that certain answers and observations lead to from here, by response · observations + observation.
    let followers = Followers()
    private let given = Atomic<Int>(0)
    /// Texts that were made of it, with what they are about: a situation that many conversations come to is written once.
    private let texts = Mutex<[(about: Int, text: [UInt8])]>([])

    /// - Complexity: O((measures + |Θ|) · places · H · |A|).
    init(_ placement: Placement, key: [Int]?, _ measures: CreditMeasures) {
        (self.placement, self.key) = (placement, key)
        let (game, turn, places) = (measures.game, placement.turn, placement.places)
        self.turn = turn
        responseCount = game.responses.count
        var joint = [Double](repeating: 0, count: game.hiddenCount)
        for place in places {
            for (hidden, mass) in place.belief.probabilities.enumerated() { joint[hidden] += place.share * mass }
        }
        var (users, states) = (game.users.map { _ in 0.0 }, game.states.map { _ in 0.0 })
        for (hidden, mass) in joint.enumerated() {
            users[game.user(of: hidden)] += mass
            states[hidden % game.states.count] += mass
        }
        (self.users, self.states) = (users, states)
        let standing = measures.standing(turn: turn, places)
        let beliefs = places.map(\.belief.probabilities)
        var (values, worth, worthByUser) = ([Double](), [Double](), [Double]())
        worth.reserveCapacity(measures.measures.count * responseCount)
        for measure in measures.measures { values.append(standing.worth(measure.values, of: beliefs, to: &worth)) }
        worthByUser.reserveCapacity(users.count * (1 + responseCount))
        for user in users.indices {
            let place = worthByUser.count
            worthByUser.append(0)
            guard users[user] > 0 else {
                worthByUser += repeatElement(0, count: responseCount)
                continue
            }
            let own = beliefs.map { belief in
                belief.enumerated().map { game.user(of: $0) == user ? $1 / users[user] : 0 }
            }
            worthByUser[place] = standing.worth(
                measures.measures[CreditMeasures.payoff].values, of: own, to: &worthByUser)
        }
        (self.values, self.worth, self.worthByUser) = (values, worth, worthByUser)
        best = Self.best(worth[..<responseCount])
    }

    /// The first of the largest.
    static func best(_ values: some RandomAccessCollection<Double>) -> Int {
        var (best, largest) = (0, -Double.infinity)
        for (index, value) in values.enumerated() where value > largest { (best, largest) = (index, value) }
        return best
    }

    /// [|A|] Q by a measure.
    package func responses(_ measure: Int) -> [Double] {
        Array(worth[measure * responseCount..<(measure + 1) * responseCount])
    }

    /// Q of a response by a measure.
    package func value(_ measure: Int, after response: Int) -> Double { worth[measure * responseCount + response] }

    /// [measures] Q of a response.
    package func values(after response: Int) -> [Double] { values.indices.map { value($0, after: response) } }

    /// The payoff for users of a type; nil where it is excluded.
    func ofUser(_ user: Int) -> OfUser? {
        guard users[user] > 0 else { return nil }
        let start = user * (1 + responseCount)
        return OfUser(
            value: worthByUser[start], responses: worthByUser[start + 1..<start + 1 + responseCount])
    }

    /// Its number in the tables of whoever writes it; 0 as long as it was given none.
    package var number: Int {
        get { given.load(ordering: .relaxed) }
        set { given.store(newValue, ordering: .relaxed) }
    }

    /// A text about the situation that was remembered; nil where none is.
    ///
    /// - Parameter about: says what the text is about.
    package func text(_ about: Int) -> [UInt8]? {
        texts.withLock { texts in texts.first { $0.about == about }?.text }
    }

    /// Remembers a text about the situation, unless there is one already; of a situation that no other conversation comes to, none.
    package func remember(_ text: @autoclosure () -> [UInt8], _ about: Int) {
        guard key != nil else { return }
        let text = text()
        texts.withLock { texts in
            if !texts.contains(where: { $0.about == about }) { texts.append((about, text)) }
        }
    }
}

/// Situations by what leads to them from one place.
struct Followers: ~Copyable, Sendable {
    private let known = Mutex<[Int: CreditSituation]>([:])

    /// The one that a code leads to; nil where none is remembered.
    subscript(code: Int) -> CreditSituation? { known.withLock { $0[code] } }

    /// Remembers a situation, unless another thread was faster.
    ///
    /// - Returns: what is remembered, and whether it is the given one.
    func keep(_ situation: CreditSituation, code: Int) -> (kept: CreditSituation, isNew: Bool) {
        known.withLock { known in
            if let first = known[code] { return (first, false) }
            known[code] = situation
            return (situation, true)
        }
    }
}
