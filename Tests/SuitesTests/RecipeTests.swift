import ExactEvaluation
import GameModel
import NumericalMethods
import Scenarios
import Solver
import Suites
import Testing

@Suite("Policies made for cases")
struct RecipeTests {
    private func scorer() throws -> CaseScorer {
        let suite = try TinySuite().load()
        return try CaseScorer(try suite.scenario(try suite.cases(atMost: 10)[2]), scores: suite.scores)
    }

    private func named(_ name: String, _ scenario: Scenario) throws -> Policy {
        try #require(try scenario.scriptedPolicy(name))
    }

    @Test("recipes are read, and what is wrong with them is said")
    func reading() throws {
        #expect(try PolicyRecipe("belief") == .belief)
        #expect(try PolicyRecipe("soft:0.25") == .soft(0.25))
        #expect(try PolicyRecipe("robust:prior:0.1") == .robust(.prior(radius: 0.1)))
        #expect(try PolicyRecipe("priced:0") == .priced(0))
        #expect(try PolicyRecipe("always:help") == .named("always:help"))
        for wrong in ["soft", "soft:0", "soft:x", "priced:-1", "robust:prior:2", "robust:parameters:worst"] {
            #expect(throws: SuiteError.self, "\(wrong)") { try PolicyRecipe(wrong) }
        }
    }

    @Test("a planned policy is worth no less than any constant one, and its bound holds")
    func planned() throws {
        let scorer = try scorer()
        let game = scorer.scenario.game
        let made = try #require(try RecipeSolver().solve(.belief, scorer: scorer, shouldStop: { false }))
        #expect(made.isConverged)
        let value = try #require(made.value)
        #expect(abs(Evaluation(made.controller, game: game).payoff - value) < 1e-12)
        for response in game.responses.indices {
            #expect(Evaluation(try .always(response, game: game), game: game).payoff <= value + 1e-12)
        }
        #expect(try #require(made.upperBound) >= value - 1e-12)
    }

    @Test(
        "every kind of recipe gives scores, the same ones twice",
        arguments: [
            "belief", "soft:0.5", "robust:all-priors", "memoryless", "priced:2", "always:help", "uniform",
        ])
    func everyKind(recipe: String) throws {
        let scorer = try scorer()
        let runner = ItemRunner()
        let first = try runner.run(try PolicyRecipe(recipe), scorer: scorer)
        let second = try runner.run(try PolicyRecipe(recipe), scorer: scorer)
        #expect(first == second)
        #expect(first.isConverged && first.isExact)
        #expect(first.score(.satisfaction) != nil)
    }

    @Test("a higher price of risk leads to no more risk, and price 0 to the most satisfaction")
    func prices() throws {
        let scorer = try scorer()
        let runner = ItemRunner()
        let items = try [0.0, 0.5, 1, 2, 4].map {
            try runner.run(.priced($0), scorer: scorer)
        }
        let risks = items.compactMap { $0.score(.risk)?.value }
        #expect(zip(risks, risks.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 })
        let most = try ["always:refuse", "always:help", "uniform"].compactMap {
            try runner.run(.named($0), scorer: scorer).score(.satisfaction)?.value
        }.max()
        #expect(try #require(items[0].score(.satisfaction)?.value) >= (most ?? 1) - 1e-12)
    }

    @Test("beyond the limit of exact work a policy is played instead")
    func limit() throws {
        let scorer = try scorer()
        let played = try ItemRunner(exactLimit: 0, episodes: 5000).run(
            .named("always:help"), scorer: scorer)
        #expect(!played.isExact)
        #expect(played.rows.allSatisfy { $0.score.count != nil })
    }

    @Test("scripted names resolve, and say what is missing")
    func scripted() throws {
        let scenario = try scorer().scenario
        #expect(try scenario.scriptedPolicy("sequence:refuse,help") != nil)
        #expect(try scenario.scriptedPolicy("cues:else=help") != nil)
        #expect(try scenario.scriptedPolicy("policy.json") == nil)
        for (name, message) in [
            ("always:hlep", "policy always:hlep: there is no response hlep; did you mean help?"),
            ("sequence:", "policy sequence:: there is no response ; the responses are refuse, help"),
            ("cues:only", "policy cues:only: 'only' is not CUE=RESPONSE"),
            ("cues:only=help,only=refuse", "policy cues:only=help,only=refuse answers only twice"),
            ("cues:other=help,else=help", "policy cues:other=help,else=help: there is no cue other; the cues are only"),
        ] {
            let error = #expect(throws: PolicyNameError.self) { try scenario.scriptedPolicy(name) }
            #expect(error?.description == message)
        }
    }
}
