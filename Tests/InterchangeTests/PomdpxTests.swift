import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Interchange
import Output
import Scenarios
import Testing

@Suite("POMDPs of mixed observability")
struct PomdpxTests {
    @Test(
        "an independent reader finds the optimum, whatever the file's discount",
        .enabled(if: Python.hasPython, "there is no python3 of version 3.10 or newer"))
    func optimum() throws {
        let folder = try TemporaryFolder()
        var (files, wanted): ([JSONValue], [Double]) = ([], [])
        for seed in UInt64(1)...18 {
            let definition = Games.definition(seed, horizon: seed % 6 == 5 ? 3 : 1 + Int(seed % 2))
            let goal: Objective.Goal = seed % 4 == 0 ? .safeOutcomes : .payoff
            let discounts: [Double?] = [nil, 0.95, 0.5]
            let file = try PomdpxFile(try Games.exported(definition, goal: goal), discount: discounts[Int(seed % 3)])
            files.append(.string(try folder.write("\(seed).pomdpx", try Games.text(file.write))))
            wanted.append(try BeliefOracle(definition, goal: goal).value())
        }
        let answer = try Python.ask("read_pomdpx.py", .object(["files": .array(files), "task": .string("optimum")]))
        let found = (answer.arrayValue ?? []).compactMap(\.doubleValue)
        #expect(found.count == wanted.count)
        // A row's last digits are chosen so that it sums to one, which moves its largest share by rounding.
        for (value, best) in zip(found, wanted) { #expect(abs(value - best) < 1e-10) }
    }

    @Test(
        "shipped scenarios come back whole: openings, kernels, cues, and what each response is worth if always given",
        .enabled(if: Python.hasPython, "there is no python3 of version 3.10 or newer"),
        arguments: ["starter", "self-harm-question", "dual-use-technical", "health-misinformation", "benign-but-scary"])
    func shipped(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let scenario = try Scenario.load(path: root.path(percentEncoded: false) + "scenarios/\(name).yaml")
        let game = scenario.game
        let source = ExportedGame(game: game, goal: .payoff, scenario: name, gameHash: scenario.gameHash)
        let folder = try TemporaryFolder()
        let file = try folder.write("game.pomdpx", try Games.text(try PomdpxFile(source, discount: 0.95).write))
        let answer = try Python.ask(
            "read_pomdpx.py", .object(["files": .array([.string(file)]), "task": .string("kernel")]))
        let found = try #require(answer.arrayValue?.first)
        func numbers(_ key: String) -> [Double] { (found[key]?.arrayValue ?? []).compactMap(\.doubleValue) }
        let opening = (0..<game.hiddenCount).map { game.prior[game.user(of: $0)] * game.initialState[$0] }
        // A row's last digits are chosen so that it sums to one, and products of two rows carry both roundings.
        #expect(isNear(numbers("opening"), opening, 1e-14))
        #expect(isNear(numbers("cues"), game.cue, 1e-14))
        #expect(isNear(numbers("kernel"), kernel(of: game), 1e-14))
        let always = try game.responses.indices.map {
            Evaluation(try .always($0, game: game), game: game).payoff
        }
        #expect(isNear(numbers("always"), always, 1e-11))
    }

    private func isNear(_ found: [Double], _ wanted: [Double], _ tolerance: Double) -> Bool {
        found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) < tolerance }
    }

    /// [T, H, |A|, S, H] P(shown, h' | t, h, a); nothing goes on after the last turn.
    private func kernel(of game: Game) -> [Double] {
        var table: [Double] = []
        for turn in 1...game.horizon {
            for hidden in 0..<game.hiddenCount {
                for response in game.responses.indices {
                    let row = game.row(turn: turn, hidden: hidden, response: response)
                    for shown in game.shownReactions.indices {
                        table += (0..<game.hiddenCount).map { target in
                            let step = target - hidden + 1
                            guard turn < game.horizon, (0...2).contains(step) else { return 0 }
                            return game.advance[(row * 3 + step) * game.shownReactions.count + shown]
                        }
                    }
                }
            }
        }
        return table
    }

    @Test("comments hold no double hyphen, whatever a scenario is called")
    func comments() throws {
        let game = try Game(SampleGame.definition())
        let source = ExportedGame(game: game, goal: .payoff, scenario: "a--->b -- <c>", gameHash: "0")
        let text = try Games.text(try PomdpxFile(source).write)
        for line in text.split(separator: "\n") where line.hasPrefix("<!--") {
            #expect(!line.dropFirst(4).dropLast(3).contains("--"))
        }
    }

    @Test("discounts that make no sense are refused")
    func refuses() throws {
        let source = try Games.exported(SampleGame.definition())
        for discount in [0, -0.5, 1.5, .nan] {
            #expect(throws: InterchangeError.self) { try PomdpxFile(source, discount: discount) }
        }
    }
}
