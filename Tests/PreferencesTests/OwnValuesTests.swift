import ExactEvaluation
import ExampleScenarios
import GameFixtures
import GameModel
import Labelling
import Output
import Preferences
import Scenarios
import Testing

/// What answers are worth by their labels.
@Suite struct OwnValuesTests {
    private func answer(_ content: String, _ members: [String: JSONValue]) -> JSONValue {
        .object(members.merging(["content": .string(content)]) { own, _ in own })
    }

    private func line(_ answers: [JSONValue], cue: String? = nil) -> JSONValue {
        .object(
            ["prompt": .string("Hello?"), "candidates": .array(answers)].merging(
                cue.map { ["cue": .string($0)] } ?? [:]
            ) { own, _ in own })
    }

    private static let scenarios = ExampleScenarios.all.map(\.name)

    /// Also where the cost is left to be found, and where the answer's label is not certain to the last digit.
    @Test(arguments: scenarios) func featuresOfAResponseAreWorthWhatItsNameIs(name: String) throws {
        let fixture = try OwnFixture(name)
        let sharesFeatures = fixture.game.responses.contains { first in
            fixture.game.responses.contains { $0.features == first.features && $0.cost != first.cost }
        }
        #expect(!sharesFeatures, "the features alone do not tell the responses of \(name) apart")
        for response in fixture.game.responses {
            let named = answer("as", ["response": .string(response.name)])
            let features = fixture.features(response)
            let first = fixture.game.responses[0]
            let paid = fixture.scenario.objective.goal == .payoff ? response.cost - first.cost : 0
            for (other, more) in [
                (answer("like", ["features": features]), 0.0),
                (answer("like", ["features": features, "cost": .number(response.cost)]), 0),
                (answer("like", ["features": features, "response": .string(response.name)]), 0),
                // Features of another response than that which it is called, at the cost of the latter.
                (answer("like", ["features": features, "response": .string(first.name)]), paid),
            ] {
                let own = try fixture.own([line([named, other])])
                let completions = own.table.prompts[0].completions
                #expect(abs(completions[0].value + more - completions[1].value) < 1e-12, "\(response.name) in \(name)")
                #expect(abs((completions[0].safe ?? 0) - (completions[1].safe ?? 1)) < 1e-12)
                #expect(completions[1].draws.isEmpty && completions[1].deviation == 0)
            }
        }
    }

