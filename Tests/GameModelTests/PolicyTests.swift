import GameFixtures
import GameModel
import Testing

@Suite("Finite-memory controller")
struct FiniteMemoryControllerTests {
    private let game: Game

    init() throws { game = try Game(SampleGame.definition()) }

    private func message(_ strategies: [Double], kind: MemoryKind = .stationary) throws -> String? {
        let memory = try ControllerMemory(kind, game: game)
        return #expect(throws: GameError.self) {
            try Policy(memory: memory, strategies: strategies, game: game)
        }?.description
    }

    @Test("needs a row for every node")
    func count() throws {
        #expect(try message([1]) == "strategies have 1 numbers; they must have 1 rows of 2")
        #expect(
            try message([1, 0], kind: .lastWithTurn) == "strategies have 2 numbers; they must have 10 rows of 2")
    }

    @Test("needs a distribution at every node and names the row that is none")
    func distribution() throws {
        #expect(try message([0.5, 0.25]) == "strategies: row 0 sums to 0.75; it must sum to 1")
        #expect(
            try message([-0.5, 1.5])
                == "strategies: row 0 has the entry -0.5; a probability must be at least 0 and finite")
        var rows = (0..<10).flatMap { _ in [0.5, 0.5] }
        rows[15] = .nan
        #expect(
            try message(rows, kind: .lastWithTurn)
                == "strategies: row 7 has the entry nan; a probability must be at least 0 and finite")
    }

    @Test("gives back the strategy of each node")
    func strategies() throws {
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        let rows = (0..<memory.nodeCount).flatMap { [Double($0) / 16, 1 - Double($0) / 16] }
        let controller = try Policy(memory: memory, strategies: rows, game: game)
        for node in 0..<memory.nodeCount {
            #expect(Array(controller.strategy(at: node)) == [Double(node) / 16, 1 - Double(node) / 16])
        }
    }

    @Test("that always gives one response does so at the only node")
    func always() throws {
        #expect(try Policy.always(1, game: game).strategies == [0, 1])
        for response in [-1, 2] {
            let error = #expect(throws: GameError.self) { try Policy.always(response, game: game) }
            #expect(error?.description == "policy names response \(response); there are 2")
        }
    }

    @Test("that is constant plays its strategy at every node")
    func constant() throws {
        let kind = MemoryKind(observations: 2, usesTurn: true)
        let controller = try Policy.constant([0.25, 0.75], kind: kind, game: game)
        #expect(controller.memory.nodeCount > 10)
        for node in 0..<controller.memory.nodeCount { #expect(Array(controller.strategy(at: node)) == [0.25, 0.75]) }
        let error = #expect(throws: GameError.self) { try Policy.constant([1, 1], game: game) }
        #expect(error?.description == "strategies: row 0 sums to 2.0; it must sum to 1")
    }

    @Test("that is uniform gives every response the same probability")
    func uniform() throws {
        let three = try RandomGame { $0.responses = 3 }.game(seed: 1)
        #expect(try Policy.uniform(game: three).strategies == [1.0 / 3, 1.0 / 3, 1.0 / 3])
    }
}
