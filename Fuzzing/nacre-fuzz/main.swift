import Foundation
import FuzzTargets

let usage = """
    usage: nacre-fuzz TARGET|all [SEED [COUNT [FIRST]]]
           nacre-fuzz smoke [COUNT]
           nacre-fuzz replay FOLDER
           nacre-fuzz mutant TARGET SEED NUMBER
           nacre-fuzz targets

    Reads COUNT mutants of sound inputs, from number FIRST on (default: seed 1, 100000 mutants, number 0). A mutant depends on
    target, seed and number alone. A refusal in words is as good as an answer; anything else is a finding, and a trap ends the
    process, after the number of the mutant has been said. `smoke` reads a share of COUNT (20000) mutants of every target,
    `replay` the files of FOLDER/TARGET; `mutant` prints one, to be kept there. Targets:
    """

func say(_ text: String) -> Never {
    print(text)
    for target in FuzzTargets.all {
        print("      \(target.name.padding(toLength: 14, withPad: " ", startingAt: 0))\(target.reads)")
    }
    exit(64)
}

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }
CrashReport.install()
var findings = 0
switch arguments.first {
case "targets" where arguments.count == 1: print(FuzzTargets.all.map(\.name).joined(separator: "\n"))
case "replay" where arguments.count == 2: findings = try CorpusReplay(folder: arguments[1]).run()
case "mutant" where arguments.count == 4 && numbers.count == 2:
    guard let target = FuzzTargets.named(arguments[1]) else { say(usage) }
    var generator = Fuzzing(seed: UInt64(numbers[0]), count: 1, first: numbers[1]).generator(numbers[1])
    FileHandle.standardOutput.write(Data(try target.make().mutant(&generator)))
case "smoke" where arguments.count <= 2 && numbers.count == arguments.count - 1:
    findings = try SmokeRun(count: numbers.first ?? 20_000).run()
case .some(let name):
    let targets = FuzzTargets.all.filter { name == "all" || name == $0.name }
    guard arguments.count <= 4, numbers.count == arguments.count - 1, numbers.allSatisfy({ $0 >= 0 }), !targets.isEmpty
    else { say(usage) }
    for target in targets {
        findings += try Fuzzing(
            seed: UInt64(numbers.first ?? 1), count: numbers.dropFirst().first ?? 100_000,
            first: numbers.dropFirst(2).first ?? 0
        ).run(target).findings
    }
case nil: say(usage)
}
exit(findings == 0 ? 0 : 1)
