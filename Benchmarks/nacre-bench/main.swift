import Glibc
import Simulation

let usage = """
    usage: nacre-bench simulate [EPISODES [THREADS]]   turns per second, outcomes, peak memory
           nacre-bench evaluate                        microseconds per exact evaluation and gradient
           nacre-bench belief [HORIZON [SECONDS]]      bounds against time of belief planning, from horizon 6 on
           nacre-bench belief-seeds [COUNT [SECONDS]]  the same at horizon 8 on games from other seeds, as a table
           nacre-bench belief-scenarios [SECONDS]      the same on the shipped scenarios, with and without constraints
           nacre-bench dump FILE                       the game's tables, for the C programs
    """

let arguments = Array(CommandLine.arguments.dropFirst())
let benchmark = try BenchmarkGame()

let numbers = arguments.dropFirst().compactMap { Int($0).flatMap { $0 > 0 ? $0 : nil } }

switch (arguments.first, arguments.count) {
case ("simulate", 1...3) where numbers.count == arguments.count - 1:
    let episodes = numbers.first ?? 1_000_000
    try SimulateBenchmark(benchmark: benchmark, episodes: episodes, threads: numbers.dropFirst().first ?? 1).run()
case ("evaluate", 1):
    EvaluateBenchmark(benchmark: benchmark).run()
case ("belief", 1...3) where numbers.count == arguments.count - 1:
    let last = numbers.first ?? 8
    try BeliefBenchmark(limit: Double(numbers.dropFirst().first ?? 30)).run(horizons: Array(min(6, last)...last))
case ("belief-seeds", 1...3) where numbers.count == arguments.count - 1:
    try BeliefBenchmark(limit: Double(numbers.dropFirst().first ?? 30)).run(seeds: numbers.first ?? 5)
case ("belief-scenarios", 1...2) where numbers.count == arguments.count - 1:
    try BeliefBenchmark(limit: Double(numbers.first ?? 5)).runScenarios()
case ("dump", 2):
    let tables = RolloutTables(game: benchmark.game, controller: benchmark.controller)
    guard TableDump(tables, seed: BenchmarkGame.seed).write(to: arguments[1]) else {
        print("\(arguments[1]) could not be written")
        exit(1)
    }
default:
    print(usage)
    exit(2)
}
