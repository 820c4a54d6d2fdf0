import GameFixtures
import GameModel
import Testing

@Suite("Distributions over nodes")
struct NodeDistributionTests {
    private let game: Game
    private let controller: Policy

    init() throws {
        game = try RandomGame { ($0.horizon, $0.responses) = (3, 3) }.game(seed: 2)
        controller = try .random(.lastWithTurn, game: game, seed: 4)
    }

    @Test("know the node where there is one, and what has been said changes nothing")
    func single() throws {
        let single = NodeDistribution(1)
        #expect(single.only == 1)
        #expect(single.strategy(of: controller) == Array(controller.strategy(at: 1)))
        #expect(single.after(2, of: controller) == single)
    }

    @Test("follow Bayes' rule in what the policy says")
    func posterior() throws {
        let two = try NodeDistribution([(0, 0.25), (1, 0.75)], place: "here")
        let strategy = two.strategy(of: controller)
        #expect(abs(strategy.reduce(0, +) - 1) < 1e-15)
        for response in game.responses.indices {
            let after = two.after(response, of: controller)
            for entry in two.entries {
                let joint = entry.probability * Array(controller.strategy(at: entry.node))[response]
                let found = after.entries.first { $0.node == entry.node }?.probability ?? 0
                #expect(abs(found - joint / strategy[response]) < 1e-15)
            }
        }
    }

    @Test("are left alone by a response that no node gives, and lose the nodes that do not give one")
    func impossible() throws {
        let rows = [1.0, 0, 0, 0, 1, 0]
        let memory = try ControllerMemory(
            layers: [2, 1, 1], initial: [0, 1],
            successors: game.observations.later.map { _ in 2 } + game.observations.later.map { _ in 2 }
                + game.observations.later.map { _ in 3 }, game: game)
        let graph = try Policy(memory: memory, strategies: rows + rows, game: game)
        let two = try NodeDistribution([(0, 0.25), (1, 0.75)], place: "here")
        #expect(two.after(2, of: graph) == two)
        #expect(two.after(1, of: graph).only == 1)
        let moved = two.moved(after: 0, by: game.observations.later.lowerBound, memory: memory, game: game)
        #expect(moved == NodeDistribution(2))
    }

    @Test(
        "are refused where they are none",
        arguments: [[(0, 0.5)], [(0, 0.5), (1, 0.6)], [(0, 1), (1, 0)], [(0, -1), (1, 2)], []])
    func refused(nodes: [(Int, Double)]) throws {
        let error = try #require(throws: GameError.self) {
            try NodeDistribution(nodes.map { (node: $0.0, probability: $0.1) }, place: "initial[0]")
        }
        #expect(error.place == "initial[0]")
    }

    @Test("must lie in the first turn")
    func place() throws {
        let start = try NodeDistribution([(0, 0.5), (1, 0.5)], place: "here")
        let next = game.observations.later.map { _ in 1 }
        #expect(throws: GameError.self) {
            try ControllerMemory(
                layers: [1, 1, 1], initial: [start, start], successors: next + next.map { $0 + 1 }, game: game)
        }
    }
}
