public import GameModel
public import InputErrors
internal import Output

/// Why a policy file cannot be used here.
public struct PolicyFileError: InputProblem, Equatable {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension PolicyFile {
    /// Reads a policy for a game.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - label: what to call the policy in tables.
    ///   - gameHash: the hash of the game it is to be used with.
    /// - Throws: ``PolicyFileError`` if the text is not a policy file, is of a newer format, holds strategies that are not distributions,
    ///   or has another shape than the game: other responses or observations, or another number of turns where it remembers the turn.
    ///   Where it was solved for another game the error says so, and what differs.
    public init(reading text: String, label: String, game: Game, gameHash: String) throws(PolicyFileError) {
        let json: JSONValue
        do { json = try JSONValue(parsing: text) } catch {
            throw PolicyFileError("is not JSON: \(error); it must be a policy file written by solve")
        }
        try self.init(json, label: label, game: game, gameHash: gameHash)
    }

    /// The same from JSON that is read already, or was made by ``json(_:solution:scenario:gameHash:fileHash:game:)``.
    init(_ json: JSONValue, label: String, game: Game, gameHash: String) throws(PolicyFileError) {
        guard let format = json["format"]?.integerValue, json["kind"] != nil else {
            throw PolicyFileError("has no format and kind; it must be a policy file written by solve")
        }
        guard format == 1 else { throw PolicyFileError("is of format \(format); this version reads format 1") }
        let kind = json["kind"]?.stringValue
        guard kind == "finite-memory" || kind == "policy-graph" else {
            throw PolicyFileError("is of another kind than finite-memory and policy-graph; this version cannot play it")
        }
        self.label = label
        solution = json["solution"] ?? .null
        origin = PolicyOrigin(json, playedIn: gameHash)
        seal = Self.seal(of: json)
        do throws(PolicyFileError) {
            if !origin.isOwnGame {
                // Other responses are said before another length, which says less.
                _ = try NameOrder(
                    json["responses"], of: game.responses.map(\.name), key: "responses", noun: "response")
                try Self.checkTurns(json, game: game)
            }
            controller = try kind == "policy-graph" ? Self.graph(json, game: game) : Self.controller(json, game: game)
        } catch {
            guard !origin.isOwnGame else { throw error }
            throw PolicyFileError("was solved for another game, \(origin), and does not fit this one: it \(error)")
        }
        // What a price of another game is about need not be in this one, where it says nothing.
        if origin.isOwnGame { try Self.checkPrices(solution, game: game) }
    }

    /// A policy that remembers the turn is for as many turns as its game has.
    private static func checkTurns(_ json: JSONValue, game: Game) throws(PolicyFileError) {
        let rows = (json["strategies"] ?? json["nodes"])?.arrayValue ?? []
        guard let last = rows.compactMap({ $0["turn"]?.integerValue }).max(), last != game.horizon else { return }
        throw PolicyFileError("is for \(last) turns; this game has \(game.horizon)")
    }

    private static func seal(of json: JSONValue) -> Seal {
        guard let stated = json[checksumKey] else { return .missing }
        return stated.stringValue == checksum(of: json) ? .right : .wrong
    }

    /// Every price must be one: of a user type and an outcome of the game, finite and at least 0. So must the weight of the KL term.
    private static func checkPrices(_ solution: JSONValue, game: Game) throws(PolicyFileError) {
        if let stated = solution["kl_weight"] {
            guard let weight = stated.doubleValue, weight.isFinite, weight >= 0 else {
                throw PolicyFileError(
                    "has the kl_weight \((try? stated.text()) ?? "none"); it must be a number of at least 0")
            }
        }
        guard let entries = solution["multipliers"], entries != .null else { return }
        guard let entries = entries.arrayValue else {
            throw PolicyFileError("has multipliers that are no list; they must be one entry per constraint")
        }
        for (index, entry) in entries.enumerated() {
            let place = "multipliers[\(index)]"
            guard let user = entry["user"]?.stringValue, game.users.contains(user) else {
                throw PolicyFileError(
                    "has no user type of the game in \(place); it must be one of \(game.users.joined(separator: ", "))")
            }
            guard let outcome = entry["outcome"]?.stringValue, game.outcomes.contains(where: { $0.name == outcome })
            else {
                throw PolicyFileError(
                    "has no outcome of the game in \(place); it must be one of "
                        + game.outcomes.map(\.name).joined(separator: ", "))
            }
            guard let limit = entry["at_most"]?.doubleValue, limit.isFinite else {
                throw PolicyFileError("has no at_most in \(place); it must be the limit that the price is of")
            }
            guard let price = entry["value"]?.doubleValue, price.isFinite, price >= 0 else {
                let found = entry["value"].flatMap { try? $0.text() } ?? "none"
                throw PolicyFileError("has the price \(found) in \(place); it must be a number of at least 0")
            }
        }
    }

