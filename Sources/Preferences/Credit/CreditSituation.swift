internal import GameModel
internal import Synchronization

/// All that is known and anticipated where the model has to answer: the same for every conversation that came there.
package final class CreditSituation: Sendable {
    /// The payoff of users of one type alone.
    package struct OfUser: Sendable {
        package let value: Double
        /// [|A|]
        package let responses: [Double]
        package let best: Int
    }

    /// t, from 1.
    package let turn: Int
    /// [|Θ|] and [|X|] the posterior.
    package let users: [Double]
    package let states: [Double]
    /// [measures] V: what the policy is worth here.
    package let values: [Double]
    /// [measures][|A|] Q: what it is worth after each response.
    package let responses: [[Double]]
    /// [|Θ|] the payoff for each type; nil for one that is excluded.
    package let byUser: [OfUser?]
    /// The response of the largest payoff here; the first of equals.
    package let best: Int
    /// The certain history that leads here: a cue, then responses and observations; nil where a label is uncertain.
    package let key: [Int]?
    let placement: Placement
    /// The situations that certain answers and observations lead to from here, by response · observations + observation.
    let followers = Followers()
    /// Texts that were made of it, by what they are about: a situation that many conversations come to is written once.
    private let texts = Mutex<[Int: [UInt8]]>([:])

    /// - Complexity: O((measures + |Θ|) · places · H · |A|).
    init(_ placement: Placement, key: [Int]?, _ measures: CreditMeasures) {
        (self.placement, self.key) = (placement, key)
        let (game, turn, places) = (measures.game, placement.turn, placement.places)
        self.turn = turn
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
        let worth = measures.measures.indices.map {
            measures.worth($0, turn: turn, places: places) { $0.probabilities }
        }
        values = worth.map(\.value)
        responses = worth.map(\.responses)
        best = Self.best(responses[CreditMeasures.payoff])
        byUser = game.users.indices.map { user in
            guard users[user] > 0 else { return nil }
            let own = measures.worth(CreditMeasures.payoff, turn: turn, places: places) { belief in
                belief.probabilities.enumerated().map { game.user(of: $0) == user ? $1 / users[user] : 0 }
            }
            return OfUser(value: own.value, responses: own.responses, best: Self.best(own.responses))
        }
    }

    static func best(_ values: [Double]) -> Int {
        values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }

    /// A text about the situation, made when it is first asked for.
    ///
    /// - Parameter key: says what the text is about.
    package func text(_ key: Int, _ make: () throws -> [UInt8]) rethrows -> [UInt8] {
        if let known = texts.withLock({ $0[key] }) { return known }
        let text = try make()
        texts.withLock { $0[key] = text }
        return text
    }
}

/// Situations by what leads to them from one place.
final class Followers: Sendable {
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
