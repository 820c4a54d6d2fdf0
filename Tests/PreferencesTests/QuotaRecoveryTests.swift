import Foundation
import GameModel
import Preferences
import Testing

/// The distance that is stated for quota labels, and the β that is chosen by it.
@Suite struct QuotaRecoveryTests {
    private func pairs(_ settings: LabelSettings, nodes: Int = 40) throws -> PreferencePairs {
        let source = try FormatsFixture().source
        let selection = NodeSelection(count: nodes)
        let one = [Double](repeating: 1, count: source.game.horizon)
        let table = try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: 1, turnReach: (one, one))
        return try PreferencePairs(table, settings: settings, temperature: source.temperature)
    }

    /// The same distance from the rows alone: coordinate-wise Newton steps on log ratios, which share no line with the library.
    private func distances(_ pairs: PreferencePairs) throws -> [Double] {
        var rows: [String: [PreferencePair]] = [:]
        try pairs.visit { rows[$0.prompt.id, default: []].append($0) }
        return pairs.table.prompts.map { prompt in
            var ratios = prompt.completions.map { _ in 0.0 }
            for _ in 0..<2000 {
                for index in ratios.indices {
                    var (slope, curvature) = (0.0, 1e-300)
                    for row in rows[prompt.id] ?? [] where row.chosen == index || row.rejected == index {
                        let miss = 1 / (1 + exp(pairs.beta * (ratios[row.chosen] - ratios[row.rejected])))
                        slope += pairs.beta * miss * (row.chosen == index ? 1 : -1)
                        curvature += pairs.beta * pairs.beta * miss * (1 - miss)
                    }
                    ratios[index] += max(-1, min(1, slope / curvature))
                }
            }
            let weights = zip(prompt.completions, ratios).map { $0.reference * exp($1) }
            let total = weights.reduce(0, +)
            return zip(weights, prompt.completions).reduce(0) { $0 + abs($1.0 / total - $1.1.target) } / 2
        }
    }

    @Test(arguments: [nil, 0.2, 1.7]) func statedDistanceIsThatOfTheRows(beta: Double?) throws {
        let pairs = try pairs(LabelSettings(mode: .quota, rowsPerPair: 12, beta: beta), nodes: 12)
        let (stated, found) = (try #require(pairs.recovery), try distances(pairs))
        #expect(abs(stated.mean - found.reduce(0, +) / Double(found.count)) < 1e-7)
        #expect(abs(stated.worst - (found.max() ?? 0)) < 1e-7)
        let reach = pairs.table.prompts.map(\.reach)
        let weighted = zip(reach, found).reduce(0) { $0 + $1.0 * $1.1 } / reach.reduce(0, +)
        #expect(abs(stated.byReach - weighted) < 1e-7)
    }

    @Test func chosenBetaIsTheBestOfItsNeighbours() throws {
        let chosen = try pairs(LabelSettings(mode: .quota))
        let mean = try #require(chosen.recovery).mean
        for factor in [0.25, 0.5, 2, 4] {
            let other = try pairs(LabelSettings(mode: .quota, beta: chosen.beta * factor))
            #expect(mean < (try #require(other.recovery)).mean)
        }
        #expect(mean <= (try #require(pairs(LabelSettings(mode: .quota, betaRule: .median)).recovery)).mean)
        #expect(mean < 0.03)
    }

    @Test func otherModesTakeTheSameBetaAndStateNoDistance() throws {
        let quota = try pairs(LabelSettings(mode: .quota))
        for mode in [LabelMode.soft, .sampled, .hard] {
            let other = try pairs(LabelSettings(mode: mode))
            #expect(other.recovery == nil && (other.weighedRecovery != nil) == (mode == .soft))
            if mode != .hard { #expect(other.beta == quota.beta) }
        }
    }

    @Test func pairsThatAreLeftOutAreNotCounted() throws {
        let all = try pairs(LabelSettings(mode: .quota, beta: 0.5))
        let without = try pairs(LabelSettings(mode: .quota, beta: 0.5, dropsTies: true))
        #expect(without.leftOut >= all.leftOut)
        #expect(try #require(without.recovery).mean.isFinite)
    }
}
