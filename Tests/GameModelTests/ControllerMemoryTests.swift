import GameFixtures
import GameModel
import Testing

private let kinds = (0...3).flatMap { count in
    [false, true].map { MemoryKind(observations: count, usesTurn: $0) }
}

private let families: [RandomGame] = [
    RandomGame { $0.horizon = 4 },
    RandomGame { ($0.horizon, $0.cues, $0.continuing) = (5, 1, 1) },
    RandomGame { ($0.horizon, $0.cues) = (2, 3) },
    RandomGame { $0.horizon = 1 },
]

@Suite("Controller memory")
struct ControllerMemoryTests {
    @Test("remembers the last observations at every node, each once", arguments: kinds, families.indices)
    func nodes(kind: MemoryKind, family: Int) throws {
        let game = try families[family].game(seed: 1)
        let memory = try ControllerMemory(kind, game: game)
        var keys: Set<[Int]> = []
        for node in 0..<memory.nodeCount {
            let remembered = memory.remembered[node]
            #expect(remembered.count <= kind.observations)
            #expect(remembered.allSatisfy { 0..<game.observations.count ~= $0 })
            // Only the oldest can be an opening, and then nothing has been forgotten yet.
            #expect(remembered.dropFirst().allSatisfy { !game.observations.openings.contains($0) })
            if let turn = memory.turn(of: node) { #expect(remembered.count == min(kind.observations, turn)) }
            keys.insert([memory.turn(of: node) ?? 0] + remembered)
        }
        #expect(keys.count == memory.nodeCount)
        #expect(memory.nodeCount == expectedNodes(kind, game))
    }

    /// Turn t has C·(S·C)^(t−1) histories; with k observations remembered, C·(S·C)^(t−1) nodes up to turn k and (S·C)^k later.
    private func expectedNodes(_ kind: MemoryKind, _ game: Game) -> Int {
        let later = game.observations.shownCount * game.cues.count
        func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { product, _ in product * later } }
        let perTurn = (1...game.horizon).map { turn in
            turn <= kind.observations ? game.cues.count * power(turn - 1) : power(kind.observations)
        }
        guard !kind.usesTurn else { return perTurn.reduce(0, +) }
        // Without the turn, all turns after the k-th share their nodes.
        return perTurn.prefix(kind.observations + 1).reduce(0, +)
    }

