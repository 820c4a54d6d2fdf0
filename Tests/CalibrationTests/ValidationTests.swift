import Calibration
import Foundation
import GameModel
import Synchronization
import Testing

@Suite("Held-out loss, bootstrap, coverage")
struct ValidationTests {
    private let design = ModelDesign(kind: .reactions, terms: Simulated.reactionTerms)

    @Test("Folds hold all conversations evenly and depend on the seed alone")
    func folds() throws {
        let folds = try Folds(clusters: 23, count: 5, seed: 1)
        #expect(Set(folds.fold) == [0, 1, 2, 3, 4])
        for fold in 0..<5 { #expect((4...5).contains(folds.fold.count { $0 == fold })) }
        #expect(try Folds(clusters: 23, count: 5, seed: 1) == folds)
        #expect(try Folds(clusters: 23, count: 5, seed: 2) != folds)
        #expect(throws: CalibrationError.self) { try Folds(clusters: 3, count: 4, seed: 1) }
    }

    @Test("Held-out losses are those of fits to the other conversations")
    func heldOut() throws {
        let data = try design.model(for: Simulated.conversations(30, turns: 6, seed: 20)).data
        let folds = try Folds(clusters: 30, count: 3, seed: 1)
        let held = try data.crossValidated(folds, threads: 2)
        var sum = 0.0
        for fold in 0..<3 {
            let fit = try data.restricted { folds.fold[$0] != fold }.fit()
            let test = data.restricted { folds.fold[$0] == fold }
            sum -= test.model.logLikelihood(test.counts(), fit.coefficients)
        }
        #expect(abs(held.meanLoss - sum / 180) < 1e-12)
        #expect(held.meanLoss > -(try data.fit().logLikelihood) / 180)
        #expect(held.standardError > 0)
    }

    @Test("The bootstrap's errors are those of the sandwich, and its bytes those of the seed")
    func bootstrap() throws {
        let data = try design.model(for: Simulated.conversations(120, turns: 6, seed: 21)).data
        let fit = try data.fit()
        let one = try data.bootstrapped(samples: 200, seed: 1, from: fit.coefficients, threads: 2)
        #expect(one == (try data.bootstrapped(samples: 200, seed: 1, from: fit.coefficients, threads: 1)))
        #expect(one.failures == 0)
        for (a, b) in zip(try #require(one.standardErrors), fit.clusterErrors) { #expect(abs(log(a / b)) < 0.25) }
    }

    /// The share of 95 % intervals that hold the truth, over fits to simulated conversations.
    private func coverage(_ repetitions: Int, clustered: Bool) throws -> (reactions: Double, moves: Double) {
        let z = 1.959_963_984_540_054
        var hits = (0, 0)
        for repetition in 0..<repetitions {
            let data = try Simulated.conversations(100, turns: 8, seed: UInt64(1000 + repetition))
            let reactions = try design.model(for: data).data.fit()
            let moves = try ModelDesign(kind: .moves, terms: Simulated.moveTerms).model(for: data).data.fit()
            func count(_ fit: ChoiceFit, _ truth: [Double]) -> Int {
                let errors = clustered ? fit.clusterErrors : fit.standardErrors
                return truth.indices.count { abs(fit.coefficients[$0] - truth[$0]) <= z * errors[$0] }
            }
            hits.0 += count(reactions, Simulated.reactionTruth)
            hits.1 += count(moves, Simulated.moveTruth)
        }
        let n = Double(repetitions)
        return (Double(hits.0) / (n * 10), Double(hits.1) / (n * 6))
    }

    @Test("95 % intervals hold the truth about 95 times in 100")
    func quickCoverage() throws {
        // 40 repetitions: 400 and 240 intervals; ±4 standard errors of a share of 0.95 are 0.044 and 0.056.
        let (reactions, moves) = try coverage(40, clustered: false)
        #expect(abs(reactions - 0.95) < 0.044)
        #expect(abs(moves - 0.95) < 0.056)
    }

    @Test(
        "95 % intervals over 200 repetitions: 93–97 %",
        .enabled(if: ProcessInfo.processInfo.environment["NACRE_FULL"] != nil, "set NACRE_FULL=1"))
    func fullCoverage() throws {
        for clustered in [false, true] {
            let (reactions, moves) = try coverage(200, clustered: clustered)
            print("coverage (clustered errors: \(clustered)): reactions \(reactions), moves \(moves)")
            #expect((0.93...0.97).contains(reactions))
            #expect((0.93...0.97).contains(moves))
        }
    }

    @Test(
        "A bootstrap that is stopped has the first samples of one that is not; folds and checks that are stopped are none"
    )
    func stopped() throws {
        let data = try design.model(for: Simulated.conversations(40, turns: 5, seed: 22)).data
        let start = try data.fit().coefficients
        let whole = try data.bootstrapped(samples: 100, seed: 3, from: start, threads: 2)
        var done = 0
        let limit = Limit()
        let control = RunControl(
            stop: { limit.isReached.load(ordering: .relaxed) },
            progress: {
                done = $0.steps
                if $0.steps >= 30 { limit.isReached.store(true, ordering: .relaxed) }
            })
        let part = try data.bootstrapped(samples: 100, seed: 3, from: start, threads: 2, control: control)
        #expect(part.samples >= 30 && part.samples < 100 && done == part.samples)
        #expect(part.estimates == Array(whole.estimates.prefix(part.estimates.count)))
        let error = #expect(throws: CalibrationError.self) {
            try data.crossValidated(Folds(clusters: 40, count: 4, seed: 1), control: RunControl(stop: { true }))
        }
        #expect(error?.problem == "were not all fitted: the work was interrupted")
    }

    private final class Limit: Sendable {
        let isReached = Atomic<Bool>(false)
    }
}
