internal import GameModel

/// Writes the nodes of a game tree in depth-first order.
struct TreeWriter {
    /// What the model knows at a node: the information set before, its response there, and what it saw then.
    private struct Seen: Hashable {
        var parent: Int
        var response: Int
        var observation: Int
    }

    /// A node on the way: where the conversation is, and what everyone has received since the last outcome.
    private struct Place {
        var turn: Int
        var hidden: Int
        /// The number of the model's information set.
        var known: Int
        var payoffs: [Double]
    }

    private let tree: GameTree
    private var source: ExportedGame { tree.source }
    private var game: Game { tree.source.game }
    private let nothing: [Double]
    private let responses: String
    private var knowledge: [Seen: Int] = [:]
    /// Names of the model's information sets: what was seen and said.
    private var names: [String] = []
    private var chanceNodes = 0
    private var outcomes = 0
    /// Information sets so far, per player.
    private var counts: [Int]

    init(_ tree: GameTree) {
        self.tree = tree
        nothing = [Double](repeating: 0, count: tree.players.count)
        counts = [Int](repeating: 0, count: tree.players.count)
        responses = tree.source.game.responses.map { SafeNames.quoted($0.name) }.joined(separator: " ")
    }

    mutating func writeRoot(_ line: ExportedGame.Lines) throws {
        var openings: [(hidden: Int, cue: Int)] = []
        for hidden in 0..<game.hiddenCount {
            for cue in game.cues.indices where source.openingChance(hidden: hidden, cue: cue) > 0 {
                openings.append((hidden, cue))
            }
        }
        let labels = openings.map { opening in
            let name = source.name(ofHidden: opening.hidden)
            return "\(name.user) \(name.state) \(game.cues[opening.cue])"
        }
        let chances = openings.map { source.openingChance(hidden: $0.hidden, cue: $0.cue) }
        try writeChance("opening", labels, chances, outcome: "0", line)
        for opening in openings {
            let known = set(Seen(parent: -1, response: -1, observation: opening.cue))
            try writeTurn(Place(turn: 1, hidden: opening.hidden, known: known, payoffs: nothing), line)
        }
    }

    /// The number of the model's information set, from 1 in the order of first meeting.
    private mutating func set(_ seen: Seen) -> Int {
        if let known = knowledge[seen] { return known }
        let observed = game.name(ofObservation: seen.observation)
        let past = seen.parent < 0 ? "" : "\(names[seen.parent - 1]) \(game.responses[seen.response].name) "
        names.append(past + observed)
        knowledge[seen] = names.count
        return names.count
    }

    /// The model's node and all that follows.
    private mutating func writeTurn(_ place: Place, _ line: ExportedGame.Lines) throws {
        let name = SafeNames.quoted(names[place.known - 1])
        try line("p \"\" 1 \(place.known) \(name) { \(responses) } 0")
        for response in game.responses.indices {
            let user = game.user(of: place.hidden)
            var after = place
            after.payoffs[0] += source.stage(turn: place.turn, user: user, response: response)
            if let player = tree.player(user: user, turn: place.turn), let agent = tree.strategic[user] {
                try writeUser(after, response: response, player: player, agent, line)
            } else {
                try writeReaction(after, response: response, line)
            }
        }
    }

    /// A user who reacts by chance: outcomes, or moves and observations.
    private mutating func writeReaction(_ place: Place, response: Int, _ line: ExportedGame.Lines) throws {
        var place = place
        let endings = source.possibleEndings(turn: place.turn, hidden: place.hidden, response: response)
        let next = source.continuations(turn: place.turn, hidden: place.hidden, response: response)
        try writeChance(
            "reaction", endings.map { label($0, at: place.turn) } + next.map(label),
            endings.map(\.chance) + next.map(\.chance), outcome: inner(&place), line)
        for ending in endings { try writeEnd(place, outcome: ending.outcome, turn: ending.turn, line) }
        for branch in next { try follow(branch, from: place, response: response, line) }
    }

