import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// Reasons where users look ahead: they expect the policy before and after the response that is being explained.
@Suite struct ForesightRationaleTests {
    private let fixture: OwnFixture
    private let reasons: PairReasons

    init() throws {
        fixture = try OwnFixture("keeps-asking")
        reasons = try PairReasons(
            fixture.source.controller, label: "random",
            inputs: GameInputs(definition: fixture.scenario.definition, objective: fixture.scenario.objective),
            multipliers: [])
    }

    /// [|M|] and the share of unsafe ends, by plain recursion over everything that may happen: what the scenario's agents do who
    /// know the rule, taking no table, class or adjoint on trust.
    private func literal(
        _ joint: [Double], turn: Int, observed: [BruteForce.Observed], response: Int
    ) throws -> (reactions: [Double], unsafe: Double) {
        let (definition, game, policy) = (fixture.scenario.definition, fixture.game, fixture.source.controller)
        let rule: BruteForce.Rule = { turn, observed in
            var node = policy.memory.initial[0].only ?? 0
            for (said, shown, cue) in observed.dropFirst() {
                guard let said, let rank = shown.flatMap({ game.shownReactions.firstIndex(of: $0) }) else { continue }
                node = policy.memory.successor(
                    of: node, after: said, observation: game.observations.index(shown: rank, cue: cue), game: game)
            }
            return Array(policy.strategy(at: node))
        }
        let users = LiteralForesight(definition, policy: rule)
        var (reactions, unsafe) = ([Double](repeating: 0, count: definition.reactions.count), 0.0)
        // Keeps-asking has one state and one cue: a hidden state is a type, and what is observed is what was said and shown.
        for (user, mass) in joint.enumerated() where mass > 0 {
            let row = try users.reactions(
                user: user, turn: turn, state: 0, observed: observed, response: response)
            for (reaction, chance) in row.enumerated() where chance > 0 {
                reactions[reaction] += mass * chance
                switch definition.reactions[reaction].effect {
                case .ends(let outcome):
                    if !definition.outcomes[outcome].isSafe { unsafe += mass * chance }
                case .continues, .continuesShowing:
                    guard turn < definition.horizon else { continue }
                    let longer: [BruteForce.Observed] = observed + [(response, reaction, 0)]
                    var alone = [Double](repeating: 0, count: joint.count)
                    alone[user] = mass * chance
                    for (next, share) in rule(turn + 1, longer).enumerated() where share > 0 {
                        unsafe +=
                            share * (try literal(alone, turn: turn + 1, observed: longer, response: next)).unsafe
                    }
                }
            }
        }
        return (reactions, unsafe)
    }

    @Test func outlooksAreThoseOfUsersWhoKnowThePolicy() throws {
        try #require(fixture.game.foresight != nil && fixture.game.states.count == 1 && fixture.game.cues.count == 1)
        let nodes = try NodeSelection(count: 12).nodes(of: fixture.source)
        try #require(nodes.contains { $0.turn > 2 })
        for node in nodes {
            let observed: [BruteForce.Observed] =
                [(nil, nil, 0)] + node.exchanges.map { ($0.response, fixture.game.shownReactions[0], 0) }
            for (response, outlook) in try reasons.outlooks(at: node).enumerated() {
                let wanted = try literal(
                    node.belief.probabilities, turn: node.turn, observed: observed, response: response)
                #expect(abs(outlook.risk - wanted.unsafe) < 1e-12)
                for (found, share) in zip(outlook.reactions, wanted.reactions) { #expect(abs(found - share) < 1e-12) }
            }
        }
    }

    /// An answer with the features of a response is given the reasons of that response.
    @Test(arguments: UInt64(4)...6) func ownAnswersHaveReasonsByNameAndByFeatures(seed: UInt64) throws {
        let definition = RandomGame {
            ($0.responses, $0.foresight, $0.horizon, $0.cues, $0.feigns) = (3, 0.9, 3, 1, false)
        }.definition(seed: seed)
        let source = try Fixture.source(definition, wording: Fixture.wording(definition))
        let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5])
        let reasons = try PairReasons(
            source.controller, label: "random", inputs: GameInputs(definition: definition, objective: objective),
            multipliers: [])
        for item in definition.responses {
            let features = zip(definition.features, item.features).map { ($0, JSONValue.number($1)) }
            // Another cost keeps the answer from being taken for the response itself; reactions do not see it.
            let answers: [JSONValue] = [
                .object(["content": .string("as"), "response": .string(item.name)]),
                .object([
                    "content": .string("like"), "features": .object(Dictionary(uniqueKeysWithValues: features)),
                    "cost": .number(item.cost + 0.125),
                ]),
            ]
            let line = try JSONValue.object(["prompt": .string("Hello?"), "candidates": .array(answers)]).text()
            let own = try OwnCandidates(
                Array(line.utf8),
                OwnCandidates.Basis(
                    source: source, definition: definition, objective: objective, multipliers: [],
                    settings: OwnPromptSettings(minimumScope: 0), labels: nil, reasons: reasons))
            let completions = own.table.prompts[0].completions
            let (named, featured) = (try #require(completions[0].outlook), try #require(completions[1].outlook))
            #expect(abs(named.reactions.reduce(0, +) - 1) < 1e-12)
            for (a, b) in zip(named.reactions, featured.reactions) { #expect(abs(a - b) < 1e-12) }
            #expect(abs(named.risk - featured.risk) < 1e-12)
        }
    }
}
