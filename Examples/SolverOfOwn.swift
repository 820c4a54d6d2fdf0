internal import Nacre

// docs: solver
/// Policies that always give one response, each tried once: the least that a solver should beat.
struct BestConstant: PolicySolver {
    func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        var best: Solution?
        for response in problem.game.responses.indices where best == nil || !control.shouldStop() {
            let found = Solution(
                of: problem, policy: try .always(response, game: problem.game), status: .limitReached, control: control)
            if found.isBetter(than: best) { best = found }
        }
        guard let best else { throw InputError("the game has no response to give") }
        return best
    }
}

func solverOfOwn() throws {
    let scenario = try Scenario(file: "scenarios/starter.yaml")
    let solution = try scenario.solve(BestConstant())
    print(solution.method, solution.status, solution.value, solution.bound)
    try solution.write(to: "constant.json")
    print(try scenario.evaluate(scenario.policy("constant.json")).value)
}
// docs: end
