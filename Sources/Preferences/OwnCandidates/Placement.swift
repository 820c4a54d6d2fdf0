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
