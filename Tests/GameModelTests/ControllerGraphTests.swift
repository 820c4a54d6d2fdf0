import GameFixtures
import GameModel
import Testing

@Suite("Controller memory as a graph")
struct ControllerGraphTests {
    private let game: Game
    private let later: Int

    init() throws {
        game = try Game(SampleGame.definition())
        later = game.observations.later.count
    }

    private func memory(
        layers: [Int] = [2, 1, 3], initial: [Int] = [0, 1], successors: (_ node: Int, _ observation: Int) -> Int
    ) throws -> ControllerMemory {
        let inner = layers.dropLast().reduce(0, +)
        return try ControllerMemory(
            layers: layers, initial: initial,
            successors: (0..<inner).flatMap { node in (0..<later).map { successors(node, $0) } }, game: game)
    }

    private func sound(_ node: Int, _ observation: Int) -> Int { node < 2 ? 2 : 3 + observation % 3 }

    @Test("keeps turns, starts and successors")
    func isKept() throws {
        let memory = try memory(successors: sound)
        #expect(memory.kind == .graph)
        #expect(memory.nodeCount == 6)
        #expect(memory.classCount == 6)
        #expect(memory.initial == [0, 1])
        #expect((0..<6).map { memory.turn(of: $0) } == [1, 1, 2, 3, 3, 3])
        for node in 0..<3 {
            for (index, observation) in game.observations.later.enumerated() {
                #expect(Int(memory.successors[node * game.observations.count + observation]) == sound(node, index))
            }
        }
    }

    @Test("keeps a successor per response where it follows responses")
    func followsResponses() throws {
        let width = game.responses.count
        func next(_ node: Int, _ response: Int, _ observation: Int) -> Int {
            node < 2 ? 2 : 3 + (observation + response) % 3
        }
        let successors = (0..<3).flatMap { node in
            (0..<width).flatMap { response in (0..<later).map { next(node, response, $0) } }
        }
        let memory = try ControllerMemory(
            layers: [2, 1, 3], initial: [0, 1], successors: successors, followsResponses: true, game: game)
        #expect(memory.branches == width)
        #expect(memory.exits(turn: 2) == 2 * width..<3 * width)
        for node in 0..<3 {
            for response in 0..<width {
                for (index, observation) in game.observations.later.enumerated() {
                    let found = memory.successor(of: node, after: response, observation: observation, game: game)
                    #expect(found == next(node, response, index))
                }
            }
        }
        #expect(throws: GameError.self) {
            try ControllerMemory(
                layers: [2, 1, 3], initial: [0, 1], successors: Array(successors.dropLast()), followsResponses: true,
                game: game)
        }
    }

    @Test("refuses what does not fit and says what")
    func refuses() throws {
        #expect(throws: GameError.self) { try memory(layers: [2, 1], successors: sound) }
        #expect(throws: GameError.self) { try memory(layers: [2, 0, 3], successors: sound) }
        #expect(throws: GameError.self) { try memory(layers: [2, -1, 3], successors: sound) }
        #expect(throws: GameError.self) {
            try ControllerMemory(layers: [1 << 40, 1, 3], initial: [0, 1], successors: [], game: game)
        }
        #expect(throws: GameError.self) { try memory(initial: [0], successors: sound) }
        #expect(throws: GameError.self) { try memory(initial: [0, 2], successors: sound) }
        #expect(throws: GameError.self) { try memory { node, _ in node } }
        #expect(throws: GameError.self) { try memory { _, _ in -1 } }
        #expect(throws: GameError.self) {
            try ControllerMemory(layers: [2, 1, 3], initial: [0, 1], successors: [], game: game)
        }
        #expect(throws: GameError.self) { try ControllerMemory(.graph, game: game) }
    }
}
