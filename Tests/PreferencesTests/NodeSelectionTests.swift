import ExactEvaluation
import GameFixtures
import GameModel
import Preferences
import Solver
import Testing

@Suite("Which decision nodes are exported")
struct NodeSelectionTests {
    /// A history found by expanding every conversation, with its probability under both policies.
    private struct History {
        var opening: Int
        var steps: [PathBelief.Step] = []
        var observations: [Int] = []
        var reference = 0.0
        var policy = 0.0
        var belief: [Double] = []

        var key: [Int] { [opening] + zip(steps, observations).flatMap { [$0.response, $1] } }
    }

    /// All histories of positive probability, by Bayes over every path of hidden states: no tree, no heap, no tables.
    private func everyHistory(_ definition: GameDefinition, _ source: PreferenceSource) throws -> [History] {
        let paths = PathBelief(definition)
        let policy = BruteForce.policy(source.controller, game: source.game)
        var found: [History] = []
        func expand(_ history: History, reference: Double, own: Double) throws {
            let joint = try paths.joint(opening: history.opening, steps: history.steps)
            let likelihood = joint.reduce(0, +)
            guard likelihood > 0 else { return }
            var history = history
            history.reference = reference * likelihood
            history.policy = own * likelihood
            history.belief = joint.map { $0 / likelihood }
            found.append(history)
            let turn = history.steps.count + 1
            guard turn < definition.horizon else { return }
            let observed: [BruteForce.Observed] =
                [(nil, nil, history.opening)] + history.steps.map { ($0.response, $0.shown, $0.cue) }
            let strategy = policy(turn, observed)
            for response in definition.responses.indices {
                for (rank, shown) in source.game.shownReactions.enumerated() {
                    for cue in definition.cues.indices {
                        var next = history
                        next.steps.append(.init(response: response, shown: shown, cue: cue))
                        next.observations.append(source.game.observations.index(shown: rank, cue: cue))
                        try expand(
                            next, reference: reference * source.reference.otherwise[response],
                            own: own * strategy[response])
                    }
                }
            }
        }
        for cue in definition.cues.indices { try expand(History(opening: cue), reference: 1, own: 1) }
        return found
    }

    private func key(_ node: DecisionNode) -> [Int] {
        [node.opening] + node.exchanges.flatMap { [$0.response, $0.observation] }
    }

    @Test("Probable nodes are exactly the most probable histories", arguments: [0, 0.5, 1])
    func mostProbable(share: Double) throws {
        for (definition, memory) in [
            (SampleGame.definition(), MemoryKind.lastWithTurn),
            (RandomGame { $0.usesTurn = true }.definition(seed: 11), .lastWithTurn),
            (RandomGame { $0.usesTurn = true }.definition(seed: 12), .graph),
        ] {
            let source = try Fixture.source(definition, memory: memory)
            let all = try everyHistory(definition, source).map { history in
                (history, share * history.reference + (1 - share) * history.policy)
            }.sorted { $0.1 > $1.1 }
            for count in [1, 2, 7, 40, all.count] {
                let nodes = try NodeSelection(count: count, referenceShare: share).nodes(of: source)
                #expect(nodes.count == count)
                for (node, best) in zip(nodes, all) { #expect(abs(node.reach(referenceShare: share) - best.1) < 1e-12) }
            }
        }
    }

    @Test("Every node has the reach and the belief that its history has")
    func reachAndBelief() throws {
        let definition = RandomGame { $0.states = 3 }.definition(seed: 4)
        let source = try Fixture.source(definition, memory: MemoryKind(observations: 2, usesTurn: false))
        let all = try everyHistory(definition, source)
        let expected = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
        let nodes = try NodeSelection(count: .max).nodes(of: source)
        #expect(nodes.count == expected.count)
        for node in nodes {
            let history = try #require(expected[key(node)])
            #expect(abs(node.referenceReach - history.reference) < 1e-14)
            #expect(abs(node.policyReach - history.policy) < 1e-14)
            for (found, wanted) in zip(node.belief.probabilities, history.belief) {
                #expect(abs(found - wanted) < 1e-12)
            }
            let remembered = Array(([node.opening] + node.exchanges.map(\.observation)).suffix(2))
            #expect(source.controller.memory.remembered[node.nodes.entries[0].node] == remembered)
        }
    }

    @Test("All nodes together cover every turn; fewer cover what they sum to")
    func coverage() throws {
        let source = try Fixture.source()
        let everything = try Fixture.table(source, NodeSelection(count: .max, referenceShare: 0.3))
        #expect(everything.coverage.count == 3)
        for share in everything.coverage { #expect(abs(share - 1) < 1e-12) }

        let selection = NodeSelection(count: 25, referenceShare: 0.3)
        let nodes = try selection.nodes(of: source)
        let reference = try Evaluation(.reference(source.reference, game: source.game), game: source.game)
        let policy = Evaluation(source.controller, game: source.game)
        for (index, share) in try Fixture.table(source, selection).coverage.enumerated() {
            let covered = nodes.filter { $0.turn == index + 1 }.map { $0.reach(referenceShare: 0.3) }.reduce(0, +)
            let reached = 0.3 * reference.reach[index] + 0.7 * policy.reach[index]
            #expect(abs(share - covered / reached) < 1e-12)
            #expect(share <= 1 + 1e-12)
        }
    }

    @Test("Sampled nodes are a function of the seed, without repetition, and true histories")
    func sampled() throws {
        let source = try Fixture.source()
        func keys(_ seed: UInt64) throws -> [[Int]] {
            try NodeSelection(method: .sampled, count: 40, seed: seed).nodes(of: source).map(key)
        }
        let first = try keys(1)
        #expect(try keys(1) == first)
        #expect(try keys(2) != first)
        #expect(Set(first).count == first.count)
        let all = try Set(NodeSelection(count: .max).nodes(of: source).map(key))
        #expect(first.allSatisfy(all.contains))
    }

    @Test("Episodes are sampled as often as they are probable")
    func sampledFrequencies() throws {
        let source = try Fixture.source()
        let everything = try NodeSelection(count: .max).nodes(of: source)
        for share in [0.0, 1.0] {
            // One episode per seed: its path says how far it came.
            var met: [[Int]: Int] = [:]
            let episodes = 1500
            for seed in 0..<UInt64(episodes) {
                let selection = NodeSelection(method: .sampled, count: 1, referenceShare: share, seed: seed)
                for node in try selection.nodes(of: source) { met[key(node), default: 0] += 1 }
            }
            for node in everything where node.reach(referenceShare: share) > 0.01 {
                let p = node.reach(referenceShare: share)
                let frequency = Double(met[key(node)] ?? 0) / Double(episodes)
                #expect(abs(frequency - p) < 5 * (p * (1 - p) / Double(episodes)).squareRoot())
            }
        }
    }

    @Test("Settings out of range are errors", arguments: [(0, 0.5), (1, -0.1), (1, 1.1), (1, .nan)])
    func errors(count: Int, share: Double) throws {
        let source = try Fixture.source()
        for method in NodeSelection.Method.allCases {
            #expect(throws: PreferenceError.self) {
                try NodeSelection(method: method, count: count, referenceShare: share).nodes(of: source)
            }
        }
    }
}
