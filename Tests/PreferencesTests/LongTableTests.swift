import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Preferences
import Testing

@Suite("Prompts and completions")
struct LongTableTests {
    @Test("A prompt is what the model would see: the opening, then turn by turn, ending with the user")
    func prompts() throws {
        let definition = SampleGame.definition()
        let source = try Fixture.source(definition, wording: Fixture.wording(definition, paraphrases: 3))
        let table = try Fixture.table(source, NodeSelection(count: .max), variants: 2)
        #expect(table.prompts.count > 146)
        for prompt in table.prompts {
            let roles = prompt.messages.map(\.role)
            #expect(roles == [.system] + (1..<2 * prompt.turn).map { $0 % 2 == 1 ? .user : .assistant } + [])
            #expect(roles.last == .user)
            #expect(source.wording.openings.contains(Array(prompt.messages.prefix(2))))
            let words = prompt.messages.map(\.content).joined(separator: "\n")
            for user in source.game.users { #expect(!words.localizedCaseInsensitiveContains(user)) }
            #expect(prompt.messages.allSatisfy { !$0.content.isEmpty })
            #expect(prompt.completions.allSatisfy { $0.content.hasPrefix("I ") })
        }
        #expect(Set(table.prompts.map(\.id)).count == table.prompts.count)
        #expect(Set(table.prompts.map(\.messages)).count == table.prompts.count)
    }

    @Test("A feigned reaction speaks with the words of the one that it shows as")
    func feigning() throws {
        // Everybody feigns, always.
        let definition = SampleGame.definition(
            agent: ScriptedUser(reactions: { _, _, _ in [0, 0, 1, 0, 0] }))
        let table = try Fixture.table(try Fixture.source(definition), NodeSelection(count: .max))
        let later = table.prompts.filter { $0.turn > 1 }
        #expect(!later.isEmpty)
        for prompt in later {
            #expect(
                prompt.messages.filter { $0.role == .user }.dropFirst().allSatisfy {
                    $0.content.hasPrefix("You disclose")
                })
            #expect(prompt.messages.allSatisfy { $0.content != "NEVER SPOKEN" })
        }
    }

    @Test("Completions have the exact action value, π_ref, and π* by its formula", arguments: [0.05, 0.5, 20])
    func targets(temperature: Double) throws {
        let source = try Fixture.wide(temperature: temperature, reference: [0.5, 0, 0.2, 0.3])
        let selection = NodeSelection(count: 60)
        let nodes = try selection.nodes(of: source)
        let table = try Fixture.table(source, selection)
        #expect(table.prompts.count == nodes.count)
        for (prompt, node) in zip(table.prompts, nodes) {
            let values = source.actionValues.expected(
                belief: node.belief, turn: node.turn, nodes: node.nodes, controller: source.controller)
            #expect(prompt.completions.map(\.value) == values)
            #expect(prompt.completions.map(\.reference) == source.reference.otherwise)
            #expect(prompt.turn == node.turn)
            #expect(prompt.reach == node.reach(referenceShare: 0.5))
            let weights = zip(source.reference.otherwise, values).map { $0 * exp($1 / temperature) }
            for (completion, weight) in zip(prompt.completions, weights) {
                #expect(abs(completion.target - weight / weights.reduce(0, +)) < 1e-12)
            }
        }
    }

    @Test("Without a temperature the target is what the policy does")
    func targetsWithoutTemperature() throws {
        let source = try Fixture.wide(temperature: 0)
        let selection = NodeSelection(count: 30)
        for (prompt, node) in zip(try Fixture.table(source, selection).prompts, try selection.nodes(of: source)) {
            #expect(prompt.completions.map(\.target) == Array(node.nodes.strategy(of: source.controller)))
        }
    }

    @Test("Histories with the same words are merged, their values weighed by reach")
    func merging() throws {
        let definition = SampleGame.definition()
        let source = try Fixture.source(definition, wording: Fixture.wording(definition, forgetsCues: true))
        let selection = NodeSelection(count: .max, referenceShare: 0.4)
        let nodes = try selection.nodes(of: source)
        let table = try Fixture.table(source, selection)
        // What remains of a history without its cues: 1 + 2·2 + (2·2)² conversations.
        #expect(table.prompts.count == 21)
        #expect(table.mergedHistories == nodes.count - 21)
        let groups = Dictionary(grouping: nodes) { node in
            node.exchanges.map { [$0.response, source.game.observations.shown(of: $0.observation) ?? -1] }
        }
        for (exchanges, group) in groups {
            let words = exchanges.flatMap { exchange in
                [
                    "I \(definition.responses[exchange[0]].name) (0)",
                    "You \(definition.reactions[source.game.shownReactions[exchange[1]]].name) (0)",
                ]
            }
            let prompt = try #require(table.prompts.first { $0.messages.dropFirst(2).map(\.content) == words })
            let reach = group.map { $0.reach(referenceShare: 0.4) }.reduce(0, +)
            #expect(abs(prompt.reach - reach) < 1e-12)
            for completion in prompt.completions {
                let sum = group.reduce(0.0) { sum, node in
                    let values = source.actionValues.expected(
                        belief: node.belief, turn: node.turn, nodes: node.nodes, controller: source.controller)
                    return sum + node.reach(referenceShare: 0.4) * values[completion.response]
                }
                #expect(abs(completion.value - sum / reach) < 1e-12)
            }
        }
        #expect(abs(table.prompts.filter { $0.turn == 1 }.map(\.reach).reduce(0, +) - 1) < 1e-12)
    }

    @Test("A completion whose text repeats another's is dropped and counted, the first stays")
    func identicalTexts() throws {
        let definition = RandomGame { $0.responses = 3 }.definition(seed: 2)
        var wording = Fixture.wording(definition)
        wording.responses[2] = wording.responses[0]
        let table = try Fixture.table(Fixture.source(definition, wording: wording), NodeSelection(count: 20))
        #expect(table.identicalTexts == 20)
        for prompt in table.prompts {
            #expect(prompt.completions.map(\.response) == [0, 1])
            #expect(abs(prompt.completions.map(\.target).reduce(0, +) - 1) < 1e-12)
        }
    }

    @Test("Paraphrases follow from the seed, and variants add prompts with the same values")
    func paraphrases() throws {
        let definition = SampleGame.definition()
        let source = try Fixture.source(definition, wording: Fixture.wording(definition, paraphrases: 4))
        func messages(_ seed: UInt64, _ variants: Int = 1) throws -> [[Message]] {
            try Fixture.table(source, NodeSelection(count: 60, seed: seed), variants: variants).prompts.map(\.messages)
        }
        #expect(try messages(1) == messages(1))
        #expect(try messages(1) != messages(2))
        let more = try Fixture.table(source, NodeSelection(count: 60), variants: 3)
        #expect(more.prompts.count > 60)
        #expect(more.mergedHistories == 0)
        #expect(try Set(messages(1)).isSubset(of: Set(more.prompts.map(\.messages))))
        // Every paraphrase is spoken somewhere.
        let spoken = Set(more.prompts.flatMap { $0.completions.map(\.content) })
        for text in source.wording.responses.joined().joined() { #expect(spoken.contains(text)) }
    }
}