    @Test("lays nodes and classes out turn by turn", arguments: kinds, families.indices)
    func ranges(kind: MemoryKind, family: Int) throws {
        let game = try families[family].game(seed: 1)
        let memory = try ControllerMemory(kind, game: game)
        #expect(memory.nodeRanges.count == game.horizon)
        #expect(memory.classRanges.count == game.horizon)
        #expect(memory.classes.count == memory.nodeCount)
        #expect(memory.successors.count == memory.classCount * game.observations.count)
        if kind.usesTurn {
            #expect(memory.nodeRanges.flatMap { Array($0) } == Array(0..<memory.nodeCount))
            #expect(memory.classRanges.flatMap { Array($0) } == Array(0..<memory.classCount))
        } else {
            #expect(memory.nodeRanges.allSatisfy { $0 == 0..<memory.nodeCount })
            #expect(memory.classRanges.allSatisfy { $0 == 0..<memory.classCount })
        }
        for (index, nodes) in memory.nodeRanges.enumerated() {
            // The classes of a turn are those of its nodes, none more.
            #expect(Set(nodes.map { memory.classes[$0] }) == Set(memory.classRanges[index]))
            for node in nodes { #expect(memory.turn(of: node) == (kind.usesTurn ? index + 1 : nil)) }
        }
        #expect(memory.turn(of: memory.nodeCount) == nil)
    }

    @Test("puts nodes in one class just when they will remember the same", arguments: kinds, families.indices)
    func classes(kind: MemoryKind, family: Int) throws {
        let memory = try ControllerMemory(kind, game: try families[family].game(seed: 1))
        for first in 0..<memory.nodeCount {
            let kept = memory.remembered[first].suffix(max(0, kind.observations - 1))
            for second in 0..<first {
                let same =
                    memory.turn(of: first) == memory.turn(of: second)
                    && memory.remembered[second].suffix(max(0, kind.observations - 1)) == kept
                #expect((memory.classes[first] == memory.classes[second]) == same)
            }
        }
    }

    @Test("leads from every history to the node that remembers it", arguments: kinds, families.indices)
    func successors(kind: MemoryKind, family: Int) throws {
        let game = try families[family].game(seed: 1)
        let memory = try ControllerMemory(kind, game: game)
        let count = game.observations.count
        var visited: Set<Int> = []
        // All histories, as (node, everything seen), turn by turn; a node is followed once per turn.
        var frontier: [Int: [Int]] = [:]
        for opening in game.observations.openings { frontier[memory.initial[opening].entries[0].node] = [opening] }
        for turn in 1...game.horizon {
            var next: [Int: [Int]] = [:]
            for (node, history) in frontier {
                visited.insert(node)
                #expect(memory.nodeRanges[turn - 1].contains(node))
                #expect(memory.remembered[node] == Array(history.suffix(kind.observations)))
                guard turn < game.horizon else { continue }
                for observation in 0..<count {
                    let successor = Int(memory.successors[memory.classes[node] * count + observation])
                    if game.observations.openings.contains(observation) {
                        #expect(successor == -1)
                    } else {
                        next[successor] = history + [observation]
                    }
                }
            }
            frontier = next
        }
        #expect(visited == Set(0..<memory.nodeCount), "every node can be reached")
    }

    @Test("leads nowhere after the last turn", arguments: 0...3)
    func lastTurn(observations: Int) throws {
        let game = try families[0].game(seed: 1)
        let memory = try ControllerMemory(MemoryKind(observations: observations, usesTurn: true), game: game)
        for group in try #require(memory.classRanges.last) {
            let row = memory.successors[group * game.observations.count..<(group + 1) * game.observations.count]
            #expect(row.allSatisfy { $0 == -1 })
        }
    }
}

@Suite("Controller memory that cannot be")
struct ControllerMemoryErrorTests {
    @Test("remembers a negative number of observations")
    func negative() throws {
        let game = try Game(SampleGame.definition())
        let error = #expect(throws: GameError.self) {
            try ControllerMemory(MemoryKind(observations: -1, usesTurn: false), game: game)
        }
        #expect(error?.description == "controller remembers -1 observations; it must be at least 0")
    }

    @Test("would need more numbers than the limit")
    func tooLarge() throws {
        // 210 observations and 1024 responses: the last two observations make 42,010 nodes of 1024 numbers.
        let reactions = (0..<20).map { Reaction(name: "m\($0)", effect: .continues) }
        let point = [1.0] + [Double](repeating: 0, count: 19)
        let game = try Game(
            SampleGame.definition {
                $0.features = []
                $0.responses = (0..<1024).map { Response(name: "r\($0)", features: [], cost: 0) }
                $0.cues = (0..<10).map { "c\($0)" }
                $0.reactions = reactions
                $0.users.removeLast()
                $0.users[0].prior = 1
                $0.users[0].exposure = []
                $0.users[0].cues = Array(repeating: Array(point.prefix(10)), count: 2)
                $0.users[0].agent = ScriptedUser { _, _, _ in point }
            })
        #expect(try ControllerMemory(.lastWithTurn, game: game).nodeCount == 10 + 2 * 200)
        let error = #expect(throws: GameError.self) {
            try ControllerMemory(MemoryKind(observations: 2, usesTurn: false), game: game)
        }
        #expect(error?.place == "controller")
        #expect(error?.problem.hasSuffix("needs more than 16777216 numbers; remember fewer observations") == true)
    }
}