    /// μ per constraint of an objective, from the solution, found by user type, outcome and limit; nil if it was solved under
    /// other constraints.
    public func prices(of objective: Objective, game: Game) -> [Double]? {
        var left = solution["multipliers"]?.arrayValue ?? []
        guard left.count == objective.constraints.count else { return nil }
        var prices: [Double] = []
        for constraint in objective.constraints {
            let found = left.firstIndex {
                $0["user"]?.stringValue == game.users[constraint.user]
                    && $0["outcome"]?.stringValue == game.outcomes[constraint.outcome].name
                    && $0["at_most"]?.doubleValue == constraint.atMost
            }
            guard let found, let price = left.remove(at: found)["value"]?.doubleValue else { return nil }
            prices.append(price)
        }
        return prices
    }

    private static func controller(_ json: JSONValue, game: Game) throws(PolicyFileError) -> Policy {
        guard let observations = json["memory"]?["observations"]?.integerValue,
            let usesTurn = json["memory"]?["turn"]?.boolValue, let rows = json["strategies"]?.arrayValue
        else { throw PolicyFileError("lacks memory or strategies; it must have both") }
        let columns = try NameOrder(
            json["responses"], of: game.responses.map(\.name), key: "responses", noun: "response")
        do throws(GameError) {
            let memory = try ControllerMemory(MemoryKind(observations: observations, usesTurn: usesTurn), game: game)
            let strategies = try strategies(of: rows, memory: memory, columns: columns, game: game)
            return try Policy(memory: memory, strategies: strategies, game: game)
        } catch {
            throw PolicyFileError("does not fit the game: \(error)")
        }
    }

    /// What a node is for, in words that name it.
    private struct NodeName: Hashable, CustomStringConvertible {
        let turn: Int?
        let observed: [String]

        var description: String { "\(turn.map { "turn \($0), " } ?? "")observed \(observed)" }
    }

    /// The rows in the order of the memory's nodes: every node must have one, in whatever order.
    private static func strategies(
        of rows: [JSONValue], memory: ControllerMemory, columns: NameOrder, game: Game
    ) throws(GameError) -> [Double] {
        guard rows.count == memory.nodeCount else {
            throw GameError("strategies", "has \(rows.count) rows; it must have \(memory.nodeCount)")
        }
        var nodes: [NodeName: Int] = [:]
        for node in 0..<memory.nodeCount {
            let observed = memory.remembered[node].map { game.name(ofObservation: $0) }
            nodes[NodeName(turn: memory.turn(of: node), observed: observed)] = node
        }
        let width = game.responses.count
        var strategies = [Double](repeating: 0, count: memory.nodeCount * width)
        var places = [Int?](repeating: nil, count: memory.nodeCount)
        for (index, row) in rows.enumerated() {
            let place = "strategies: row \(index)"
            let name = try nodeName(of: row, place: place)
            guard let node = nodes[name] else {
                throw GameError(place, "is for \(name), which this memory does not have in this game")
            }
            if let first = places[node] {
                throw GameError(place, "is for \(name), as row \(first) is; every node must have one row")
            }
            places[node] = index
            let strategy = row["strategy"]?.arrayValue?.compactMap(\.doubleValue) ?? []
            guard strategy.count == width, row["strategy"]?.arrayValue?.count == width else {
                throw GameError(place, "has \(strategy.count) numbers; it must have \(width)")
            }
            try GameError.checkDistribution(strategy, count: width, place: place)
            for (response, share) in columns.sorted(strategy).enumerated() {
                strategies[node * width + response] = share
            }
        }
        return strategies
    }

    private static func nodeName(of row: JSONValue, place: String) throws(GameError) -> NodeName {
        let turn = row["turn"] ?? .null
        guard turn == .null || turn.integerValue != nil else {
            throw GameError(place, "has a turn that is no whole number; it must be one, or null")
        }
        guard let observed = row["observed"]?.arrayValue, observed.allSatisfy({ $0.stringValue != nil }) else {
            throw GameError(place, "has no observed; it must be a list of names")
        }
        return NodeName(turn: turn.integerValue, observed: observed.compactMap(\.stringValue))
    }
}
