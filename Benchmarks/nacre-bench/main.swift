import GameModel
import Glibc
import Simulation

let usage = """
    usage: nacre-bench simulate [EPISODES [THREADS [STREAM [MEMORY]]]]
                                                       turns per second, outcomes, peak memory
           nacre-bench evaluate                        microseconds per exact evaluation and gradient
           nacre-bench belief [HORIZON [SECONDS]]      bounds against time of belief planning, from horizon 6 on
           nacre-bench belief-seeds [COUNT [SECONDS]]  the same at horizon 8 on games from other seeds, as a table
           nacre-bench belief-scenarios [SECONDS]      the same on the shipped scenarios, with and without constraints
           nacre-bench belief-large [SECONDS [THREADS [SEEDS]]]
                                                       the gap against time on large random games, 60 seconds each
           nacre-bench dump FILE [MEMORY]              the game's tables, for the C programs

    MEMORY is what the policy remembers: 2, the last observation and the turn, as everywhere by default; 1, the last observation; 0, nothing.
    """

let arguments = Array(CommandLine.arguments.dropFirst())

/// An argument that is no number of the kind that is needed.
struct WrongArgument: Error {
    let text: String
}

/// The argument at a place as a whole number that is not negative; nil where there is none.
func whole(_ place: Int) throws -> Int? {
    guard arguments.indices.contains(place) else { return nil }
    guard let number = Int(arguments[place]), number >= 0 else { throw WrongArgument(text: arguments[place]) }
    return number
}

/// The argument at a place as a controller's memory; the last observation and the turn where there is none.
func memory(_ place: Int) throws -> BenchmarkGame.Memory {
    guard let number = try whole(place) else { return .lastObservationAndTurn }
    guard let memory = BenchmarkGame.Memory(rawValue: number) else { throw WrongArgument(text: arguments[place]) }
    return memory
}

let numbers = arguments.dropFirst().compactMap { Int($0).flatMap { $0 > 0 ? $0 : nil } }

switch (arguments.first, arguments.count) {
case ("simulate", 1...5):
    let (episodes, threads) = (try whole(1) ?? 1_000_000, try whole(2) ?? 1)
    guard let stream = DrawStream(rawValue: try whole(3) ?? 1) else { throw WrongArgument(text: arguments[3]) }
    let benchmark = try BenchmarkGame(memory: try memory(4))
    try SimulateBenchmark(benchmark: benchmark, episodes: episodes, threads: threads, stream: stream).run()
case ("evaluate", 1):
    EvaluateBenchmark(benchmark: try BenchmarkGame(memory: .lastObservationAndTurn)).run()
case ("belief", 1...3) where numbers.count == arguments.count - 1:
    let last = numbers.first ?? 8
    try BeliefBenchmark(limit: Double(numbers.dropFirst().first ?? 30)).run(horizons: Array(min(6, last)...last))
case ("belief-seeds", 1...3) where numbers.count == arguments.count - 1:
    try BeliefBenchmark(limit: Double(numbers.dropFirst().first ?? 30)).run(seeds: numbers.first ?? 5)
case ("belief-scenarios", 1...2) where numbers.count == arguments.count - 1:
    try BeliefBenchmark(limit: Double(numbers.first ?? 5)).runScenarios()
case ("belief-large", 1...4) where numbers.count == arguments.count - 1:
    try LargeBenchmark(
        limit: Double(numbers.first ?? 60), threads: numbers.dropFirst().first ?? 2,
        seeds: UInt64(numbers.dropFirst(2).first ?? 1)
    ).run()
case ("dump", 2...3):
    let benchmark = try BenchmarkGame(memory: try memory(2))
    let tables = RolloutTables(game: benchmark.game, controller: benchmark.controller)
    guard TableDump(tables, seed: BenchmarkGame.seed).write(to: arguments[1]) else {
        print("\(arguments[1]) could not be written")
        exit(1)
    }
default:
    print(usage)
    exit(2)
}
