import ExampleScenarios
import Foundation
import GameModel
import InputErrors
import Scenarios
import Testing

/// Numbers that are changed in the text of a scenario, where they stand.
@Suite("A scenario's text with other numbers")
struct NumbersInTextTests {
    /// The text after changes, which must be read as what was asked for.
    private func text(_ source: String, _ changes: [String], note: String = "tried") throws -> String {
        let scenario = try Scenario.parse(source, file: "a.yaml")
            .setting(try changes.map { try ParameterChange($0) })
        let text = try scenario.text(note: note)
        let again = try Scenario.parse(text, file: "a.yaml")
        #expect(again.gameHash == scenario.gameHash || again.game.prior.count > 1)
        return text
    }

    private func changedLines(_ before: String, _ after: String) -> [String] {
        let lines = Set(before.split(separator: "\n", omittingEmptySubsequences: false))
        return after.split(separator: "\n", omittingEmptySubsequences: false).filter { !lines.contains($0) }
            .map(String.init)
    }

    private static let source = """
        format: 1  # the format
        name: small
        horizon: 2
        opening: [{role: user, content: "Is it {bias: 3}? # no"}]
        features: {warmth: how warm}
        responses:
          answer: {features: {warmth: 0.5}, texts: ["Hello. # really"]}   # source: books
          refuse:
            features:
              warmth: 0.25
            texts: ["No."]
        outcomes:
          over: {safe: true, timeout: true}
          glad: {safe: true}
        reactions:
          ask: {texts: ["And then?"]}
          thank: {ends: glad, texts: ["Thanks."]}
          nod: {ends: glad, texts: ["Fine."]}
        users:
          # Everybody.
          friend:
            prior: 0.75    # assumption
            utility:
              ask: {warmth: 1.5}   # source: books (se 0.1)
              thank:
                # how glad
                bias: -3.5
                warmth: 2
          foe: {prior: 0.25, utility: {}, rationality: 2}
        objective:
          constraints:
            - {user: foe, outcome: glad, at_most: 0.5}   # by law

        """

    @Test("A number is replaced where it stands, and its line says so after what it said")
    func replaced() throws {
        let after = try text(Self.source, ["users.friend.utility.thank.bias=-1.25"])
        #expect(changedLines(Self.source, after) == ["        bias: -1.25  # assumption: tried"])
        let cost = try text(Self.source, ["users.friend.utility.ask.warmth=2"])
        #expect(
            changedLines(Self.source, cost) == [
                "      ask: {warmth: 2.0}   # source: books (se 0.1); assumption: tried"
            ])
        let limit = try text(Self.source, ["objective.constraints.foe.glad.at_most=0.125"])
        #expect(
            changedLines(Self.source, limit) == [
                "    - {user: foe, outcome: glad, at_most: 0.125}   # by law; assumption: tried"
            ])
        let feature = try text(Self.source, ["responses.answer.features.warmth=0.75"])
        #expect(
            changedLines(Self.source, feature) == [
                "  answer: {features: {warmth: 0.75}, texts: [\"Hello. # really\"]}   # source: books; assumption: tried"
            ])
    }

    @Test("A number that is left out is put into its mapping, with the mappings that it lacks")
    func inserted() throws {
        let flow = try text(Self.source, ["users.friend.utility.ask.bias=0.5"])
        #expect(
            changedLines(Self.source, flow) == [
                "      ask: {bias: 0.5, warmth: 1.5}   # source: books (se 0.1); assumption: tried"
            ])
        let block = try text(Self.source, ["users.friend.utility.nod.bias=0.5"])
        #expect(changedLines(Self.source, block) == ["      nod: {bias: 0.5}  # assumption: tried"])
        let empty = try text(Self.source, ["users.foe.utility.nod.warmth=0.5"])
        #expect(
            changedLines(Self.source, empty) == [
                "  foe: {prior: 0.25, utility: {nod: {warmth: 0.5}}, rationality: 2}  # assumption: tried"
            ])
        let deep = try text(Self.source, ["users.friend.payoff.glad=2", "discount=0.5", "objective.kl_weight=0.1"])
        #expect(
            Set(changedLines(Self.source, deep)) == [
                "discount: 0.5  # assumption: tried", "    payoff: {glad: 2.0}  # assumption: tried",
                "  kl_weight: 0.1  # assumption: tried",
            ])
    }

    @Test("Entries of a distribution are written together; no note leaves comments alone")
    func distributions() throws {
        let after = try text(Self.source, ["users.foe.prior=0.5"], note: "")
        #expect(
            changedLines(Self.source, after) == [
                "    prior: 0.5    # assumption", "  foe: {prior: 0.5, utility: {}, rationality: 2}",
            ])
    }

    @Test("Other line ends and JSON stay as they are")
    func forms() throws {
        let windows = Self.source.replacingOccurrences(of: "\n", with: "\r\n")
        let after = try text(windows, ["users.friend.utility.thank.bias=-1.25"])
        #expect(after.contains("bias: -1.25  # assumption: tried\r\n"))
        let added = try text(windows, ["users.friend.utility.nod.bias=0.5"])
        #expect(added.contains("nod: {bias: 0.5}  # assumption: tried\r\n"))
        let json = """
            {"format": 1, "name": "tiny", "horizon": 2, "opening": [{"role": "user", "content": "Hi"}],
             "responses": {"answer": {"texts": ["Hello."]}}, "outcomes": {"over": {"safe": true, "timeout": true}},
             "reactions": {"ask": {"texts": ["And?"]}, "go": {"texts": ["On."]}},
             "users": {"anyone": {"prior": 1, "utility": {"ask": {"bias": 1}}}}}
            """
        let changed = try text(json, ["users.anyone.utility.ask.bias=2", "users.anyone.utility.go.bias=0.5"])
        #expect(
            changed.contains("\"utility\": {\"go\": {\"bias\": 0.5}, \"ask\": {\"bias\": 2.0}}"), "\(changed)")
        #expect(!changed.contains("#"))
    }

    @Test("A number that has no place of its own is refused by its path")
    func refused() throws {
        let source = try #require(ExampleScenarios.all.first { $0.name == "starter" }).text
        let scenario = try Scenario.parse(source, file: "starter.yaml")
        let path = "users.thief.cues.annoyed.plain"
        let error = #expect(throws: InputError.self) { try scenario.setting(path, to: 0.9).text(note: "tried") }
        #expect(error?.description.contains(path) == true)
    }

    @Test("Every number of every shipped scenario is written as it was set, or refused by its path")
    func shipped() throws {
        var written = 0
        for example in ExampleScenarios.all {
            let scenario = try Scenario.parse(example.text, file: "\(example.name).yaml")
            let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
            // One in seven of them: every edit composes the text again.
            for (index, parameter) in inputs.parameters.enumerated() where index % 7 == 3 {
                guard let value = inputs[parameter] else { continue }
                let other = inputs.domain(of: parameter) == .anyNumber ? value + 0.375 : value * 0.875
                guard other != value, let set = try? scenario.setting(parameter.path, to: other) else { continue }
                do {
                    let text = try set.text(note: "tried")
                    let again = try Scenario.parse(text, file: "again.yaml")
                    let read = GameInputs(definition: again.definition, objective: again.objective)
                    #expect(abs((read[parameter] ?? .nan) - other) <= 1e-14 * max(1, abs(other)), "\(parameter)")
                    written += 1
                } catch let error as InputError {
                    #expect(error.description.contains(".cues."), "\(error)")
                }
            }
        }
        #expect(written > 100)
    }
}
