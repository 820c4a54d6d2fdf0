internal import GameModel

/// A game as an extensive-form game in Gambit's `.efg` format, for Gambit and OpenSpiel.
///
/// Chance draws type, state and opening cue; then the model and the user take turns. The model's information sets are what
/// it has seen and said, so it has perfect recall. Users react by chance, or as players where ``StrategicUser`` says so; a
/// user sees everything, so each of its nodes is an information set. Chance probabilities are decimals that sum to
/// exactly one, which Gambit reads as rationals (OpenSpiel reads fractions of 32 bits only, so no fractions are written).
///
/// Source: Gambit, "The extensive game (.efg) file format"; McKelvey & Palfrey 1998 (agent form).
public struct GameTree: Sendable {
    /// Where payoffs of single turns stand.
    public enum PayoffPlace: String, Sendable, CaseIterable {
        /// At the nodes where they arise; Gambit adds them up.
        case inner
        /// Added up at the end of each conversation; OpenSpiel reads nothing else.
        case leaves
    }

    public let source: ExportedGame
    public let place: PayoffPlace
    /// Per user type, how it plays; nil where it is chance.
    let strategic: [StrategicUser?]
    /// Names of the players: the model, the users of each turn, and every foresighted type.
    public let players: [String]
    /// How many nodes the tree has.
    public let nodeCount: Int

    /// The most nodes that are written unless another limit is given.
    public static let standardLimit = 1_000_000

    /// - Parameters:
    ///   - users: the user types that are players.
    ///   - maximumNodes: how many nodes the tree may have.
    /// - Throws: ``InterchangeError`` if a player does not fit the game, or the tree would have more nodes.
    public init(
        _ source: ExportedGame, strategic users: [StrategicUser] = [], place: PayoffPlace = .inner,
        maximumNodes: Int = standardLimit
    ) throws(InterchangeError) {
        var strategic = [StrategicUser?](repeating: nil, count: source.game.users.count)
        for user in users {
            try user.check(source.game)
            guard strategic[user.user] == nil else {
                throw InterchangeError("\(source.game.users[user.user]) is named twice as a player; once is enough")
            }
            strategic[user.user] = user
        }
        self.source = source
        self.place = place
        self.strategic = strategic
        var players = ["model"]
        if users.contains(where: { $0.foresight == 0 }) {
            players += (1...source.game.horizon).map { "users at turn \($0)" }
        }
        players += source.game.users.indices.filter { (strategic[$0]?.foresight ?? 0) > 0 }
            .map { source.game.users[$0] }
        self.players = players
        let count = TreeSize(source, strategic: strategic).nodes
        guard count <= Double(maximumNodes) else {
            throw InterchangeError(
                "the game tree would have \(Self.text(count)) nodes; at most \(maximumNodes) are written. Trees grow "
                    + "exponentially with the horizon: shorten it, or raise the limit")
        }
        nodeCount = Int(count)
    }

    /// A count in digits where a number of 64 bits can say it.
    private static func text(_ count: Double) -> String { count < 9e15 ? "\(Int(count))" : "about \(count)" }

    /// The player of a user type at a turn, from 0 (the model); nil for a type that is chance.
    func player(user: Int, turn: Int) -> Int? {
        guard let agent = strategic[user] else { return nil }
        if agent.foresight == 0 { return turn }
        return players.lastIndex(of: source.game.users[user])
    }

    /// Writes the file.
    ///
    /// - Complexity: O(nodes) time; memory for the model's information sets.
    public func write(to line: ExportedGame.Lines) throws {
        let notes =
            source.heading("Game tree") + [
                "the model's payoff is discounted to turn 1; its expectation at the root is the value",
                place == .inner
                    ? "payoffs of single turns are outcomes of inner nodes" : "payoffs are added up at the leaves",
            ] + strategicNotes
        let names = players.map { SafeNames.quoted($0) }.joined(separator: " ")
        try line("EFG 2 R \(SafeNames.quoted(source.scenario)) { \(names) }")
        try line(SafeNames.quoted(notes.joined(separator: "; ")))
        try line("")
        var writer = TreeWriter(self)
        try writer.writeRoot(line)
    }

    private var strategicNotes: [String] {
        guard players.count > 1 else { return ["users react by chance"] }
        return ["payoffs of users are rationality times utility: their quantal response is a logit with precision 1"]
    }
}

/// How many nodes a tree has, counted by turn and hidden state.
struct TreeSize {
    let nodes: Double

    init(_ source: ExportedGame, strategic: [StrategicUser?]) {
        let game = source.game
        var next = [Double](repeating: 0, count: game.hiddenCount)
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            next = (0..<game.hiddenCount).map { hidden in
                game.responses.indices.reduce(1) { sum, response in
                    sum + Self.reactions(source, strategic, turn: turn, hidden: hidden, response: response, next)
                }
            }
        }
        var count = 1.0
        for (hidden, nodes) in next.enumerated() {
            for cue in game.cues.indices where source.openingChance(hidden: hidden, cue: cue) > 0 { count += nodes }
        }
        nodes = count
    }

    private static func reactions(
        _ source: ExportedGame, _ strategic: [StrategicUser?], turn: Int, hidden: Int, response: Int, _ next: [Double]
    ) -> Double {
        let game = source.game
        guard let agent = strategic[game.user(of: hidden)] else {
            let ends = source.possibleEndings(turn: turn, hidden: hidden, response: response).count
            let goesOn = source.continuations(turn: turn, hidden: hidden, response: response)
            return goesOn.reduce(1 + Double(ends)) { $0 + next[$1.hidden] }
        }
        let utilities = agent.utilities(turn: turn, state: hidden % game.states.count, response: response)
        return utilities.indices.reduce(1) { sum, reaction in
            guard utilities[reaction] != nil else { return sum }
            let moves = source.continuations(turn: turn, hidden: hidden, response: response, reaction: reaction)
            return sum + moves.reduce(1) { $0 + next[$1.hidden] }
        }
    }
}
