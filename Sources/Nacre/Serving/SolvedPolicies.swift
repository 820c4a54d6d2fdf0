internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver
internal import Synchronization

/// Solutions that were found for somebody's numbers, by a name that says which numbers and how: the last of them are remembered.
final class SolvedPolicies: Sendable {
    static let prefix = "solved:"
    static let forgotten = "this solution is no longer remembered"
    /// How many are kept; a page holds one or two at a time.
    private static let most = 32

    private struct Kept {
        var order: [String] = []
        var found: [String: ExplorerSolution] = [:]
    }

    private let kept = Mutex(Kept())

    subscript(name: String) -> PricedPolicy? { solution(name)?.policy }

    func solution(_ name: String) -> ExplorerSolution? { kept.withLock { $0.found[name] } }

    func keep(_ solution: ExplorerSolution) {
        kept.withLock { kept in
            let name = solution.policy.label
            kept.order.removeAll { $0 == name }
            kept.order.append(name)
            kept.found[name] = solution
            if kept.order.count > Self.most { kept.found[kept.order.removeFirst()] = nil }
        }
    }
}

/// A policy that was solved for, with what is known of how good it is.
package struct ExplorerSolution: Sendable {
    package let policy: PricedPolicy
    /// The scenario that it was solved for.
    package let scenario: Scenario
    let solution: Solution
    package let method: String
    package let seconds: Double

    /// The members that stand besides those of an answer.
    package var members: [String: JSONValue] {
        [
            "name": .string(policy.label), "method": .string(method), "status": .string(solution.status.name),
            "converged": .bool(solution.status.isConverged), "value": .number(solution.value),
            "lower": solution.lower,
            "upper": .number(ifPresent: solution.bound.isFinite ? solution.bound : nil),
            "gap": solution.bound.isFinite ? solution.openGap : .null,
            "prices": .numbers(policy.prices), "seconds": .number(seconds),
            "mixture": .bool(policy.policy.memory.drawsFirstNode),
        ]
    }
}
