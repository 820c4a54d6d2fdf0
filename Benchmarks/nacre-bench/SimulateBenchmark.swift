import GameModel
import Simulation

/// Turns per second of a simulation, and what the C programs are compared by.
struct SimulateBenchmark {
    let benchmark: BenchmarkGame
    let episodes: Int
    let threads: Int
    let stream: DrawStream

    /// Plays once to warm up and once against the clock, and prints the report.
    func run() throws {
        let simulation = Rollouts(
            game: benchmark.game, policies: [benchmark.controller],
            settings: .init(episodes: episodes, seed: BenchmarkGame.seed, threads: threads, stream: stream))
        let warmUp = Rollouts(
            game: benchmark.game, policies: [benchmark.controller],
            settings: .init(
                episodes: min(episodes, 200_000), seed: BenchmarkGame.seed, threads: threads, stream: stream))
        _ = try warmUp.run()
        var result: SimulationResult?
        let before = Stopwatch.processorSeconds
        let seconds = try Stopwatch.seconds { result = try simulation.run() }
        let processor = Stopwatch.processorSeconds - before
        guard let tally = result?.tallies.first else { return }
        print(report(tally, seconds: seconds, processor: processor))
    }

    /// One figure a line, as the C programs print it.
    private func report(_ tally: Tally, seconds: Double, processor: Double) -> String {
        let turns = tally.users.reduce(0) { $0 + Self.total($1.turns) }
        var lines = tally.users.enumerated().map { index, user in
            "outcomes \(index) " + user.outcomes.map(String.init).joined(separator: " ")
        }
        lines.append("turns \(Int(turns.rounded()))")
        lines.append("payoff \(tally.users.reduce(0) { $0 + Self.total($1.payoff) })")
        lines.append("seconds \(seconds)")
        lines.append("rate \(turns / seconds / 1e6)")
        lines.append("processor_rate \(turns / processor / 1e6)")
        lines.append("fingerprint \(String(Self.fingerprint(tally), radix: 16))")
        if let kilobytes = ProcessMemory.peakKilobytes() { lines.append("peak_kb \(kilobytes)") }
        return lines.joined(separator: "\n")
    }

    /// Σ over the sample.
    private static func total(_ moments: Moments) -> Double { moments.mean * Double(moments.count) }

    /// A hash of every bit of a tally (FNV-1a over 64-bit words): equal for two versions that give the same results.
    static func fingerprint(_ tally: Tally) -> UInt64 {
        let words = tally.users.flatMap { user in
            user.outcomes.map { UInt64($0) }
                + [user.payoff, user.turns].flatMap {
                    [UInt64($0.count), $0.mean.bitPattern, $0.squaredDeviations.bitPattern]
                }
        }
        return words.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01B3 }
    }
}
