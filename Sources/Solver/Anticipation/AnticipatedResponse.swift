internal import GameModel
internal import NumericalMethods

/// One response at a direction of a turn: what is fixed, and what depends on what users are made to expect of the next turn.
///
/// An expectation y = E[U_{t+1}] belongs to a hidden state whose user looks ahead and a reaction of it that goes on.
struct AnticipatedResponse {
    /// One expectation.
    struct Expectation {
        let watcher: Int
        let shown: Int
        /// The hidden states that may follow, with their probabilities.
        let moves: [(hidden: Int, share: Double)]
        /// The range that no policy leaves.
        let low: Double
        let high: Double
    }

    /// One hidden state whose user looks ahead.
    struct Watcher {
        let belief: Double
        let price: Double
        let weight: Double
        let rationality: Double
        /// The utilities of the reactions that the user has.
        var utility: [Double] = []
        /// Per reaction the place of its expectation, or −1 for one that ends.
        var expectation: [Int] = []
        /// Per reaction what its end is worth; 0 for one that goes on.
        var ending: [Double] = []
    }

    let response: Int
    /// What does not depend on any expectation, endings of users who do not look ahead included.
    private(set) var fixed = 0.0
    /// [S, C, H] what goes on, of users who do not look ahead.
    private(set) var flow: [Double]
    private(set) var expectations: [Expectation] = []
    private(set) var watchers: [Watcher] = []

    init(_ frame: PromiseFrame, turn: Int, _ direction: PromiseDirection, response: Int) {
        self.response = response
        let game = frame.game
        flow = [Double](repeating: 0, count: game.shownReactions.count * game.cues.count * game.hiddenCount)
        for hidden in 0..<game.hiddenCount {
            let (belief, place) = (direction.belief[hidden], frame.place[hidden])
            if place >= 0 {
                guard belief > 0 || direction.price[place] != 0 else { continue }
                fixed += belief * frame.rewards.stage(hidden: hidden, response: response, turn: turn)
                watch(frame, turn: turn, hidden: hidden, belief: belief, price: direction.price[place])
            } else if belief > 0 {
                fixed += belief * frame.rewards.turn(hidden: hidden, response: response, turn: turn)
                advance(frame, turn: turn, hidden: hidden, belief: belief)
            }
        }
    }

    /// What a user who does not look ahead leads to.
    private mutating func advance(_ frame: PromiseFrame, turn: Int, hidden: Int, belief: Double) {
        let (game, shownCount) = (frame.game, frame.game.shownReactions.count)
        let row = game.row(turn: turn, hidden: hidden, response: response)
        for step in game.moves(from: hidden % game.states.count) {
            for shown in 0..<shownCount {
                let joint = belief * game.advance[(row * 3 + step) * shownCount + shown]
                Self.add(joint, to: &flow, hidden: hidden + step - 1, shown: shown, game)
            }
        }
    }

    /// Adds a joint probability of going on to the beliefs after each cue.
    static func add(_ joint: Double, to flow: inout [Double], hidden: Int, shown: Int, _ game: Game) {
        guard joint != 0 else { return }
        for cue in game.cues.indices {
            flow[(shown * game.cues.count + cue) * game.hiddenCount + hidden] +=
                joint * game.cue[hidden * game.cues.count + cue]
        }
    }

    private mutating func watch(_ frame: PromiseFrame, turn: Int, hidden: Int, belief: Double, price: Double) {
        let (game, user) = (frame.game, frame.game.user(of: hidden))
        var watcher = Watcher(
            belief: belief, price: price, weight: frame.foresight.weight[user],
            rationality: frame.foresight.rationality[user])
        let source = game.row(turn: turn, hidden: hidden, response: response) * game.reactions.count
        let (low, high) = (frame.layers[turn].low, frame.layers[turn].high)
        for reaction in game.reactions.indices {
            let utility = frame.foresight.utility[source + reaction]
            guard utility > -.infinity else { continue }
            watcher.utility.append(utility)
            let rank = frame.rank[reaction]
            guard rank >= 0 else {
                watcher.expectation.append(-1)
                watcher.ending.append(frame.rewards.ending(hidden: hidden, outcome: -1 - rank, turn: turn))
                continue
            }
            let first = ((hidden * game.responses.count + response) * game.reactions.count + reaction) * 3
            let moves = game.moves(from: hidden % game.states.count).compactMap { step in
                game.move[first + step] > 0 ? (hidden: hidden + step - 1, share: game.move[first + step]) : nil
            }
            watcher.expectation.append(expectations.count)
            watcher.ending.append(0)
            expectations.append(
                Expectation(
                    watcher: watchers.count, shown: rank, moves: moves,
                    low: moves.reduce(0) { $0 + $1.share * low[$1.hidden] },
                    high: moves.reduce(0) { $0 + $1.share * high[$1.hidden] }))
        }
        watchers.append(watcher)
    }
}
