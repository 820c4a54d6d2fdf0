internal import ExactEvaluation
internal import GameModel

/// Where a prompt stands in the game, as far as its labels tell.
struct Placement: Sendable, Equatable {
    /// A node of the policy's memory, with what is known there.
    struct Place: Sendable, Equatable {
        let nodes: NodeDistribution
        let belief: Belief
        /// Its probability; they sum to 1 up to rounding.
        let share: Double
        /// [H] E[what the answers so far earned; h], in payoff units, given that it stands here; empty where nobody asks.
        var earned: [Double] = []
    }

    /// t, from 1.
    let turn: Int
    let places: [Place]

    /// The same, as limits see it.
    var situations: [LimitRisks.Situation] {
        places.map { LimitRisks.Situation(share: $0.share, belief: $0.belief, turn: turn, nodes: $0.nodes) }
    }

    /// The places node by node once an answer with features of its own has been given, each with the exit that it takes from there.
    ///
    /// That a mixture of policies gave a response says which of them it follows; of features alone nothing is known but what was.
    ///
    /// - Parameter response: what the policy's memory takes the answer for; nil for features alone.
    /// - Returns: nil where the memory follows responses by name, and there is none.
    func places(after response: Int?, of policy: Policy, game: Game) -> [DeviationValues.Place]? {
        let branches = policy.memory.branches
        var exits = [Double](repeating: 0, count: branches)
        if branches == 1 || turn == game.horizon {
            exits[0] = 1
        } else {
            guard let response else { return nil }
            exits[response] = 1
        }
        return places.flatMap { place in
            (response.map { place.nodes.after($0, of: policy) } ?? place.nodes).entries.map {
                DeviationValues.Place(
                    node: $0.node, share: place.share * $0.probability, belief: place.belief, exits: exits)
            }
        }
    }

    /// The posterior over user types.
    func users(in game: Game) -> [Double] {
        var users = game.users.map { _ in 0.0 }
        for place in places {
            for (user, posterior) in place.belief.users(in: game).enumerated() {
                users[user] += place.share * posterior
            }
        }
        return users
    }
}

/// What labels say of a user's message: likelihoods, not classes.
///
/// A labeller's distribution over names is used as the likelihood ratio of the names: it is what a judge would say that finds all names
/// equally frequent beforehand.
struct MessageEvidence: Sendable, Equatable {
    /// [|C|]; nil where nothing is known of the cue.
    var cue: [Double]?
    /// [|M|] by reaction of the game, those that can be told by reading; nil where nothing is known.
    var reaction: [Double]?
    /// Whether there is a label whose labeller abstained, which was left out.
    var isAbstained = false
}

/// What an answer of the history may have been, and how probable each possibility is.
struct AnswerEvidence: Sendable {
    /// One of them.
    struct Possibility: Sendable {
        let share: Double
        /// The response that the policy's memory takes it for; nil where features stand for themselves.
        let response: Int?
        /// Features of its own, as drawn from their label, each draw as probable as the others; nil where it is the response.
        let draws: [FeaturedAnswer]?
    }

    let possibilities: [Possibility]
}
