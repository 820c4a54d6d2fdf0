import GameFixtures
import GameModel
import Interchange
import Output
import Solver
import Testing

@Suite("POMDPs in Cassandra's format")
struct CassandraTests {
    private static func solve(
        _ games: [(ExportedGame, discount: Double?)], task: String
    ) throws -> [Double] {
        let folder = try TemporaryFolder()
        let files = try games.enumerated().map { index, entry in
            let file = try CassandraFile(entry.0, discount: entry.discount)
            return JSONValue.string(try folder.write("\(index).pomdp", try Games.text(file.write)))
        }
        let answer = try Python.ask("read_pomdp.py", .object(["files": .array(files), "task": .string(task)]))
        return (answer.arrayValue ?? []).compactMap(\.doubleValue)
    }

    @Test(
        "an independent reader finds the optimum, whatever the file's discount",
        .enabled(if: Python.hasPython, "there is no python3 of version 3.10 or newer"))
    func optimum() throws {
        var (games, wanted): ([(ExportedGame, discount: Double?)], [Double]) = ([], [])
        for seed in UInt64(1)...18 {
            let definition = Games.definition(seed, horizon: seed % 6 == 5 ? 3 : 1 + Int(seed % 2))
            let goal: Objective.Goal = seed % 4 == 0 ? .safeOutcomes : .payoff
            let discounts: [Double?] = [nil, 0.95, 0.5]
            games.append((try Games.exported(definition, goal: goal), discounts[Int(seed % 3)]))
            wanted.append(try BeliefOracle(definition, goal: goal).value())
        }
        let found = try Self.solve(games, task: "optimum")
        #expect(found.count == wanted.count)
        for (value, best) in zip(found, wanted) { #expect(abs(value - best) < 1e-11) }
    }

    @Test(
        "quantecon's value of the game with everything revealed is the recursion's, and bounds the optimum",
        .enabled(if: Python.hasQuantEcon, "python3 has no quantecon; name one that has with NACRE_PYTHON"))
    func revealed() throws {
        let definitions = (UInt64(1)...6).map { Games.definition($0, horizon: 3) }
        let found = try Self.solve(try definitions.map { (try Games.exported($0), nil) }, task: "revealed")
        #expect(found.count == definitions.count)
        for (definition, value) in zip(definitions, found) {
            #expect(abs(value - (try Self.revealedValue(Game(definition)))) < 1e-11)
            #expect(value >= (try BeliefOracle(definition, goal: .payoff).value()) - 1e-12)
        }
    }

    @Test(
        "pomdp_toolkit parses the file, and its point-based value iteration reaches the optimum",
        .enabled(if: Python.hasToolkit, "python3 has no pomdp_toolkit; name one that has with NACRE_PYTHON"))
    func pointBased() throws {
        let folder = try TemporaryFolder()
        let definitions = (UInt64(1)...3).map { Games.eighths($0, horizon: 2 + Int($0 % 2)) }
        let files = try definitions.enumerated().map { index, definition in
            let file = try CassandraFile(try Games.exported(definition), discount: 0.95)
            return JSONValue.string(try folder.write("\(index).pomdp", try Games.text(file.write)))
        }
        let answer = try Python.ask("ask_toolkit.py", .object(["files": .array(files), "discount": .number(0.95)]))
        let found = (answer.arrayValue ?? []).compactMap(\.doubleValue)
        #expect(found.count == definitions.count)
        for (definition, value) in zip(definitions, found) {
            #expect(abs(value - (try BeliefOracle(definition, goal: .payoff).value())) < 1e-9)
        }
    }

    /// The value of a model that sees type and state, by recursion over turns.
    private static func revealedValue(_ game: Game) throws -> Double {
        let source = (game.discount, game.horizon)
        var next = (0..<game.hiddenCount).map {
            game.outcomePayoff[game.user(of: $0) * game.outcomes.count + game.timeout]
        }
        for turn in stride(from: source.1, through: 1, by: -1) {
            next = (0..<game.hiddenCount).map { hidden in
                let user = game.user(of: hidden)
                return game.responses.indices.map { response in
                    var value = game.stagePayoff[user * game.responses.count + response]
                    let row = game.row(turn: turn, hidden: hidden, response: response)
                    for outcome in game.outcomes.indices {
                        value +=
                            game.ending[row * game.outcomes.count + outcome]
                            * game.outcomePayoff[user * game.outcomes.count + outcome]
                    }
                    for step in game.moves(from: hidden % game.states.count) {
                        for shown in game.shownReactions.indices {
                            value +=
                                source.0 * game.advance[(row * 3 + step) * game.shownReactions.count + shown]
                                * next[hidden + step - 1]
                        }
                    }
                    return value
                }.max() ?? 0
            }
        }
        return (0..<game.hiddenCount).reduce(0) {
            $0 + game.prior[game.user(of: $1)] * game.initialState[$1] * next[$1]
        }
    }

    @Test("files that would be too long, and discounts that make no sense, are refused")
    func refuses() throws {
        let source = try Games.exported(SampleGame.definition())
        let error = try #require(throws: InterchangeError.self) { try CassandraFile(source, maximumLines: 10) }
        #expect(error.description.contains("at most 10 are written"))
        for discount in [0, -0.5, 1.5, .nan] {
            #expect(throws: InterchangeError.self) { try CassandraFile(source, discount: discount) }
        }
        let long = try Games.exported(SampleGame.definition { $0.horizon = 1000 })
        #expect(throws: InterchangeError.self) { try CassandraFile(long, discount: 0.5) }
    }
}
