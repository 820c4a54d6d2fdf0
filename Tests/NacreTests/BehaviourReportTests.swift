import ExactEvaluation
import ExampleScenarios
import Foundation
import GameModel
import Nacre
import NumericalMethods
import Output
import Simulation
import Testing

/// Reports on behaviour: what they say against simulated conversations, and that targets hold in the file that is written.
@Suite("Reports on behaviour")
struct BehaviourReportTests {
    private static let names = ExampleScenarios.all.map(\.name)

    private static func scenario(_ name: String) throws -> Scenario {
        let example = try #require(ExampleScenarios.all.first { $0.name == name })
        return try Scenario.parse(example.text, file: "\(name).yaml")
    }

    /// A scenario with neither states nor cues nor features.
    private static let bare = """
        format: 1
        name: bare
        horizon: 3
        opening: [{role: user, content: "Hello?"}]
        responses:
          answer: {texts: ["Hello."]}
          refuse: {texts: ["No."]}
        outcomes:
          over: {safe: true, timeout: true}
          glad: {safe: true}
          gone: {safe: false}
        reactions:
          ask: {texts: ["And then?"]}
          thank: {ends: glad, texts: ["Thanks."]}
          leave: {ends: gone, texts: ["Bye."]}
        users:
          anyone: {prior: 1, rationality: 2, utility: {thank: {bias: -1}}}

        """

    @Test(
        "Frequencies of reactions in simulated conversations are the probabilities (chi-square, level 10⁻⁴)",
        arguments: names)
    func simulated(name: String) throws {
        let scenario = try Self.scenario(name)
        guard scenario.game.foresight == nil else { return }
        let game = scenario.game
        var counts: [[Int]: [Int]] = [:]
        let users = try simulatedUsers(scenario) { turn, user in
            counts[
                [user, turn.response, turn.state, turn.turn], default: Array(repeating: 0, count: game.reactions.count)][
                    turn.reaction] += 1
        }
        #expect(users > 0)
        let behaviour = try Behaviour(game: game)
        var (statistic, freedom) = (0.0, 0)
        for (key, row) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let probabilities = behaviour.course(user: key[0], response: key[1]).turns[key[3] - 1].reactions[key[2]]
            let total = Double(row.reduce(0, +))
            // Cells with few expected counts are pooled, so that the statistic has its distribution.
            var (pooled, expected, cells) = (0.0, 0.0, 0)
            for (count, probability) in zip(row, probabilities) {
                if probability == 0 { #expect(count == 0) }
                guard probability * total >= 8 else {
                    (pooled, expected) = (pooled + Double(count), expected + probability * total)
                    continue
                }
                statistic +=
                    (Double(count) - probability * total) * (Double(count) - probability * total)
                    / (probability * total)
                cells += 1
            }
            if expected >= 8 {
                statistic += (pooled - expected) * (pooled - expected) / expected
                cells += 1
            }
            freedom += max(0, cells - 1)
        }
        try #require(freedom > 20)
        let tail = try Distributions.chiSquaredUpperTail(statistic, degreesOfFreedom: Double(freedom))
        #expect(tail > 1e-4 && tail < 1 - 1e-4, "χ² = \(statistic), \(freedom) degrees of freedom")
    }

    /// Plays 10⁵ conversations against the uniform policy.
    private func simulatedUsers(
        _ scenario: Scenario, _ visit: @escaping (RecordedBlock.Turn, Int) -> Void
    ) throws -> Int {
        var users = 0
        let rollouts = Rollouts(
            game: scenario.game, policies: [try .uniform(game: scenario.game)],
            settings: .init(episodes: 100_000, seed: 11, threads: 1))
        _ = try rollouts.run(record: { block, _ in
            var user: [Int: Int] = [:]
            for episode in block.episodes { user[episode.episode] = episode.user }
            users += user.count
            for turn in block.turns { if let found = user[turn.episode] { visit(turn, found) } }
        })
        return users
    }

