internal import ArgumentParser
internal import Foundation
internal import Nacre

/// A condition under which a command that otherwise succeeded exits with 1: `safe<0.8`, `payoff<=0`, `violation>0`.
struct Gate: ExpressibleByArgument {
    let metric: String
    let sign: String
    let bound: Double
    let text: String

    static let metrics = ["payoff", "safe", "turns", "violation"]

    init?(argument: String) {
        for sign in ["<=", ">=", "<", ">"] {
            guard let range = argument.range(of: sign) else { continue }
            let metric = String(argument[..<range.lowerBound])
            guard Self.metrics.contains(metric), let bound = Double(argument[range.upperBound...]), !bound.isNaN else {
                return nil
            }
            (self.metric, self.sign, self.bound, text) = (metric, sign, bound, argument)
            return
        }
        return nil
    }

    /// Whether the value makes the gate fail. A value that could not be determined does.
    func fails(_ value: Double?) -> Bool {
        guard let value else { return true }
        return switch sign {
        case "<": value < bound
        case "<=": value <= bound
        case ">": value > bound
        default: value >= bound
        }
    }
}

/// The gates of a command.
struct GateOptions: ParsableArguments {
    @Option(
        name: .customLong("fail-if"),
        help:
            "Exit with 1 if this holds, such as 'safe<0.8' (payoff, safe, turns, violation; < <= > >=). May be repeated."
    )
    var gates: [Gate] = []

    /// Says which gates failed, and exits with 1 if any did.
    func check(policy: String, terminal: Terminal, _ value: (String) -> Double?) -> Bool {
        let failed = gates.filter { $0.fails(value($0.metric)) }
        for gate in failed {
            let found = value(gate.metric).map { "\($0)" } ?? "unknown"
            terminal.complain("gate failed: \(policy): \(gate.text) (\(gate.metric) is \(found))")
        }
        return failed.isEmpty
    }
}
