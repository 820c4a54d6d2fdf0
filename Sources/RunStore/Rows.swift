/// One conversation.
public struct EpisodeRow: Sendable, Equatable {
    /// From 0, unique in the run.
    public var episode: Int64
    /// Code of the user type.
    public var user: Int
    /// Code of the outcome.
    public var outcome: Int
    /// Length in turns.
    public var turns: Int
    /// Payoff units.
    public var payoff: Double

    @inlinable
    public init(episode: Int64, user: Int, outcome: Int, turns: Int, payoff: Double) {
        self.episode = episode
        self.user = user
        self.outcome = outcome
        self.turns = turns
        self.payoff = payoff
    }
}

/// One turn of a conversation: a message is answered, and the user reacts.
public struct TurnRow: Sendable, Equatable {
    public var episode: Int64
    /// From 1.
    public var turn: Int
    /// Code of the user's state before the reaction.
    public var state: Int
    /// Code of the cue of the message that is answered.
    public var cue: Int
    /// Code of the response.
    public var response: Int
    /// Code of the reaction.
    public var reaction: Int

    @inlinable
    public init(episode: Int64, turn: Int, state: Int, cue: Int, response: Int, reaction: Int) {
        self.episode = episode
        self.turn = turn
        self.state = state
        self.cue = cue
        self.response = response
        self.reaction = reaction
    }
}

/// One row of a preference data set; the texts are in the exported files.
public struct PairRow: Sendable, Equatable {
    public var promptID: String
    public var pairID: String
    /// Code of the chosen response.
    public var chosenResponse: Int
    /// Code of the rejected response.
    public var rejectedResponse: Int
    /// Probability that the chosen response is preferred.
    public var pChosen: Double
    /// Q of the chosen response, payoff units.
    public var scoreChosen: Double
    /// Q of the rejected response, payoff units.
    public var scoreRejected: Double
    /// `quota`, `soft`, `sampled` or `hard`.
    public var labelMode: String
    /// `train` or `test`.
    public var split: String
    /// β of DPO.
    public var beta: Double
    /// τ of the soft game, payoff units.
    public var tau: Double

    public init(
        promptID: String, pairID: String, chosenResponse: Int, rejectedResponse: Int, pChosen: Double,
        scoreChosen: Double, scoreRejected: Double, labelMode: String, split: String, beta: Double, tau: Double
    ) {
        self.promptID = promptID
        self.pairID = pairID
        self.chosenResponse = chosenResponse
        self.rejectedResponse = rejectedResponse
        self.pChosen = pChosen
        self.scoreChosen = scoreChosen
        self.scoreRejected = scoreRejected
        self.labelMode = labelMode
        self.split = split
        self.beta = beta
        self.tau = tau
    }
}

/// The rows of one or more finished blocks. About 10⁴ to 10⁵ rows at a time are stored fastest.
public struct RowBatch: Sendable, Equatable {
    public var episodes: [EpisodeRow]
    public var turns: [TurnRow]
    public var pairs: [PairRow]
    public var suiteItems: [SuiteItemRow]

    public init(
        episodes: [EpisodeRow] = [], turns: [TurnRow] = [], pairs: [PairRow] = [], suiteItems: [SuiteItemRow] = []
    ) {
        self.episodes = episodes
        self.turns = turns
        self.pairs = pairs
        self.suiteItems = suiteItems
    }
}
