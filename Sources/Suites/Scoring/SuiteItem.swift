internal import GameModel
public import NumericalMethods
internal import Scenarios

/// What one policy came to in one case.
public struct ItemResult: Sendable, Equatable {
    /// One score with its place.
    public struct Row: Sendable, Equatable, Codable {
        /// A user type's name; nil for the case as a whole.
        public let user: String?
        public let measure: SuiteMeasure
        public let score: Estimate

        public init(user: String?, measure: SuiteMeasure, score: Estimate) {
            self.user = user
            self.measure = measure
            self.score = score
        }
    }

    /// How the policy was made: the method, how its search ended (nil where there was none), and its bounds.
    public let method: String
    public let status: String?
    public let isConverged: Bool
    public let value: Double?
    public let upperBound: Double?
    /// The case as a whole first, then user types by name; in each, measures in the order of ``SuiteMeasure``.
    public let rows: [Row]
    /// The rows of the case as a whole, by measure: tables over all cases ask for them many times.
    private let whole: [SuiteMeasure: Estimate]

    public init(
        method: String, status: String?, isConverged: Bool, value: Double?, upperBound: Double?, rows: [Row]
    ) {
        self.method = method
        self.status = status
        self.isConverged = isConverged
        self.value = value
        self.upperBound = upperBound
        whole = Dictionary(rows.compactMap { $0.user == nil ? ($0.measure, $0.score) : nil }) { first, _ in first }
        self.rows = rows.sorted { left, right in
            let order = SuiteMeasure.allCases
            guard left.user == right.user else { return left.user ?? "" < right.user ?? "" }
            return order.firstIndex(of: left.measure) ?? 0 < order.firstIndex(of: right.measure) ?? 0
        }
    }

    /// A measure of the case as a whole; nil where it has no meaning in it.
    public func score(_ measure: SuiteMeasure) -> Estimate? { whole[measure] }

    /// Whether every score is computed rather than estimated.
    public var isExact: Bool { rows.allSatisfy(\.score.isExact) }
}

extension ItemResult: Codable {
    private enum CodingKeys: String, CodingKey {
        case method, status, isConverged, value, upperBound, rows
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            method: try members.decode(String.self, forKey: .method),
            status: try members.decodeIfPresent(String.self, forKey: .status),
            isConverged: try members.decode(Bool.self, forKey: .isConverged),
            value: try members.decodeIfPresent(Double.self, forKey: .value),
            upperBound: try members.decodeIfPresent(Double.self, forKey: .upperBound),
            rows: try members.decode([Row].self, forKey: .rows))
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(method, forKey: .method)
        try members.encodeIfPresent(status, forKey: .status)
        try members.encode(isConverged, forKey: .isConverged)
        try members.encodeIfPresent(value, forKey: .value)
        try members.encodeIfPresent(upperBound, forKey: .upperBound)
        try members.encode(rows, forKey: .rows)
    }
}

/// Plays policies in cases: makes the policy, and scores it exactly where that fits and by simulation elsewhere.
public struct ItemRunner: Sendable {
    public var solver: RecipeSolver
    /// Steps of exact evaluation beyond which a policy is simulated; see ``CaseScorer/exactWork(_:)``.
    public var exactLimit: Double
    /// Episodes of a simulation.
    public var episodes: Int
    public var seed: UInt64
    /// Who plays recipes of the form `model:URL`, by URL.
    public var players: [String: any CasePlayer] = [:]

    public init(
        solver: RecipeSolver = RecipeSolver(), exactLimit: Double = 2e9, episodes: Int = 100_000, seed: UInt64 = 1
    ) {
        self.solver = solver
        self.exactLimit = exactLimit
        self.episodes = episodes
        self.seed = seed
    }

    /// - Parameters:
    ///   - note: told of policy files that were edited; not of the game that one was solved for, since cases are many games.
    ///   - shouldStop: polled by searches.
    /// - Throws: whatever is wrong with the policy in this case.
    public func run(
        _ recipe: PolicyRecipe, scorer: CaseScorer, note: (String) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> ItemResult {
        if case .model(let address) = recipe {
            return try play(address, recipe, scorer: scorer, shouldStop: shouldStop)
        }
        let made: MadePolicy
        if case .named(let name) = recipe {
            made = MadePolicy(
                controller: try NamedPolicy(name, scenario: scorer.scenario, saysGame: false, note: note).controller)
        } else if let solved = try solver.solve(recipe, scorer: scorer, shouldStop: shouldStop) {
            made = solved
        } else {
            throw SuiteError("policy \(recipe) cannot be made")
        }
        let scores =
            scorer.exactWork(made.controller) <= exactLimit
            ? scorer.exact(made.controller)
            : try scorer.simulated(made.controller, episodes: episodes, seed: seed)
        return ItemResult(
            method: recipe.method, status: made.status, isConverged: made.isConverged, value: made.value,
            upperBound: made.upperBound, rows: Self.rows(scores, game: scorer.scenario.game))
    }

    /// - Throws: `SuiteError` if nobody plays for the address, or no conversation ended.
    private func play(
        _ address: String, _ recipe: PolicyRecipe, scorer: CaseScorer, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> ItemResult {
        guard let player = players[address] else { throw SuiteError("nobody plays for the model at \(address)") }
        let episodes = try player.play(scorer.scenario, seed: seed, shouldStop: shouldStop)
        guard !episodes.isEmpty else {
            throw SuiteError(
                "no conversation with the model at \(address) ended: no answers came, or a budget is used up")
        }
        return ItemResult(
            method: recipe.method, status: "\(episodes.count) conversations", isConverged: true, value: nil,
            upperBound: nil, rows: Self.rows(scorer.played(episodes), game: scorer.scenario.game))
    }

    private static func rows(_ scores: CaseScores, game: Game) -> [ItemResult.Row] {
        let whole = SuiteMeasure.allCases.compactMap { measure in
            scores.score(measure).map { ItemResult.Row(user: nil, measure: measure, score: $0) }
        }
        return whole
            + game.users.enumerated().flatMap { user, name in
                SuiteMeasure.ofUsers.compactMap { measure in
                    scores.score(measure, of: .user(user)).map {
                        ItemResult.Row(user: name, measure: measure, score: $0)
                    }
                }
            }
    }
}