    /// The oracle adds the answer to the game as a response that the policy never gives.
    @Test(arguments: [MemoryKind.stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: true)])
    func anyFeaturesAreWorthWhatAResponseWithThemWouldBe(memory: MemoryKind) throws {
        let fixture = try OwnFixture(memory: memory)
        let game = fixture.game
        var random = SplitMix64(seed: 11)
        for cue in game.cues.indices {
            let features = game.features.map { _ in random.unit() }
            let members = Dictionary(
                uniqueKeysWithValues: zip(game.features, features).map { ($0, JSONValue.number($1)) })
            let own = try fixture.own([
                line(
                    [
                        answer("a", ["features": .object(members), "cost": .number(0.125)]),
                        answer("b", ["response": .string("refuse")]),
                    ], cue: game.cues[cue])
            ])
            var definition = fixture.scenario.definition
            definition.responses.append(Response(name: "other", features: features, cost: 0.125))
            let larger = try Game(definition)
            let policy = fixture.source.controller
            let rows = (0..<policy.memory.nodeCount).flatMap { node -> [Double] in
                Array(policy.strategy(at: node)) + [0]
            }
            var objective = fixture.scenario.objective
            objective.reference = objective.reference.widened(by: 1)
            let values = try ActionValues(
                try Policy(memory: policy.memory, strategies: rows, game: larger), game: larger, objective: objective,
                multipliers: fixture.multipliers)
            let belief = try Belief.opening(cue, game: game).belief
            let expected = values.expected(
                belief: belief, turn: 1, node: policy.memory.initial[cue].entries[0].node)[game.responses.count]
            #expect(abs(own.table.prompts[0].completions[0].value - expected) < 1e-12 * max(1, abs(expected)))
        }
    }

    @Test func aDistributionOverResponsesIsTheirMixture() throws {
        let fixture = try OwnFixture()
        let own = try fixture.own([
            line(
                [
                    answer("a", ["response": .string("refuse")]), answer("b", ["response": .string("guide")]),
                    answer("c", ["response": OwnFixture.shares(["refuse": 0.25, "guide": 0.75])]),
                ], cue: "distress")
        ])
        let completions = own.table.prompts[0].completions
        let (refuse, guide, mixed) = (completions[0].value, completions[1].value, completions[2])
        #expect(abs(mixed.value - (0.25 * refuse + 0.75 * guide)) < 1e-12)
        #expect(abs(mixed.deviation - (0.25 * 0.75).squareRoot() * abs(refuse - guide)) < 1e-12)
        #expect(mixed.draws.count == 64)
        #expect(mixed.draws.count { $0 == refuse } == 16 && mixed.draws.count { $0 == guide } == 48)
        #expect(mixed.response == fixture.game.responses.firstIndex { $0.name == "guide" })
        #expect(own.summary.uncertainAnswers == 1 && own.summary.answers == 3)
    }

    /// Where a value is linear in the features the mean is known: of a feature that is uniform in [0, 1], and of one far from both ends.
    @Test func drawsOfFeaturesHaveTheMeanAndSpreadOfTheirLabel() throws {
        let fixture = try OwnFixture("starter")
        let game = fixture.game
        let feature = game.features[0]
        func values(_ mean: Double, _ deviation: Double, draws: Int) throws -> PromptRecord.Completion {
            let own = try fixture.own(
                [
                    line([
                        answer(
                            "a",
                            [
                                "features": .object([
                                    feature: .object(["mean": .number(mean), "sd": .number(deviation)])
                                ]), "cost": .number(0),
                            ]), answer("b", ["response": .string(game.responses[0].name)]),
                    ])
                ], settings: OwnPromptSettings(minimumScope: 0, draws: draws))
            return own.table.prompts[0].completions[0]
        }
        func certain(_ amount: Double) throws -> Double {
            try fixture.own([
                line([
                    answer("a", ["features": .object([feature: .number(amount)]), "cost": .number(0)]),
                    answer("b", ["response": .string(game.responses[0].name)]),
                ])
            ]).table.prompts[0].completions[0].value
        }
        // A standard deviation of 1000 leaves nothing of the mean: any amount is as probable as any other.
        let flat = try values(0.5, 1000, draws: 256)
        let steps = try (0..<256).map { try certain((Double($0) + 0.5) / 256) }
        #expect(abs(flat.value - steps.reduce(0, +) / 256) < 1e-6)
        #expect(zip(flat.draws.sorted(), steps.sorted()).allSatisfy { abs($0 - $1) < 1e-5 })
        // Far from both ends, truncation takes nothing away: the spread is the slope times the label's.
        let slope = (try certain(0.51) - certain(0.49)) / 0.02
        let narrow = try values(0.5, 0.02, draws: 256)
        #expect(abs(narrow.deviation - abs(slope) * 0.02) < 0.02 * abs(slope) * 0.02)
        #expect(abs(narrow.value - (try certain(0.5))) < 1e-3 * abs(slope))
        // At an end the label's mean is not that of what is drawn: half a normal distribution has the mean σ √(2/π).
        let end = try values(0, 0.02, draws: 256)
        let start = try certain(0)
        let expected = (try certain(0.02) - start) * (2 / Double.pi).squareRoot()
        #expect(abs(end.value - start - expected) < 0.02 * abs(expected))
    }

    /// The costs of two responses at the ends of a line, and of what lies between them.
    @Test func anAnswerCostsWhatTheResponsesNearbyCost() throws {
        let fixture = try OwnFixture()
        let game = fixture.game
        let (cheap, dear) = try (
            #require(game.responses.min { $0.cost < $1.cost }), #require(game.responses.max { $0.cost < $1.cost })
        )
        func value(_ features: [Double], _ cost: Double?) throws -> Double {
            let members = Dictionary(
                uniqueKeysWithValues: zip(game.features, features).map { ($0, JSONValue.number($1)) })
            var item: [String: JSONValue] = ["features": .object(members)]
            item["cost"] = cost.map { .number($0) }
            return try fixture.own([line([answer("a", item), answer("b", ["response": .string("refuse")])])])
                .table.prompts[0].completions[0].value
        }
        let middle = zip(cheap.features, dear.features).map { ($0 + $1) / 2 }
        let free = try value(middle, 0)
        let paid = free - (try value(middle, nil))
        #expect(paid > 0 && paid < dear.cost)
    }

    /// Users who know responses by name have reacted to the very response that the policy's memory then takes the answer for.
    @Test func aMixtureWithFeaturesIsTheMixtureOfWhatItMayBe() throws {
        let scenario = try Scenario.parse(
            """
            format: 1
            name: named
            horizon: 2
            features: {warm: "warmth"}
            opening: [{role: user, content: "Hello?"}]
            responses:
              cold: {features: {warm: 0}, texts: ["No."]}
              hot: {features: {warm: 1}, texts: ["Yes."]}
            outcomes: {good: {safe: true}, bad: {safe: false}, over: {safe: true, timeout: true}}
            reactions:
              ask: {texts: ["And then?"]}
              thanks: {ends: good, texts: ["Thanks."]}
              hurt: {ends: bad, texts: ["Ha."]}
            users:
              anyone: {prior: 1, payoff: {good: 1}, table: {cold: {ask: 0.8, thanks: 0.1, hurt: 0.1}, hot: {ask: 0.3, thanks: 0.7}}}
            """, file: "named.yaml")
        let game = scenario.game
        let later = game.observations.later.count
        // After cold it stays cold, after hot it stays hot.
        let memory = try ControllerMemory(
            layers: [1, 2], initial: [0],
            successors: [Int](repeating: 1, count: later) + [Int](repeating: 2, count: later), followsResponses: true,
            game: game)
        let policy = try Policy(memory: memory, strategies: [0.5, 0.5, 1, 0, 0, 1], game: game)
        // A mixture of always cold and always hot follows the one that gives the response.
        let drawn = try Policy(
            memory: try ControllerMemory(
                layers: [2, 2],
                initial: [
                    try NodeDistribution([(0, 0.5), (1, 0.5)], place: "drawn")
                ],
                successors: [Int](repeating: 2, count: later) + [Int](repeating: 3, count: later), game: game),
            strategies: [1, 0, 0, 1, 1, 0, 0, 1], game: game)
        for policy in [policy, drawn] {
            let source = try PreferenceSource(
                scenario: scenario.name, game: game, wording: scenario.wording, objective: scenario.objective,
                controller: policy, multipliers: [], temperature: 0.2)
            // Also with the very features of a response, which the label calls another.
            for warm in [0.6, 0, 1] {
                let features = JSONValue.object(["warm": .number(warm)])
                let answers = [("cold", 1.0), ("hot", 1), ("cold", 0.25)].enumerated().map { index, item in
                    let shares = item.1 == 1 ? [item.0: 1.0] : ["cold": item.1, "hot": 1 - item.1]
                    return answer(
                        "\(index)", ["response": OwnFixture.shares(shares), "features": features, "cost": .number(0)])
                }
                let own = try OwnCandidates(
                    Array(try line(answers).text().utf8),
                    OwnCandidates.Basis(
                        source: source, definition: scenario.definition, objective: scenario.objective,
                        multipliers: [], settings: OwnPromptSettings(minimumScope: 0), labels: nil, reasons: nil))
                let values = own.table.prompts[0].completions.map(\.value)
                // cold: 0.1 + 0.8 · 0.1, hot: 0.7 + 0.3 · 0.7.
                for (value, expected) in zip(values, [0.18, 0.91, 0.25 * 0.18 + 0.75 * 0.91]) {
                    #expect(abs(value - expected) < 1e-12)
                }
            }
        }
    }

    /// Draws of one answer go with draws of another in an order of their own, so that the same label twice is not the same answer.
    @Test func answersAreDrawnIndependently() throws {
        let fixture = try OwnFixture()
        let shares = OwnFixture.shares(["refuse": 0.5, "guide": 0.5])
        let completions = try fixture.own([
            line([answer("a", ["response": shares]), answer("b", ["response": shares])])
        ]).table.prompts[0].completions
        #expect(completions[0].value == completions[1].value)
        #expect(completions[0].draws.sorted() == completions[1].draws.sorted())
        let agree = zip(completions[0].draws, completions[1].draws).count { $0 == $1 }
        #expect((16...48).contains(agree), "\(agree) of 64")
    }
}
