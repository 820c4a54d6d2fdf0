import Foundation
import GameModel
import Preferences
import Testing

/// The distance from π* where DPO's optimum is infinite, and where labels are uncertain.
@Suite struct LimitOptimumTests {
    private let reference = [0.2, 0.3, 0.5]

    private func distance(_ policy: [Double], _ answers: PricedAnswers) -> Double {
        zip(policy, answers.table.prompts[0].completions).reduce(0) { $0 + abs($1.0 - $1.1.target) } / 2
    }

    /// The third answer is so bad that no row prefers it: it goes to 0, and the first two are as their rows say.
    @Test func answersBelowAllOthersGoToZero() throws {
        let answers = try PricedAnswers([0, 0.1, 10], reference: reference)
        let pairs = try answers.pairs(LabelSettings(mode: .quota, rowsPerPair: 24, beta: 0.8))
        let rows = try pairs.rows()
        let wins = Double(rows.count { $0 == [0, 1] })
        #expect(rows.count == 72 && rows.allSatisfy { $0[0] != 2 } && wins < 24)
        let ratio = exp(log(wins / (24 - wins)) / 0.8)
        let total = 0.2 * ratio + 0.3
        let expected = distance([0.2 * ratio / total, 0.3 / total, 0], answers)
        #expect(abs(try #require(pairs.stockRecovery).mean - expected) < 1e-12)
        #expect(pairs.recovery == pairs.stockRecovery)
    }

    /// Rows of one orientation only: a stock trainer ends at the best answer for certain.
    @Test(arguments: [LabelMode.soft, .hard]) func oneRowAPairEndsAtTheBestAnswer(mode: LabelMode) throws {
        let answers = try PricedAnswers([0.1, 0, 0.3], reference: reference)
        let pairs = try answers.pairs(LabelSettings(mode: mode, beta: 1))
        #expect(abs(try #require(pairs.stockRecovery).mean - distance([0, 1, 0], answers)) < 1e-14)
        guard mode == .soft else { return }
        #expect(try #require(pairs.weighedRecovery).mean < 1e-14)
    }

    /// Between answers that nothing compares, every proportion is optimal; the reference's is taken.
    @Test func whatIsNotComparedKeepsTheProportionsOfTheReference() throws {
        let tied = try PricedAnswers([0, 0, 0.3], reference: reference)
        let without = try tied.pairs(LabelSettings(mode: .soft, beta: 1, leavesOutTies: true))
        #expect(try without.rows() == [[0, 2], [1, 2]])
        #expect(abs(try #require(without.stockRecovery).mean - distance([0.4, 0.6, 0], tied)) < 1e-14)
        #expect(try #require(without.weighedRecovery).mean < 1e-14)
        // The best answer is in no row: it keeps its share, and what rows say holds among the others.
        let answers = try PricedAnswers([0, 0.1, 0.3], reference: reference)
        let pairs = try answers.pairs(LabelSettings(mode: .soft, beta: 1, neverChosen: [0]))
        #expect(try pairs.rows() == [[1, 2]])
        #expect(abs(try #require(pairs.stockRecovery).mean - distance([0.2, 0.8, 0], answers)) < 1e-14)
        let target = answers.table.prompts[0].completions.map(\.target)
        let scale = 0.8 / (target[1] + target[2])
        let expected = distance([0.2, target[1] * scale, target[2] * scale], answers)
        #expect(abs(try #require(pairs.weighedRecovery).mean - expected) < 1e-14)
    }

