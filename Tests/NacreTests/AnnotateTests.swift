import ExampleScenarios
import Foundation
import GameModel
import Nacre
import Output
import Simulation
import Testing

@Suite("Credit in files")
struct AnnotateTests {
    private static func scenario() throws -> Scenario {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }?.text)
        return try Scenario.parse(text, file: "self-harm-question.yaml")
    }

    /// Conversations as `play` writes them, but with few words; every seventh knows no type, every eleventh has an uncertain answer.
    private static func lines(_ scenario: Scenario, count: Int) throws -> [String] {
        let (game, policy) = (scenario.game, try Policy.uniform(game: scenario.game))
        var lines: [String] = []
        func name(_ text: String) throws -> String { try JSONValue.string(text).text() }
        _ = try Rollouts(game: game, policies: [policy], settings: .init(episodes: count, seed: 5)).run(
            record: { block, _ in
                var start = 0
                for episode in block.episodes {
                    let own = Array(block.turns[start..<start + episode.turns])
                    start += episode.turns
                    var messages: [String] = []
                    for (index, turn) in own.enumerated() {
                        var user = #"{"role": "user", "content": "a", "cue": \#(try name(game.cues[turn.cue]))"#
                        if index > 0 {
                            let seen = game.shownReactions[game.continuingRanks[own[index - 1].reaction]]
                            user += #", "reaction": \#(try name(game.reactions[seen].name))"#
                        }
                        let response = try name(game.responses[turn.response].name)
                        let label =
                            lines.count % 11 == 3
                            ? #"{\#(response): 0.75, "\#(game.responses[(turn.response + 1) % game.responses.count].name)": 0.25}"#
                            : response
                        messages += [user + "}", #"{"role": "assistant", "content": "\"b\"", "response": \#(label)}"#]
                    }
                    let who = lines.count % 7 == 0 ? "" : #""user": \#(try name(game.users[episode.user])), "#
                    let outcome = try name(game.outcomes[episode.outcome].name)
                    lines.append(
                        #"{"id": "c\#(lines.count)", \#(who)"outcome": \#(outcome), "messages": [\#(messages.joined(separator: ", "))]}"#
                    )
                }
            })
        return lines
    }

    private final class Folder {
        let path = NSTemporaryDirectory() + "nacre-annotate-" + UUID().uuidString

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func contents(_ name: String) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")
            return try Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)/\($0)")))
                })
        }
    }

    @Test("Files are the same bytes on any number of threads, over several batches, with what is left out")
    func threads() throws {
        let (scenario, folder) = (try Self.scenario(), try Folder())
        var lines = try Self.lines(scenario, count: 2500)
        lines[1500] = lines[20]
        lines[2100] = "{"
        try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(
            to: URL(fileURLWithPath: folder.path + "/c.jsonl"))
        var request = AnnotateRequest(.file(folder.path + "/c.jsonl"))
        request.writesSituations = true
        for threads in [1, 2, 3, 7] {
            let control = RunControl(threads: threads)
            let report = try request.annotate(scenario, to: "\(folder.path)/\(threads)", control)
            #expect(report.conversations + report.rejects.count == 2500 && report.rejects.count >= 2)
        }
        let one = try folder.contents("1")
        #expect(one.count == 6)
        for threads in [2, 3, 7] { #expect(try folder.contents("\(threads)") == one) }
        // Every situation once, in the order in which answers name them.
        let rows = try String(decoding: #require(one["turns.csv"]), as: UTF8.self).split(separator: "\r\n").dropFirst()
        var largest = 0
        for row in rows {
            let number = try #require(Int(row.split(separator: ",", omittingEmptySubsequences: false)[2]))
            #expect(number <= largest + 1)
            largest = max(largest, number)
        }
        let situations = try String(decoding: #require(one["situations.csv"]), as: UTF8.self).split(separator: "\r\n")
        let perSituation = 2 + scenario.game.outcomes.count + scenario.game.users.count + scenario.game.states.count
        #expect(situations.count - 1 == largest * perSituation)
    }

    @Test("A line is what JSON's own writer makes of the credit, and its row has the same numbers")
    func oracle() throws {
        let (scenario, folder) = (try Self.scenario(), try Folder())
        let text = try Self.lines(scenario, count: 60).joined(separator: "\n")
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/c.jsonl"))
        try AnnotateRequest(.file(folder.path + "/c.jsonl")).annotate(scenario, to: folder.path + "/out")
        let game = scenario.game
        let policy = try NamedPolicy("reference", scenario: scenario, note: { _ in }).controller
        let tracer = try CreditTracer(policy, game: game, definition: scenario.definition)
        let reader = try CreditReader(game: game, scheme: scenario.labelScheme, labels: nil)
        let files = try folder.contents("out")
        let lines = try String(decoding: #require(files["annotated.jsonl"]), as: UTF8.self).split(separator: "\n")
        let rows = try String(decoding: #require(files["turns.csv"]), as: UTF8.self).split(separator: "\r\n")
            .dropFirst()
        let credits = text.split(separator: "\n").enumerated().compactMap { index, line in
            try? tracer.credit(try reader.conversation(TextLine(number: index + 1, bytes: Array(line.utf8))))
        }
        #expect(credits.count == lines.count && credits.count >= 55)
        for (credit, line) in zip(credits, lines) {
            #expect(try Self.json(credit, game, tracer.measures).text() == String(line))
        }
        let turns = credits.flatMap(\.turns)
        #expect(turns.count == rows.count)
        for (turn, row) in zip(turns, rows) {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let numbers: [Double?] = [
                turn.situation.values[0], turn.said[0], turn.situation.value(0, after: turn.situation.best),
                turn.advantage, turn.chance,
            ]
            #expect(Array(cells[6...10]) == numbers.map { $0?.description ?? "" })
        }
    }

    private static func json(_ credit: ConversationCredit, _ game: Game, _ measures: CreditMeasures) -> JSONValue {
        func named(_ names: [String], _ values: [Double]) -> JSONValue {
            .object(Dictionary(uniqueKeysWithValues: zip(names, values.map { .number($0) })))
        }
        let names = measures.measures.map(\.name)
        let turns = credit.turns.map { turn -> JSONValue in
            var answer: [String: JSONValue] = [
                "response": .string(game.responses[turn.response].name), "values": named(names, turn.said),
            ]
            answer["of_user"] = turn.ofUser.map {
                .object([
                    "best": .string(game.responses[$0.best].name), "said": .number($0.said), "value": .number($0.value),
                ])
            }
            let place = turn.situation
            let situation: JSONValue = .object([
                "best": .string(game.responses[place.best].name),
                "best_value": .number(place.responses(0)[place.best]), "states": named(game.states, place.states),
                "turn": .integer(place.turn), "unsafe": .number(1 - place.values[1]),
                "users": named(game.users, place.users), "values": named(names, place.values),
            ])
            return .object([
                "answer": .object(answer), "situation": situation, "unsafe_after": .number(ifPresent: turn.unsafeAfter),
            ])
        }
        let conversation = credit.conversation
        var outcome = JSONValue.null
        if case .outcome(let index) = conversation.end { outcome = .string(game.outcomes[index].name) }
        return .object([
            "advantages": .numbers(credit.turns.map(\.advantage)),
            "chance": .array(credit.turns.map { .number(ifPresent: $0.chance) }), "id": .string(conversation.id),
            "messages": .array(
                conversation.messages.map {
                    .object(["role": .string($0.message.role.rawValue), "content": .string($0.message.content)])
                }), "opening": .number(credit.opening), "outcome": outcome,
            "payoff": .number(ifPresent: credit.payoff),
            "pivotal_turn": credit.pivotal.map { .integer($0 + 1) } ?? .null,
            "turn_rewards": .numbers(credit.turns.map(\.advantage)), "turns": .array(turns),
            "user": conversation.user.map { .string(game.users[$0]) } ?? .null,
            "value": .number(measures.start[0]),
        ])
    }
}
