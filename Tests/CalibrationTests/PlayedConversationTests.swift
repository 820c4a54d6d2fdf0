import Calibration
import Foundation
import Testing

@Suite("Whole conversations")
struct PlayedConversationTests {
    private let design = ModelDesign(kind: .nextState, terms: ["state", "response"].compactMap { Term($0) })

    private func names(_ check: PredictiveCheck) -> [String] { check.statistics.map(\.name) }

    /// Conversations that end after a turn with a probability that rises with the turn.
    private func ending(_ data: ObservedTransitions, seed: UInt64) -> ObservedTransitions {
        var draws = Simulated.Draws(seed: seed)
        var result = data
        result.transitions = []
        for range in data.episodes {
            for index in range {
                var transition = data.transitions[index]
                let isLast =
                    index == range.upperBound - 1 || draws.unit() < 1 / (1 + exp(3 - 0.3 * Double(transition.turn - 1)))
                transition.ends = isLast
                result.transitions.append(transition)
                if isLast { break }
            }
        }
        return result
    }

    @Test("A model of the right form is found right, with lengths played, whatever the number of threads")
    func right() throws {
        let data = ending(try Simulated.conversations(150, turns: 25, seed: 40), seed: 41)
        let states = try design.model(for: data)
        // The simulated state moves to neighbours only, so that jumps have no finite estimate without a prior.
        let fit = try states.data.fit(.init(precision: 0.1), intercepts: states.intercepts)
        let hazard = try ModelDesign(kind: .ending, terms: [Term("turn")].compactMap(\.self)).model(for: data)
        let ends = try hazard.data.fit()
        #expect(abs(ends.coefficients[0] + 3) < 4 * ends.standardErrors[0])
        #expect(abs(ends.coefficients[1] - 0.3) < 4 * ends.standardErrors[1])
        func check(_ threads: Int) throws -> PredictiveCheck {
            try states.predictiveCheck(
                data, fit: fit, lengths: .init(model: hazard, fit: ends), samples: 60, seed: 1, threads: threads)
        }
        let played = try check(2)
        #expect(played == (try check(1)))
        #expect(Set(names(played)).isSuperset(of: ["mean length", "spread of length", "9 in 10 are no longer than"]))
        // 21 figures, of which the odd one lies outside its 95 %.
        #expect(played.statistics.count { !$0.isCovered } <= 3)
        for name in ["mean length", "turns in a row in one state"] {
            let line = try #require(played.statistics.first { $0.name == name })
            #expect(line.low < line.high && line.isCovered, "\(name)")
        }
    }

    @Test("What was said before is played too, and columns that hang on the state in another way are refused")
    func memory() throws {
        var data = try Simulated.conversations(60, turns: 8, seed: 42)
        data.factors = [.init(name: "before", levels: ["none", "calm", "strained", "crisis"])]
        data.numbers = ["so_far"]
        data.echoes = [0: .init(lag: 2, levels: [1, 2, 3], none: 0, earliest: 0)]
        data.runningScores = [0: [-1, 0, 1]]
        for range in data.episodes {
            var sum = 0.0
            for (step, index) in range.enumerated() {
                data.transitions[index].levels = [step == 0 ? 0 : (data.transitions[index - 1].before ?? 0) + 1]
                data.transitions[index].numbers = [sum / Double(step + 2)]
                sum += Double(data.transitions[index].after ?? 0) - 1
            }
        }
        let terms = ["state", "factor:before", "number:so_far"].compactMap { Term($0) }
        let model = try ModelDesign(kind: .nextState, terms: terms).model(for: data)
        let fit = try model.data.fit(.init(precision: 0.5), intercepts: model.intercepts)
        #expect(model.obstacleToPlaying(data) == nil)
        let check = try model.predictiveCheck(
            data, fit: fit, samples: 40, seed: 1)
        #expect(check.statistics.count { !$0.isCovered } <= 3)
        data.runningScores = [0: nil]
        #expect(model.obstacleToPlaying(data)?.contains("number:so_far") ?? false)
        #expect(throws: CalibrationError.self) {
            try model.predictiveCheck(
                data, fit: fit, samples: 5, seed: 1)
        }
    }

    @Test("A hidden chain is played by its reactions, and one without memory is found out")
    func hidden() throws {
        var data = try HiddenSimulation.conversations(120, turns: 12, seed: 43)
        for index in data.transitions.indices {
            (data.transitions[index].before, data.transitions[index].after) = (nil, nil)
        }
        func check(_ states: [String], _ terms: [String]) throws -> PredictiveCheck {
            let design = HiddenDesign(
                types: ["anyone"], states: states, reactionTerms: terms.compactMap { Term($0) },
                moveTerms: states.isEmpty ? [] : ["features", "reaction"].compactMap { Term($0) })
            let model = try HiddenModel(design, observed: data)
            let fit = try model.fit(HiddenFitSettings(precision: 0.1, starts: 2), anchor: 2)
            return try model.predictiveCheck(data, fit: fit, samples: 60, seed: 1, threads: 2)
        }
        let chain = try check(Simulated.states, ["features", "state"])
        let flat = try check([], ["features"])
        let name = "spread between conversations of insist"
        #expect(try #require(chain.statistics.first { $0.name == name }).isCovered)
        #expect(!(try #require(flat.statistics.first { $0.name == name }).isCovered))
        #expect(chain.statistics.count { !$0.isCovered } < flat.statistics.count { !$0.isCovered })
    }

    @Test("Features that were not observed leave a row out, and are counted")
    func missingFeatures() throws {
        var data = try Simulated.conversations(30, turns: 4, seed: 44)
        data.transitions[3].features = []
        data.transitions[7].features[1] = .nan
        let model = try ModelDesign(kind: .reactions, terms: [Term("features")].compactMap(\.self)).model(for: data)
        #expect(model.data.observations.count == 118)
        #expect(model.leftOut.map(\.weight) == [2])
    }
}