    /// The limit is what ever longer training comes to: the regularised optimum as the regulariser goes to 0.
    @Test(arguments: [0.3, 2]) func theLimitIsThatOfLongerTraining(beta: Double) throws {
        let answers = try PricedAnswers([0, 0.05, 0.4, 0.5, 3], reference: [0.1, 0.2, 0.3, 0.15, 0.25])
        let pairs = try answers.pairs(LabelSettings(mode: .quota, rowsPerPair: 6, beta: beta))
        var wins = [[Double]](repeating: [0, 0, 0, 0, 0], count: 5)
        for row in try pairs.rows() { wins[row[0]][row[1]] += 1 }
        var scores = [0.0, 0, 0, 0, 0]
        // One answer after the other, and the best k together, since what is strongly connected moves slowly by itself.
        let sets = scores.indices.map { [$0] } + scores.indices.dropFirst(2).map { Array(0..<$0) }
        for _ in 0..<2000 {
            for set in sets {
                var (slope, curvature) = (0.0, 1e-250)
                for index in set {
                    for other in scores.indices where !set.contains(other) {
                        let up = 1 / (1 + exp(scores[index] - scores[other]))
                        slope += wins[index][other] * up - wins[other][index] * (1 - up)
                        curvature += (wins[index][other] + wins[other][index]) * up * (1 - up)
                    }
                }
                for index in set { scores[index] += max(-1, min(1, slope / curvature)) }
            }
        }
        let weights = zip(scores, answers.table.prompts[0].completions).map {
            $1.reference * exp(($0 - (scores.max() ?? 0)) / beta)
        }
        let total = weights.reduce(0, +)
        #expect(abs(try #require(pairs.stockRecovery).mean - distance(weights.map { $0 / total }, answers)) < 1e-9)
    }

    // MARK: Uncertain labels

    private let draws = [[0.3, -0.1, 0.05, 0.1], [0.1, 0.1, 0.0, -0.2], [-0.4, -0.2, -0.3, 0.1]]

    private func uncertain(_ settings: LabelSettings) throws -> PreferencePairs {
        try PricedAnswers([0, 0, 0], reference: reference).pairs(settings) { prompt in
            for (index, draws) in draws.enumerated() {
                prompt.completions[index].draws = draws
                prompt.completions[index].value = draws.reduce(0, +) / Double(draws.count)
            }
        }
    }

    @Test func probabilitiesAreMeansOverTheDraws() throws {
        let pairs = try uncertain(LabelSettings(mode: .soft, beta: 0.7))
        var count = 0
        try pairs.visit { row in
            let expected = zip(draws[row.chosen], draws[row.rejected]).reduce(0) { sum, pair in
                sum + 1 / (1 + exp(-0.7 / 0.2 * (pair.0 - pair.1)))
            }
            #expect(abs(row.probability - expected / 4) < 1e-14)
            count += 1
        }
        #expect(count == 3)
    }

    /// A mean of σ comes from no single Q: the optimum is fitted, here by other steps.
    @Test func theOptimumOfUncertainLabelsIsFitted() throws {
        let beta = 0.7
        let pairs = try uncertain(LabelSettings(mode: .soft, beta: beta))
        var probabilities = [[Double]](repeating: [0, 0, 0], count: 3)
        try pairs.visit { row in
            probabilities[row.chosen][row.rejected] = row.probability
            probabilities[row.rejected][row.chosen] = 1 - row.probability
        }
        var scores = [0.0, 0, 0]
        for _ in 0..<5000 {
            for index in scores.indices {
                let slope = scores.indices.filter { $0 != index }.reduce(0) { sum, other in
                    sum + probabilities[index][other] - 1 / (1 + exp(scores[other] - scores[index]))
                }
                scores[index] += 0.5 * slope
            }
        }
        let prompt = pairs.table.prompts[0]
        let weights = zip(scores, prompt.completions).map { $1.reference * exp($0 / beta) }
        let total = weights.reduce(0, +)
        let expected = zip(weights, prompt.completions).reduce(0) { $0 + abs($1.0 / total - $1.1.target) } / 2
        let stated = try #require(pairs.weighedRecovery).mean
        #expect(abs(stated - expected) < 1e-9)
        #expect(stated > 1e-3)
    }

    /// Where the mean of the values and the draws disagree, there is no row to be sure of.
    @Test func pairsWhoseDrawsDisagreeWithTheMeanHaveNoRow() throws {
        func pairs(_ mode: LabelMode) throws -> PreferencePairs {
            try PricedAnswers([0, 0]).pairs(LabelSettings(mode: mode, beta: 1)) { prompt in
                prompt.completions[0].draws = [2, -0.2, -0.2, -0.2]
                prompt.completions[0].value = 0.35
            }
        }
        for mode in [LabelMode.soft, .hard] {
            #expect(try pairs(mode).rows().isEmpty)
            #expect(try pairs(mode).omissions[.nearTie] == 1)
        }
        #expect(try pairs(.quota).rows().count == 24)
    }
}
