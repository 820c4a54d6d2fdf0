import GameModel
import Glibc
import Solver

/// The gap of belief planning against time and size, on ``LargeGame``.
struct LargeBenchmark {
    /// Seconds of wall-clock time that a search is given.
    let limit: Double
    let threads: Int
    let seeds: UInt64

    /// A line per game: its size and seed, the gap after 1, 2, 4, … seconds, and what was found in the end.
    func run() throws {
        print("game               seed  gap at seconds of wall-clock time")
        for size in LargeGame.sizes {
            for seed in 1...seeds { try run(size, seed) }
        }
    }

    private func run(_ size: LargeGame, _ seed: UInt64) throws {
        let game = try size.game(seed: seed)
        let share = 1 / Double(game.responses.count)
        let objective = Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
        let (start, before) = (ContinuousClock.now, Self.processorSeconds())
        var (due, curve) = (1.0, [String]())
        let found = try BeliefPlanner(BeliefPlannerSettings(threads: threads)).search(
            Problem(game: game, objective: objective),
            control: RunControl(
                within: .seconds(limit), threads: threads,
                progress: { progress in
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    guard seconds >= due, let lower = progress.lower, let upper = progress.upper else { return }
                    while due <= seconds { due *= 2 }
                    curve.append("\(Self.rounded(seconds)) s: \(Self.rounded(upper - lower))")
                }))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(size.name)  \(seed)  \(curve.joined(separator: ", ")); \(found.status.name) after \(Self.rounded(seconds)) s "
                + "(\(Self.rounded(Self.processorSeconds() - before)) of processors): value \(Self.rounded(found.value)), "
                + "bound \(Self.rounded(found.bound)), gap \(Self.rounded(found.gap)), bound of the table \(Self.rounded(found.informedBound)), "
                + "\(found.steps) beliefs, \(found.bytesUsed >> 20) MiB counted, "
                + "\((ProcessMemory.peakKilobytes() ?? 0) >> 10) MiB at most so far")
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func rounded(_ number: Double) -> Double { (number * 1e5).rounded() / 1e5 }
}
