public import GameModel
internal import Output
public import Scenarios
public import Solver

/// `--method gradient`: finite-memory controllers by the exact gradient, from many starts.
public struct GradientMethod: SolvingMethod {
    public var settings: GradientSolverSettings

    public init(_ settings: GradientSolverSettings = GradientSolverSettings()) { self.settings = settings }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        var settings = settings
        settings.threads = try settings.threads(control, games: [scenario.game])
        let problem = Problem(game: scenario.game, objective: scenario.objective)
        let found = try GradientSolver(settings).search(problem, memory: settings.memory, control: control)
        var starts = found.starts.members
        starts["list"] = .array(
            found.starts.map { start in
                .object([
                    "value": .number(start.value), "violation": .number(start.violation),
                    "residual": .number(start.residual), "iterations": .integer(start.iterations),
                    "status": .string(start.isConverged ? "converged" : "limit_reached"),
                ])
            })
        return SolvedScenario(
            found.solution, of: scenario, method: "gradient",
            ending: Self.ending(
                found.status, proof: Self.proof(for: problem), wasInterrupted: control.wasInterrupted),
            notes: [found.startsNote(found.residual, found.tolerance, found.iterations), found.starts.quartiles],
            members: [
                "residual": .number(found.residual), "tolerance": .number(found.tolerance),
                "violation": .number(found.violation), "iterations": .integer(found.iterations),
                "starts": .object(starts),
            ],
            settings: settings.members, summary: { found.summary(problem.objective, problem.game) })
    }

    /// The method that proves of a problem whether its limits can be kept, or nil if none takes it.
    private static func proof(for problem: Problem) -> String? {
        guard problem.game.foresight == nil else { return nil }
        guard problem.objective.klWeight > 0 else { return "belief" }
        return problem.objective.reference.isConstant ? "soft" : nil
    }

    /// - Parameter proof: a method that proves whether any policy keeps the limits.
    static func ending(_ status: Solution.Status, proof: String?, wasInterrupted: Bool) -> String {
        switch status {
        case .converged: "converged (a local optimum of this controller class)"
        case .stopped where wasInterrupted: Ending.interrupted
        case .infeasible(let violation, _):
            "infeasible: no policy of this class was found that satisfies the constraints; the least violation "
                + "found is \(Format.number(violation, 6)); loosen at_most"
                + (proof.map { ", or give --method \($0), which proves whether any policy satisfies them" } ?? "")
        default: Ending.text(status)
        }
    }
}

extension GradientSolverSettings {
    /// How many starts may be searched at a time.
    ///
    /// - Throws: ``InputError`` if memory was given and is too little for one.
    func threads(_ control: RunControl, games: [Game]) throws -> Int {
        var single = self
        single.threads = 1
        var threads = control.threads ?? threads
        guard let memory = control.memoryMebibytes else { return threads }
        let bytes = Double(memory) * 1_048_576
        for game in games {
            let footprint = try GradientFootprint(game: game, memory: self.memory)
            let needed = footprint.bytes(of: single)
            guard needed <= bytes else {
                throw InputError(
                    "--memory \(memory) is too little: with the controller \(self.memory), \(starts) starts, one at a time, "
                        + "need about \(Int((needed / 1_048_576).rounded(.up))) MiB; give more, remember less, or give --starts fewer"
                )
            }
            threads = min(threads, 1 + Int((bytes - needed) / max(1, footprint.perStart)))
        }
        return threads
    }
}

extension SearchResult {
    /// How close to stationary the search came, and from how many starts.
    func startsNote(_ residual: Double, _ tolerance: Double, _ iterations: Int) -> String {
        "residual: \(residual) (tolerance \(tolerance)); \(solution.successes) of \(solution.starts.count) starts reached this "
            + "value; \(iterations) iterations"
    }
}

extension [StartReport] {
    /// The members that every report of starts has.
    var members: [String: JSONValue] {
        [
            "count": .integer(count), "reached_best": .integer(count(where: \.reachedBest)),
            "converged": .integer(count(where: \.isConverged)), "values": .numbers(map(\.value)),
        ]
    }

    /// The values that the starts ended at, in a line: the least, the quartiles (nearest rank) and the largest.
    var quartiles: String {
        let values = map(\.value).sorted()
        let marks = [("least", 0), ("lower quartile", 1), ("median", 2), ("upper quartile", 3), ("largest", 4)].map {
            "\($0.0) \(Format.number(values[(values.count - 1) * $0.1 / 4], 6))"
        }
        return "values of the starts: " + marks.joined(separator: ", ")
    }
}
