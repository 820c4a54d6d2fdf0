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
    /// All numbers one behind another, since there are many situations of few numbers each: [|Θ|] and [|X|] the posterior, [measures, 1 + |A|]
    /// V and Q, what the policy is worth here and after each response, and [|Θ|, 1 + |A|] V and Q of the payoff for each type, then
    /// [|Θ|] what the answers before earned of each; zeros for a type that is excluded.
    private let numbers: [Double]
    private let counts: (users: Int, states: Int, measures: Int, responses: Int)
    /// The response of the largest payoff here; the first of equals.
    package let best: Int
    /// The certain history that leads here: a cue, then responses and observations; nil where a label is uncertain.
    package let key: [Int]?
    /// Whether other conversations that come here are given this very object.
    private let isShared: Bool
    let placement: Placement
    /// The situations that certain answers and observations lead to from here, by response · observations + observation.
    let followers = Followers()
    private let given = Atomic<Int>(0)
    /// Texts that were made of it, with what they are about: a situation that many conversations come to is written once.
    private let texts = Mutex<[(about: Int, text: [UInt8])]>([])

    /// - Parameter isShared: whether other conversations that come here are given this very object.
    /// - Complexity: O((measures + |Θ|) · places · H · |A|).
    init(_ placement: Placement, key: [Int]?, _ measures: CreditMeasures, isShared: Bool = false) {
        (self.placement, self.key, self.isShared) = (placement, key, isShared)
        let (game, turn, places) = (measures.game, placement.turn, placement.places)
        self.turn = turn
        let counts = (
            users: game.users.count, states: game.states.count, measures: measures.measures.count,
            responses: game.responses.count
        )
        let posterior = counts.users + counts.states
        var numbers = [Double](repeating: 0, count: posterior)
        numbers.reserveCapacity(posterior + (counts.measures + counts.users) * (1 + counts.responses) + counts.users)
        for place in places {
            for (hidden, mass) in place.belief.probabilities.enumerated() {
                numbers[game.user(of: hidden)] += place.share * mass
                numbers[counts.users + hidden % counts.states] += place.share * mass
            }
        }
        let standing = measures.standing(turn: turn, places)
        var weights = places.map(\.belief.probabilities)
        for measure in measures.measures { standing.append(measure.values, of: weights, to: &numbers) }
        for user in 0..<counts.users {
            guard numbers[user] > 0 else {
                numbers += repeatElement(0, count: 1 + counts.responses)
                continue
            }
            for (index, place) in places.enumerated() {
                for (hidden, mass) in place.belief.probabilities.enumerated() {
                    weights[index][hidden] = game.user(of: hidden) == user ? mass / numbers[user] : 0
                }
            }
            standing.append(measures.measures[CreditMeasures.payoff].values, of: weights, to: &numbers)
        }
        let end = numbers.count
        numbers += repeatElement(0, count: counts.users)
        for place in places {
            for (hidden, amount) in place.earned.enumerated() {
                numbers[end + game.user(of: hidden)] += place.share * amount
            }
        }
        for user in 0..<counts.users where numbers[user] > 0 { numbers[end + user] /= numbers[user] }
        (self.numbers, self.counts) = (numbers, counts)
        let start = posterior + CreditMeasures.payoff * (1 + counts.responses) + 1
        best = Self.best(numbers[start..<start + counts.responses])
    }

    /// The first of the largest.
    static func best(_ values: some RandomAccessCollection<Double>) -> Int {
        var (best, largest) = (0, -Double.infinity)
        for (index, value) in values.enumerated() where value > largest { (best, largest) = (index, value) }
        return best
    }

    /// P(θ) and P(x), the posterior, by index.
    package func user(_ user: Int) -> Double { numbers[user] }
    package func state(_ state: Int) -> Double { numbers[counts.users + state] }

    /// What the answers before it earned if the user is of a type, in payoff units of the whole conversation: exactly where labels are
    /// certain, else the mean over what they may have been.
    func earned(_ user: Int) -> Double { numbers[place(counts.measures + counts.users) + user] }

    /// [|Θ|] and [|X|] the posterior.
    package var users: [Double] { Array(numbers[..<counts.users]) }
    package var states: [Double] { Array(numbers[counts.users..<counts.users + counts.states]) }

    /// Where V by a measure stands; Q of the responses follow.
    private func place(_ measure: Int) -> Int { counts.users + counts.states + measure * (1 + counts.responses) }

    /// V: what the policy is worth here by a measure.
    package func value(_ measure: Int) -> Double { numbers[place(measure)] }

    /// [measures] V.
    package var values: [Double] { (0..<counts.measures).map { value($0) } }

    /// [|A|] Q by a measure.
    package func responses(_ measure: Int) -> [Double] {
        Array(numbers[place(measure) + 1..<place(measure) + 1 + counts.responses])
    }

    /// Q of a response by a measure.
    package func value(_ measure: Int, after response: Int) -> Double { numbers[place(measure) + 1 + response] }

    /// [measures] Q of a response.
    package func values(after response: Int) -> [Double] {
        (0..<counts.measures).map { value($0, after: response) }
    }

    /// The payoff for users of a type; nil where it is excluded.
    func ofUser(_ user: Int) -> OfUser? {
        guard numbers[user] > 0 else { return nil }
        let start = place(counts.measures + user)
        return OfUser(value: numbers[start], responses: numbers[start + 1..<start + 1 + counts.responses])
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
        guard isShared else { return nil }
        return texts.withLock { texts in texts.first { $0.about == about }?.text }
    }

    /// Remembers a text about the situation, unless there is one already; of a situation that other conversations do not share, none.
    package func remember(_ text: @autoclosure () -> [UInt8], _ about: Int) {
        guard isShared else { return }
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
