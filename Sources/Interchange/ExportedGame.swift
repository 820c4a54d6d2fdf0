public import GameModel
public import InputErrors

/// A game on its way into another program's format, with what its payoffs are and where it came from.
public struct ExportedGame: Sendable {
    public let game: Game
    /// What rewards mean: payoff units, or 1 for a conversation that ends safely.
    public let goal: Objective.Goal
    /// The scenario's name.
    public let scenario: String
    /// SHA-256 of what defines the game.
    public let gameHash: String
    /// What the game was taken as besides what its scenario's file says: comments of the file, one a line.
    public let notes: [String]

    public init(game: Game, goal: Objective.Goal, scenario: String, gameHash: String, notes: [String] = []) {
        self.game = game
        self.goal = goal
        self.scenario = scenario
        self.gameHash = gameHash
        self.notes = notes
    }

    /// Receives a file line by line, each without its line feed.
    public typealias Lines = (_ line: String) throws -> Void

    /// What comments begin with.
    func heading(_ what: String) -> [String] {
        let measure =
            switch goal {
            case .payoff: "the expected payoff E[G], in payoff units"
            case .safeOutcomes: "the probability of a safe outcome"
            }
        return [
            "\(what) of the scenario \(SafeNames.line(scenario)), game hash \(gameHash)",
            "horizon \(game.horizon) turns, discount \(PositionalDecimal.text(game.discount)) per turn",
            "what is maximised: \(measure); constraints and KL weights of the scenario are not part of this file",
        ] + notes.map(SafeNames.line)
    }
}

/// Why a game cannot be written in a format: what was found, what was needed, and what to do instead.
public struct InterchangeError: InputProblem, Equatable {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension ExportedGame {
    /// What a response is worth at once to the goal, discounted to turn 1.
    func stage(turn: Int, user: Int, response: Int) -> Double {
        switch goal {
        case .payoff: game.discounts[turn - 1] * game.stagePayoff[user * game.responses.count + response]
        case .safeOutcomes: 0
        }
    }

    /// What an ending is worth to the goal, discounted to turn 1; a timeout is paid in turn T + 1.
    func ending(turn: Int, user: Int, outcome: Int) -> Double {
        switch goal {
        case .payoff: game.discounts[turn - 1] * game.outcomePayoff[user * game.outcomes.count + outcome]
        case .safeOutcomes: game.outcomes[outcome].isSafe ? 1 : 0
        }
    }

    /// P(the conversation ends in ω during the turn | h, a), without the timeout of the last turn.
    func endingProbabilities(turn: Int, hidden: Int, response: Int) -> ArraySlice<Double> {
        let (row, width) = (game.row(turn: turn, hidden: hidden, response: response), game.outcomes.count)
        return game.ending[row * width..<(row + 1) * width]
    }

    /// P(the conversation goes on with a shown reaction and a move | h, a), by the step and the shown reaction.
    func probability(turn: Int, hidden: Int, response: Int, step: Int, shown: Int) -> Double {
        let row = game.row(turn: turn, hidden: hidden, response: response)
        return game.advance[(row * 3 + step) * game.shownReactions.count + shown]
    }

    /// P(the conversation goes on | h, a).
    func goingOn(turn: Int, hidden: Int, response: Int) -> Double {
        let (row, width) = (game.row(turn: turn, hidden: hidden, response: response), 3 * game.shownReactions.count)
        return game.advance[row * width..<(row + 1) * width].reduce(0, +)
    }

    /// What the turn is worth on average, discounted to turn 1: the response, and the conversation's end if it comes.
    func expected(turn: Int, hidden: Int, response: Int) -> Double {
        let user = game.user(of: hidden)
        var value = stage(turn: turn, user: user, response: response)
        for (outcome, chance) in endingProbabilities(turn: turn, hidden: hidden, response: response).enumerated() {
            value += chance * ending(turn: turn, user: user, outcome: outcome)
        }
        guard turn == game.horizon else { return value }
        return value + goingOn(turn: turn, hidden: hidden, response: response)
            * ending(turn: turn + 1, user: user, outcome: game.timeout)
    }

    /// A user type and a state in words.
    func name(ofHidden hidden: Int) -> (user: String, state: String) {
        (game.users[game.user(of: hidden)], game.states[hidden % game.states.count])
    }
}
