import ExactEvaluation
import GameFixtures
import GameModel
import Interchange
import Output
import Solver
import Testing

@Suite("Game trees")
struct TreeTests {
    private struct Entry {
        let text: String
        var strategies: [String: [Double]] = [:]
    }

    private static func ask(_ entries: [Entry], task: String) throws -> [JSONValue] {
        let folder = try TemporaryFolder()
        let trees = try entries.enumerated().map { index, entry in
            JSONValue.object([
                "file": .string(try folder.write("\(index).efg", entry.text)),
                "strategies": .object(entry.strategies.mapValues { .numbers($0) }),
            ])
        }
        return try Python.ask("read_efg.py", .object(["task": .string(task), "trees": .array(trees)])).arrayValue ?? []
    }

    private static func small(_ seed: UInt64, horizon: Int, tabular: Bool = false) -> GameDefinition {
        RandomGame {
            $0.feigns = seed % 2 == 0
            $0.discount = seed % 3 == 0 ? 1 : 0.9
            $0.usesTurn = seed % 4 < 2
            $0.mixesTabular = tabular
            $0.states = 1 + Int(seed % 2)
            $0.cues = seed % 5 < 2 ? 1 : 2
            $0.continuing = 1
            $0.ending = 1 + Int(seed % 2)
            $0.horizon = horizon
            $0.payoffs = -1.5...1
        }.definition(seed: seed)
    }

    /// Trees under random controllers, with what the model then receives; payoffs at inner nodes and at the leaves.
    private static func policies(places: [GameTree.PayoffPlace]) throws -> (entries: [Entry], wanted: [Double]) {
        var (entries, wanted): ([Entry], [Double]) = ([], [])
        for seed in UInt64(1)...8 {
            let definition = small(seed, horizon: 1 + Int(seed % 3), tabular: true)
            let goal: Objective.Goal = seed % 4 == 0 ? .safeOutcomes : .payoff
            let source = try Games.exported(definition, goal: goal)
            let controller = try Policy.random(.lastWithTurn, game: source.game, seed: seed)
            for place in places {
                let tree = try GameTree(source, place: place)
                let strategies = try TreeOracle(game: source.game).strategies(controller)
                let text = try Games.text(tree.write)
                #expect(text.split(separator: "\n").count == tree.nodeCount + 2)
                entries.append(Entry(text: text, strategies: strategies))
                wanted.append(Games.value(Evaluation(controller, game: source.game), goal))
            }
        }
        return (entries, wanted)
    }

    private static func compare(_ task: String, places: [GameTree.PayoffPlace]) throws {
        let (entries, wanted) = try policies(places: places)
        let found = try ask(entries, task: task)
        #expect(found.count == wanted.count)
        for (payoffs, value) in zip(found, wanted) {
            #expect(abs((payoffs.arrayValue?.first?.doubleValue ?? .nan) - value) < 1e-12)
        }
    }

    @Test(
        "a plain walk gives a policy's value, and chance sums to exactly one",
        .enabled(if: Python.hasPython, "there is no python3 of version 3.10 or newer"))
    func plain() throws { try Self.compare("plain", places: [.inner, .leaves]) }

    @Test(
        "Gambit reads the tree, finds perfect recall, and gives a policy's value",
        .enabled(if: Python.hasGambit, "python3 has no pygambit; name one that has with NACRE_PYTHON"))
    func gambit() throws { try Self.compare("gambit", places: [.inner, .leaves]) }

    @Test(
        "OpenSpiel reads the tree with payoffs at the leaves, and a walk gives a policy's value",
        .enabled(if: Python.hasSpiel, "python3 has no pyspiel; name one that has with NACRE_PYTHON"))
    func spiel() throws { try Self.compare("spiel", places: [.leaves]) }

    @Test(
        "Gambit's logit equilibrium with users as players is the nested closed form",
        .enabled(if: Python.hasGambit, "python3 has no pygambit; name one that has with NACRE_PYTHON"))
    func logit() throws {
        let definitions = (UInt64(1)...6).map { Self.small($0, horizon: 1 + Int($0 % 2)) }
        let entries = try definitions.map { definition in
            let players = definition.users.indices.map { StrategicUser.of($0, definition) }
            return Entry(text: try Games.text(GameTree(try Games.exported(definition), strategic: players).write))
        }
        let found = try Self.ask(entries, task: "logit")
        #expect(found.count == definitions.count)
        for (definition, answer) in zip(definitions, found) {
            let game = try Game(definition)
            let wanted = try TreeOracle(game: game).logit()
            var compared = 0
            for (name, strategy) in wanted.strategies {
                let row = answer["strategies"]?[name]?.arrayValue?.compactMap(\.doubleValue) ?? []
                #expect(row.count == strategy.count, "\(name)")
                for (probability, other) in zip(strategy, row) { #expect(abs(probability - other) < 1e-12) }
                compared += row.count
            }
            #expect(compared > 0)
            let value = answer["payoffs"]?.arrayValue?.first?.doubleValue ?? .nan
            // Gambit's tracer stops at a tolerance of its own, and its errors at all users' nodes add up in the value.
            #expect(abs(value - wanted.value) < 1e-11)
        }
    }

    @Test("a foresighted type is one player, myopic types share one player a turn")
    func players() throws {
        let definition = Self.small(3, horizon: 2)
        let source = try Games.exported(definition)
        let both = [StrategicUser.of(0, definition, foresight: 0.5), StrategicUser.of(1, definition)]
        let tree = try GameTree(source, strategic: both)
        #expect(tree.players == ["model", "users at turn 1", "users at turn 2", "user0"])
        let text = try Games.text(tree.write)
        #expect(text.split(separator: "\n").count == tree.nodeCount + 2)
        #expect(throws: InterchangeError.self) { try GameTree(source, strategic: [both[0], both[0]]) }
        var bad = both[0]
        bad.utilities[0][0].removeLast()
        #expect(throws: InterchangeError.self) { try GameTree(source, strategic: [bad]) }
    }

    @Test("larger trees than asked for are refused with their size, before anything is written")
    func refuses() throws {
        let source = try Games.exported(Self.small(2, horizon: 2))
        let count = try GameTree(source).nodeCount
        let error = try #require(throws: InterchangeError.self) { try GameTree(source, maximumNodes: count - 1) }
        #expect(error.description.contains("\(count) nodes"))
        #expect(try GameTree(source, maximumNodes: count).nodeCount == count)
        let long = try Games.exported(SampleGame.definition { $0.horizon = 500 })
        #expect(throws: InterchangeError.self) { try GameTree(long) }
    }
}