    @Test(
        "Targets on every shipped scenario are met, and met by the file that is written, whose other lines stay",
        arguments: names)
    func targets(name: String) throws {
        let scenario = try Self.scenario(name)
        guard scenario.game.foresight == nil else { return }
        for (index, user) in scenario.game.users.enumerated() {
            let agent = scenario.definition.users[index].agent
            let reactions = scenario.game.reactions.indices.filter {
                agent.value(of: .utility(reaction: $0, .bias)) != nil
            }
            guard reactions.count > 1 else { continue }
            var request = BehaviourRequest()
            let responses = scenario.game.responses
            for (count, reaction) in reactions.prefix(2).enumerated() {
                let response = responses[0].name
                request.targets.append(
                    "users.\(user).\(scenario.game.reactions[reaction].name)@\(response)=\(count == 0 ? 0.25 : 0.2)")
            }
            let report = try request.report(scenario)
            #expect(report.isMet, "\(request.targets) \(report.change?.findings ?? [])")
            let text = try report.writtenText
            let again = try Scenario.parse(text, file: "again.yaml")
            #expect(again.gameHash == report.scenario.gameHash)
            for finding in try #require(report.change).findings {
                let found = try finding.target.value(in: again.definition)
                #expect(abs(found - finding.target.probability) < 1e-6)
            }
            let (before, after) = (lines(scenario.sourceText), lines(text))
            let changed = Set(after).subtracting(before)
            #expect(changed.allSatisfy { $0.contains("set by behaviour --target users.\(user).") })
            #expect(changed.count <= report.change?.changes.count ?? 0)
        }
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test("A scenario without states, cues and features is shown, and its users take targets")
    func bare() throws {
        let scenario = try Scenario.parse(Self.bare, file: "bare.yaml")
        var request = BehaviourRequest()
        let plain = try request.report(scenario)
        // exp(0), exp(−2), exp(0) over their sum.
        let total = 2 + exp(-2.0)
        let rows = try #require(plain.json()["reactions"]?.arrayValue)
        #expect(rows.count == 6 && rows.allSatisfy { $0["state"] == .null })
        #expect(abs((rows[1]["probability"]?.doubleValue ?? 0) - exp(-2.0) / total) < 1e-12)
        #expect(plain.text().contains("anyone: P(reaction | response)\n"))
        request.targets = ["anyone.leave@refuse=0.5", "users.anyone.thank@answer=0.125"]
        let report = try request.report(scenario)
        #expect(report.isMet)
        let text = try report.writtenText
        #expect(text.contains("leave: {bias: "))
        let again = try Scenario.parse(text, file: "bare.yaml")
        let row = try again.definition.users[0].agent.reactionProbabilities(
            turn: 1, state: 0, response: 1, features: [])
        #expect(abs(row[2] - 0.5) < 1e-6 && abs(row[1] - 0.125) < 1e-6)
    }

    @Test("Targets that contradict are reported with the nearest, and are not applied")
    func infeasible() throws {
        let scenario = try Scenario.parse(Self.bare, file: "bare.yaml")
        var request = BehaviourRequest()
        request.targets = ["users.anyone.leave@refuse=0.5", "users.anyone.leave@answer=0.25"]
        let report = try request.report(scenario)
        #expect(!report.isMet && report.scenario.gameHash == scenario.gameHash)
        #expect(report.text().contains("INFEASIBLE"))
        for finding in try #require(report.change).findings { #expect(abs(finding.after - 0.375) < 1e-4) }
        #expect(report.json()["met"] == .bool(false))
    }

    @Test("Text, JSON, tables and picture say the same, with names from elsewhere made harmless")
    func forms() throws {
        let scenario = try Self.scenario("self-harm-question")
        var request = BehaviourRequest()
        (request.users, request.responses, request.state, request.turn) = (["distressed"], ["refuse"], "crisis", 3)
        let report = try request.report(scenario)
        let behaviour = try Behaviour(game: scenario.game)
        let user = try #require(scenario.game.users.firstIndex(of: "distressed"))
        let course = behaviour.course(user: user, response: 0)
        let rows = try #require(report.json()["reactions"]?.arrayValue)
        #expect(rows.map { $0["probability"]?.doubleValue } == course.turns[2].reactions[3].map { $0 })
        #expect(report.text().contains("in turn 3, of those who are crisis"))
        #expect(report.package.tables.map(\.name) == ["reactions", "always", "hazards"])
        #expect(report.plot.svg.contains("distressed: refuse"))
        #expect(report.plot.svg == report.plot.svg)
        let odd = Self.bare.replacingOccurrences(of: "horizon: 3", with: "title: \"a\\u202Eb <script>\"\nhorizon: 3")
        let hostile = try BehaviourRequest().report(try Scenario.parse(odd, file: "odd.yaml"))
        #expect(!hostile.text().contains("\u{202E}") && !hostile.plot.svg.contains("<script>"))
    }

    @Test(
        "What is asked wrongly is said",
        arguments: [
            ("users.anyone.leave@refuse", "is none"), ("users.anyone.leave=0.5", "is none"),
            ("users.anyone.leav@refuse=0.5", "did you mean leave?"),
            ("users.any.leave@refuse=0.5", "there is no user type"),
            ("users.anyone.leave@refuse=1.5", "no probability"), ("users.anyone.leave@refuse=nan", "no probability"),
            ("users.anyone.leave@refuse:9=0.5", "no turn"), ("users.anyone.leave@refuse/calm=0.5", "there is no state"),
            ("users.anyone.leave@refuse=0.5=0.5", "is none"), ("", "is none"),
        ])
    func refused(target: String, words: String) throws {
        let scenario = try Scenario.parse(Self.bare, file: "bare.yaml")
        var request = BehaviourRequest()
        request.targets = [target]
        let error = #expect(throws: InputError.self) { try request.report(scenario) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
