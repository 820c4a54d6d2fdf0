import Foundation

let usage = """
    usage: nacre-fuzz TARGET|all [SEED [COUNT [FIRST]]]

    Reads COUNT mutants of sound inputs, from number FIRST on (default: seed 1, 100000 mutants, number 0). A mutant depends on
    target, seed and number alone. A typed error is as good as an answer; a trap ends the process, after the number of the
    mutant has been said. Targets:
    """

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }
guard let name = arguments.first, arguments.count <= 4, numbers.count == arguments.count - 1,
    numbers.allSatisfy({ $0 >= 0 }), name == "all" || Targets.all.contains(where: { $0.name == name })
else {
    print(usage)
    for target in Targets.all {
        print("      \(target.name.padding(toLength: 12, withPad: " ", startingAt: 0))\(target.reads)")
    }
    exit(64)
}

CrashReport.install()
for target in Targets.all where name == "all" || name == target.name {
    try Fuzzing(
        seed: UInt64(numbers.first ?? 1), count: numbers.dropFirst().first ?? 100_000,
        first: numbers.dropFirst(2).first ?? 0
    ).run(target)
}
