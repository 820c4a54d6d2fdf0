import Foundation
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// DPO's optimum, fitted from the written rows alone, is the policy that the labels were made from.
@Suite struct FormatsTheoremTests {
    /// The mean total variation between the fitted policy and π*, over the prompts.
    private func distance(_ labels: LabelMode, rowsPerPair: Int = 24) throws -> Double {
        let fixture = try FormatsFixture()
        let dataset = try fixture.dataset(.dpo, labels: labels, rowsPerPair: rowsPerPair, nodes: 60)
        let folder = try FormatsFolder()
        let files = try folder.write(dataset, .dpo)
        let rows = try formatRows((files["data/train.jsonl"] ?? "") + (files["data/test.jsonl"] ?? ""))
        let fitted = try DPOFit(rows: rows, isSoft: labels == .soft).logRatios()
        var (sum, count) = (0.0, 0)
        for prompt in dataset.pairs.table.prompts {
            guard let ratios = fitted[prompt.id] else { continue }
            let weights = prompt.completions.map { $0.reference * exp(ratios[$0.content] ?? 0) }
            let total = weights.reduce(0, +)
            sum += zip(weights, prompt.completions).reduce(0) { $0 + abs($1.0 / total - $1.1.target) } / 2
            count += 1
        }
        #expect(count == dataset.pairs.table.prompts.count)
        return sum / Double(count)
    }

    @Test func softGivesThePolicyBack() throws {
        let distance = try distance(.soft)
        print("total variation to the target: soft \(distance)")
        #expect(distance <= 1e-6)
    }

    @Test func quotaGivesThePolicyBackUpToRounding() throws {
        let distance = try distance(.quota)
        print("total variation to the target: quota, 24 rows \(distance)")
        #expect(distance <= 0.03)
    }

    @Test func hardDoesNot() throws {
        let distance = try distance(.hard)
        print("total variation to the target: hard \(distance)")
        #expect(distance > 0.1)
    }
}

/// The minimiser of the DPO loss over tabular policies: damped Newton steps on β·log-ratios, prompt by prompt.
private struct DPOFit {
    /// [prompt][(chosen, rejected)] how often, with soft labels split over both orientations.
    private var weights: [String: [Pair: Double]] = [:]
    private var beta = 1.0

    private struct Pair: Hashable {
        let winner: String
        let loser: String
    }

    init(rows: [JSONValue], isSoft: Bool) throws {
        for row in rows {
            let prompt = try #require(row["prompt_id"]?.stringValue)
            let chosen = try #require(row["chosen"]?.arrayValue?.first?["content"]?.stringValue)
            let rejected = try #require(row["rejected"]?.arrayValue?.first?["content"]?.stringValue)
            let share = isSoft ? try #require(row["p_chosen"]?.doubleValue) : 1
            beta = try #require(row["beta"]?.doubleValue)
            weights[prompt, default: [:]][Pair(winner: chosen, loser: rejected), default: 0] += share
            if isSoft { weights[prompt, default: [:]][Pair(winner: rejected, loser: chosen), default: 0] += 1 - share }
        }
    }

    /// Per prompt and completion log π/π_ref up to a constant; cut off after many steps where no optimum exists.
    func logRatios() -> [String: [String: Double]] {
        weights.mapValues { pairs in
            var logits: [String: Double] = [:]
            let sorted = pairs.sorted { ($0.key.winner, $0.key.loser) < ($1.key.winner, $1.key.loser) }
            for (pair, _) in sorted { logits[pair.winner] = 0 }
            for (pair, _) in sorted where logits[pair.loser] == nil { logits[pair.loser] = 0 }
            let names = logits.keys.sorted()
            // Coordinate-wise Newton: the loss is convex and smooth in each coordinate.
            for _ in 0..<4000 {
                for name in names {
                    var (slope, curvature) = (0.0, 1e-12)
                    for (pair, weight) in sorted where pair.winner == name || pair.loser == name {
                        let gap = beta * ((logits[pair.winner] ?? 0) - (logits[pair.loser] ?? 0))
                        let miss = 1 / (1 + exp(gap))
                        slope += weight * beta * miss * (pair.winner == name ? 1 : -1)
                        curvature += weight * beta * beta * miss * (1 - miss)
                    }
                    logits[name] = (logits[name] ?? 0) + max(-1, min(1, slope / curvature))
                }
            }
            return logits
        }
    }
}
