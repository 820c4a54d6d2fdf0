package import GameModel

/// One client's open environment: a conversation that somebody else's program leads, answer by answer.
package struct Session: Sendable {
    /// What a turn is rewarded with.
    package enum Reward: String, Sendable, CaseIterable {
        /// What a turn adds to the payoff, discounted: the sum is the payoff.
        case payoff
        /// The same, and what it adds to the value of the posterior under a policy: the sum is the payoff less the policy's value.
        case shaped
    }

    package internal(set) var conversation: OpenConversation
    /// How it ended; nil where it goes on.
    package internal(set) var outcome: Int?
    /// Φ of what is known now, in payoff units; 0 where rewards are not shaped, and after the end.
    var potential = 0.0
    /// The sum of the rewards so far.
    package internal(set) var total = 0.0

    /// What is known, by (type, state); nil where it is not followed.
    package var belief: Belief? { conversation.knowledge?.belief }

    /// G so far, in payoff units.
    package var payoff: Double { conversation.gain }

    /// The user's last message.
    package var message: Message? { conversation.messages.last }
}

/// What a client says in a turn.
package enum SessionAction: Sendable, Equatable {
    /// A response of the scenario.
    case response(Int)
    /// [|A|] on the simplex: the response is drawn, as `simulate` draws it.
    case strategy([Double])
    /// [K] in [0, 1]: an answer that users react to by its features alone.
    case features([Double])
    /// An answer in words, which a labeller reads.
    case text(String)
}

/// A turn, or an opening, as it is reported.
package struct SessionStep: Sendable {
    package let session: Session
    package let reward: Double
    /// What the answer was to the game; nil for an opening.
    package let meaning: AnswerMeaning?
    /// What the user did, by its index in the game; nil for an opening.
    package let reaction: Int?
}

/// Why a request of a client was not carried out; the session stays as it was.
package struct SessionFault: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The request says nothing that could be done.
        case badRequest = "bad_request"
        case unknownSession = "unknown_session"
        /// The conversation is over.
        case finished
        /// What is hidden is shown, and chosen, only where that was allowed.
        case needsReveal = "needs_reveal"
        /// Nothing says what a text is.
        case noLabel = "no_label"
        /// The game has no answer to it.
        case cannot
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) { (self.code, self.description) = (code, description) }
}