    /// A user who is a player: its reactions, and after each that goes on chance for the move and the cue.
    private mutating func writeUser(
        _ place: Place, response: Int, player: Int, _ agent: StrategicUser, _ line: ExportedGame.Lines
    ) throws {
        var place = place
        let state = place.hidden % game.states.count
        let utilities = agent.utilities(turn: place.turn, state: state, response: response)
        let possible = utilities.indices.filter { utilities[$0] != nil }
        counts[player] += 1
        let user = source.name(ofHidden: place.hidden)
        let name = "\(user.user) \(user.state): \(names[place.known - 1]) \(game.responses[response].name)"
        let labels = possible.map { SafeNames.quoted(game.reactions[$0].name) }.joined(separator: " ")
        try line(
            "p \"\" \(player + 1) \(counts[player]) \(SafeNames.quoted("\(counts[player]) \(name)")) { \(labels) } "
                + inner(&place))
        let weight = agent.foresight == 0 ? 1 : (1..<place.turn).reduce(1.0) { product, _ in product * agent.foresight }
        for reaction in possible {
            var after = place
            after.payoffs[player] += weight * (utilities[reaction] ?? 0)
            if case .ends(let outcome) = game.reactions[reaction].effect {
                try writeEnd(after, outcome: outcome, turn: place.turn, line)
            } else if place.turn == game.horizon {
                try writeEnd(after, outcome: game.timeout, turn: place.turn + 1, line)
            } else {
                let next = source.continuations(
                    turn: place.turn, hidden: place.hidden, response: response, reaction: reaction)
                try writeChance("move", next.map(label), next.map(\.chance), outcome: inner(&after), line)
                for branch in next { try follow(branch, from: after, response: response, line) }
            }
        }
    }

    private func label(_ ending: ExportedGame.Ending, at turn: Int) -> String {
        game.outcomes[ending.outcome].name + (ending.turn > turn ? " after the last turn" : "")
    }

    private func label(_ branch: ExportedGame.Continuation) -> String {
        "\(game.states[branch.hidden % game.states.count]) \(game.name(ofObservation: branch.observation))"
    }

    private mutating func follow(
        _ branch: ExportedGame.Continuation, from place: Place, response: Int, _ line: ExportedGame.Lines
    ) throws {
        let known = set(Seen(parent: place.known, response: response, observation: branch.observation))
        try writeTurn(
            Place(turn: place.turn + 1, hidden: branch.hidden, known: known, payoffs: place.payoffs), line)
    }

    private mutating func writeChance(
        _ name: String, _ labels: [String], _ chances: [Double], outcome: String, _ line: ExportedGame.Lines
    ) throws {
        chanceNodes += 1
        let branches = zip(labels, ExactRow.decimals(chances)).map { "\(SafeNames.quoted($0)) \($1)" }
        try line("c \"\" \(chanceNodes) \"\(name) \(chanceNodes)\" { \(branches.joined(separator: " ")) } \(outcome)")
    }

    /// The outcome of an inner node: what was received on the way there. At the leaves alone, it is carried on instead.
    private mutating func inner(_ place: inout Place) -> String {
        guard tree.place == .inner, place.payoffs.contains(where: { $0 != 0 }) else { return "0" }
        defer { place.payoffs = nothing }
        return outcome("turn \(place.turn)", place.payoffs)
    }

    private mutating func writeEnd(
        _ place: Place, outcome: Int, turn: Int, _ line: ExportedGame.Lines
    ) throws {
        var payoffs = place.payoffs
        payoffs[0] += source.ending(turn: turn, user: game.user(of: place.hidden), outcome: outcome)
        try line("t \"\" \(self.outcome(game.outcomes[outcome].name, payoffs))")
    }

    /// A new outcome: its number, name and payoffs.
    private mutating func outcome(_ name: String, _ payoffs: [Double]) -> String {
        outcomes += 1
        let values = payoffs.map { PositionalDecimal.text($0) }.joined(separator: ", ")
        return "\(outcomes) \(SafeNames.quoted("\(outcomes) \(name)")) { \(values) }"
    }
}
