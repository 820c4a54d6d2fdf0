import Calibration
import Foundation
import GameModel
import Testing

@Suite("Two sources of conversations")
struct SourceComparisonTests {
    /// Conversations that react with the given odds, of people who differ from each other by `spread` logits.
    private func talk(
        _ count: Int, turns: Int, logit: Double, spread: Double = 0, from draws: inout Simulated.Draws
    ) -> ObservedTransitions {
        var data = ObservedTransitions(
            responses: ["refuse", "ask"], reactions: ["go_on", "leave"], conversations: (0..<count).map { "c\($0)" })
        for conversation in 0..<count {
            let own = logit + (draws.unit() < 0.5 ? spread : -spread)
            for turn in 1...turns {
                let response = draws.choice([0.5, 0.5])
                let leaves = 1 / (1 + exp(-own - (response == 0 ? 0.5 : 0)))
                data.transitions.append(
                    .init(
                        conversation: conversation, turn: turn, response: response,
                        reaction: draws.choice([1 - leaves, leaves])))
            }
        }
        return data
    }

    private func joined(_ one: ObservedTransitions, _ other: ObservedTransitions) -> (ObservedTransitions, [Bool]) {
        var data = one
        let count = one.conversations.count
        data.conversations += other.conversations
        data.transitions += other.transitions.map {
            var moved = $0
            moved.conversation += count
            return moved
        }
        return (data, data.conversations.indices.map { $0 >= count })
    }

    private let design = ModelDesign(kind: .reactions, terms: [Term("response")].compactMap(\.self))

    @Test("With intercepts alone the ratio is that of two binomials")
    func binomials() throws {
        var data = ObservedTransitions(reactions: ["go_on", "leave"], conversations: (0..<50).map { "\($0)" })
        for index in 0..<50 {
            let leaves = index < 20 ? index < 6 : index < 38
            data.transitions.append(.init(conversation: index, turn: 1, reaction: leaves ? 1 : 0))
        }
        let isSecond = (0..<50).map { $0 >= 20 }
        let model = try ModelDesign(kind: .reactions, terms: []).model(for: data)
        let compared = try model.data.compared(isSecond, intercepts: model.intercepts)
        func log2(_ hits: Double, _ n: Double) -> Double { hits * log(hits / n) + (n - hits) * log(1 - hits / n) }
        let expected = 2 * (log2(6, 20) + log2(18, 30) - log2(24, 50))
        #expect(abs(compared.likelihoodRatio - expected) < 1e-10)
        #expect(compared.degreesOfFreedom == 1)
        #expect(abs(try #require(compared.chiSquareTail) - erfc((expected / 2).squareRoot())) < 1e-12)
        let row = try #require(compared.coefficients.first)
        #expect(abs(row.first - log(6.0 / 14)) < 1e-9)
        #expect(abs(row.second - log(18.0 / 12)) < 1e-9)
    }

    @Test("A source and itself differ in nothing")
    func same() throws {
        var draws = Simulated.Draws(seed: 80)
        let one = talk(30, turns: 6, logit: -1, from: &draws)
        let (data, isSecond) = joined(one, one)
        let model = try design.model(for: data)
        let compared = try model.data.compared(isSecond, intercepts: model.intercepts, permutations: 39)
        #expect(abs(compared.likelihoodRatio) < 1e-9)
        #expect(try #require(compared.chiSquareTail) > 0.999)
        #expect(try #require(compared.permutations).tail > 0.999)
        #expect(compared.coefficients.allSatisfy { abs($0.difference) < 1e-9 })
        #expect(data.contrasts(isSecond).allSatisfy { $0.difference == 0 })
    }

