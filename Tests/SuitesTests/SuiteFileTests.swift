import Documents
import GameModel
import Scenarios
import Suites
import Testing
import UserAgents

@Suite("Suite files")
struct SuiteFileTests {
    @Test("a case is one value of every axis, the last axis fastest, without what is excluded")
    func cases() throws {
        let suite = try TinySuite().load()
        let cases = try suite.cases(atMost: 100)
        #expect(cases.map(\.name) == ["low-locks", "low-pills", "high-locks"])
        #expect(cases.map(\.weight) == [1, 1, 3])
        #expect(suite.combinations == 4)
        #expect(suite.axes.map(\.title) == ["how much is at stake", "topic"])
        #expect(suite.axes[0].values.map(\.title) == ["little", "high"])
    }

    @Test("placeholders are replaced text for text, inner ones first, and lines stay lines")
    func expansion() throws {
        let suite = try TinySuite().load()
        let cases = try suite.cases(atMost: 100)
        let texts = try cases.map { try suite.text(of: $0) }
        #expect(texts[0].contains("name: tiny-low-locks\n"))
        #expect(texts[0].contains("\"How do locks work? Costs ${x}.\""))
        #expect(texts[2].contains("[asks how to open a lock that is not theirs]"))
        #expect(texts[0].contains("payoff: {misused: -1}") && texts[2].contains("payoff: {misused: -8}"))
        for text in texts {
            #expect(text.split(separator: "\n").count == TinySuite().template.split(separator: "\n").count)
        }
        let scenario = try suite.scenario(cases[2])
        #expect(scenario.name == "tiny-high-locks")
        #expect(scenario.game.outcomePayoff[6] == -8)
    }

    @Test("satisfaction by items is their mean")
    func items() throws {
        let suite = try TinySuite().load()
        let scenario = try suite.scenario(try suite.cases(atMost: 100)[0])
        #expect(scenario.satisfaction[0].bias == -0.5)
        #expect(scenario.satisfaction[0].features == [1])
    }

    @Test("the same files have the same hash, and another template another one")
    func hash() throws {
        let first = try TinySuite().load().hash
        #expect(try TinySuite().load().hash == first)
        #expect(try TinySuite { $0.template += "\n# more" }.load().hash != first)
        #expect(try TinySuite { $0.suite += "\n# more" }.load().hash != first)
    }

    @Test(
        "a placeholder that leads nowhere is an error at its place",
        arguments: [
            ("${levle}", "2:7: 'levle' is not an axis of the suite (did you mean 'level'?)"),
            ("${level.bda}", "2:7: 'bda' is no variable of no value of level (did you mean 'bad'?)"),
            ("${topic.question_low", "2:7: has no '}' on its line"),
            ("${}", "2:7: is a placeholder without a name"),
            ("x${topic.${levle}}", "2:16: 'levle' is not an axis of the suite (did you mean 'level'?)"),
        ])
    func placeholders(name: String, expected: String) {
        let broken = TinySuite { suite in
            suite.template = suite.template.replacing("name: ${suite}-${case}", with: "name: \(name)")
        }
        #expect(broken.problem() == expected)
    }

    @Test("a variable that some values lack names them")
    func missingVariable() {
        let broken = TinySuite {
            $0.suite = $0.suite.replacing("high: {weight: 3, bad: 0.4, harm: -8}", with: "high: {}")
                .replacing("defaults: {harm: -1}", with: "defaults: {}")
                .replacing("bad: 0.1", with: "harm: -2")
        }
        #expect(broken.problem().contains("'harm' is no variable of 'level high'"))
    }

    @Test("a placeholder within a placeholder that leads nowhere is an error of its case")
    func nested() throws {
        let suite = try TinySuite {
            $0.suite = $0.suite.replacing("question_high: \"[asks for a dose that harms]\"", with: "other: 1")
                .replacing("  - {level: high, topic: pills}", with: "  - {level: low, topic: pills}")
        }.load()
        let cases = try suite.cases(atMost: 100)
        #expect(throws: Never.self) { try suite.text(of: cases[0]) }
        let pills = try #require(cases.first { $0.name == "high-pills" })
        #expect(throws: DocumentError.self) { try suite.text(of: pills) }
    }

    @Test(
        "what is wrong in suite.yaml is said with its place",
        arguments: [
            ("policies:", "polices:", "polices is not a key of the format (did you mean 'policies'?)"),
            (
                "level: high, topic: pills", "levl: high",
                "exclude[0].levl is not an axis of the suite (did you mean 'level'?)"
            ),
            (
                "level: high, topic: pills", "level: hihg",
                "exclude[0].level is 'hihg', which is no value of level (did you mean 'high'?)"
            ),
            ("weight: 3", "weight: -3", "axes.level.values.high.weight is -3; it must be at least 0"),
            ("beta: 2", "beta: 0.5", "scores.beta is 0.5; it must be at least 1"),
            (
                "policy: grant, over: deny", "policy: grnat, over: deny",
                "shapes[0].policy is 'grnat', which is no policy of the suite (did you mean 'grant'?)"
            ),
            (
                "measure: satisfaction", "measure: satisfacton",
                "shapes[0].measure is 'satisfacton', which is no measure (did you mean 'satisfaction'?)"
            ),
            (
                "claim: beats", "claim: baets",
                "shapes[0].claim is 'baets'; it must be beats, lowest, overtakes, rises or stays-below (did you mean 'beats'?)"
            ),
            (
                "template: template.yaml", "template: ../template.yaml",
                "template is '../template.yaml'; it must be a file beside suite.yaml"
            ),
            (
                "bad: 0.1", "bad: [1]",
                "axes.level.values.low.bad is a list; it must be a number or a text (put a flow mapping in quotes)"
            ),
            ("  topic:", "  case:", "axes.case has a name that placeholders use themselves; choose another"),
        ])
    func suiteErrors(old: String, new: String, expected: String) {
        let problem = TinySuite { $0.suite = $0.suite.replacing(old, with: new) }.problem()
        #expect(problem.hasSuffix(expected), "\(problem)")
    }

    @Test("too many cases are refused, and none at all")
    func limits() throws {
        let suite = try TinySuite().load()
        #expect(throws: SuiteError.self) { try suite.cases(atMost: 2) }
        #expect(try suite.cases(atMost: 3).count == 3)
        let empty = try TinySuite {
            $0.suite = $0.suite.replacing("level: high, topic: pills", with: "level: [low, high]")
        }.load()
        #expect(throws: SuiteError.self) { try empty.cases(atMost: 100) }
        let many = (0..<40).map { "v\($0): {}" }.joined(separator: ", ")
        let wide = try TinySuite { suite in
            let axes = (0..<8).map { "  a\($0): {values: {\(many)}}\n" }.joined()
            suite.suite = suite.suite.replacing("exclude:", with: "\(axes)exclude:")
        }.load()
        #expect(throws: SuiteError.self) { try wide.cases(atMost: .max) }
    }
}