    @Test("A planted difference is found; between conversations that differ anyway it is not invented")
    func planted() throws {
        var draws = Simulated.Draws(seed: 81)
        let (different, second) = joined(
            talk(60, turns: 6, logit: -1, from: &draws), talk(60, turns: 6, logit: 0, from: &draws))
        let model = try design.model(for: different)
        let found = try model.data.compared(second, intercepts: model.intercepts, permutations: 99, seed: 3)
        #expect(try #require(found.chiSquareTail) < 1e-4)
        #expect(try #require(found.permutations).tail == 0.01)
        let again = try model.data.compared(second, intercepts: model.intercepts, permutations: 99, seed: 3, threads: 2)
        #expect(again.permutations == found.permutations)
        // People differ so much that turns of a conversation count for less than χ² believes: in how many of 40 pairs of sources of the
        // same people each test rejects at 5 %. Without the dependence both would in about two; binomially more than seven is one in 400.
        var (chiSquare, permuted) = (0, 0)
        for _ in 0..<40 {
            let (equal, isSecond) = joined(
                talk(25, turns: 8, logit: -0.5, spread: 1.5, from: &draws),
                talk(25, turns: 8, logit: -0.5, spread: 1.5, from: &draws))
            let model = try design.model(for: equal)
            let compared = try model.data.compared(isSecond, intercepts: model.intercepts, permutations: 39)
            if try #require(compared.chiSquareTail) <= 0.05 { chiSquare += 1 }
            if try #require(compared.permutations).tail <= 0.05 { permuted += 1 }
        }
        #expect(permuted <= 7)
        #expect(chiSquare > permuted)
    }

    @Test("Shares are ratios of sums, with errors between conversations")
    func shares() throws {
        var data = ObservedTransitions(
            responses: ["refuse"], reactions: ["go_on", "leave"], conversations: ["a", "b", "c", "d"])
        // Hits of turns by conversation: 1 of 2, 3 of 4; and 0 of 1, 2 of 2.
        for (conversation, hits) in [[1, 0], [1, 1, 1, 0], [0], [1, 1]].enumerated() {
            for (turn, hit) in hits.enumerated() {
                data.transitions.append(
                    .init(
                        conversation: conversation, turn: turn + 1, response: 0, reaction: hit,
                        ends: turn + 1 == hits.count))
            }
        }
        let lines = data.contrasts([false, false, true, true], phases: [2])
        let leave = try #require(lines.first { $0.kind == .reaction && $0.what == "leave" })
        #expect(leave.first.value == 4.0 / 6)
        #expect(leave.second.value == 2.0 / 3)
        #expect(leave.first.turns == 6)
        // Residuals −1/3 and 1/3, their squares doubled for two conversations: √(4/9) / 6.
        let error = try #require(leave.first.error)
        #expect(abs(error - 1.0 / 9) < 1e-15)
        let ending = lines.filter { $0.kind == .ending }
        #expect(ending.map(\.situation) == ["", "turns 1–1", "turns 2–"])
        #expect(ending.map(\.first.value) == [2.0 / 6, 0, 0.5])
        let persistence = lines.filter { $0.kind == .persistence }
        #expect(persistence.map(\.situation) == ["", "leave"])
        // After the first turn: leave to go_on; leave, leave, go_on; and leave to leave.
        #expect(persistence.map(\.first.value) == [0.5, 0.5])
        #expect(persistence.map(\.second.value) == [1, 1])
    }

    @Test("A source that cannot be fitted is named")
    func named() throws {
        var draws = Simulated.Draws(seed: 82)
        var other = talk(10, turns: 4, logit: -1, from: &draws)
        for index in other.transitions.indices where other.transitions[index].response == 0 {
            other.transitions[index].reaction = 1
        }
        let (data, isSecond) = joined(talk(30, turns: 6, logit: -1, from: &draws), other)
        let model = try design.model(for: data)
        let error = #expect(throws: CalibrationError.self) {
            _ = try model.data.compared(isSecond, names: ["people", "models"], intercepts: model.intercepts)
        }
        #expect(error?.description.hasPrefix("models: ") == true, "\(error?.description ?? "")")
    }
}
