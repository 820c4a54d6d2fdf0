internal import ExactEvaluation
internal import GameModel

/// The policies that a mixture may be made of, with what each counts for.
struct PolicyPool {
    private struct Member {
        let controller: Policy
        let column: MixtureProgram.Column
        let bytes: Int
    }

    private let game: Game
    private let objective: Objective
    private let goal: LinearObjective
    private let limit: Int
    private var members: [Member] = []
    private var bytes = 0

    /// - Parameter limit: what the policies may take, in bytes.
    init(game: Game, objective: Objective, limit: Int) {
        self.game = game
        self.objective = objective
        goal = LinearObjective(objective, game: game)
        self.limit = limit
    }

    var count: Int { members.count }

    /// Adds a policy, unless one that counts for the same is there.
    mutating func add(_ controller: Policy) {
        add(controller, evaluation: Evaluation(controller, game: game))
    }

    mutating func add(_ controller: Policy, evaluation: Evaluation) {
        let column = MixtureProgram.Column(
            value: goal.value(of: evaluation),
            probabilities: objective.constraints.map { evaluation.outcomes[$0.user][$0.outcome] })
        guard !members.contains(where: { $0.column == column }) else { return }
        let memory = controller.memory
        let size =
            8 * controller.strategies.count + 4 * memory.successors.count + 16 * memory.nodeCount
        members.append(Member(controller: controller, column: column, bytes: size))
        bytes += size
    }

    /// The best mixture of the policies.
    ///
    /// - Throws: ``SolverError`` if the arithmetic of the linear program fails.
    func best() throws(SolverError) -> MixtureProgram.Optimum {
        let program = MixtureProgram(
            columns: members.map(\.column), limits: objective.constraints.map(\.atMost))
        guard let optimum = program.solve() else {
            throw SolverError(
                "the linear program over \(members.count) policies could not be solved; please report this")
        }
        return optimum
    }

    /// The largest worth of a policy under prices on the constraints: max_i [J_i − μ · P_i].
    func worth(at prices: [Double], ignoringGoal: Bool) -> Double {
        members.reduce(-.infinity) { best, member in
            max(
                best,
                zip(prices, member.column.probabilities).reduce(ignoringGoal ? 0 : member.column.value) {
                    $0 - $1.0 * $1.1
                })
        }
    }

    /// The policies of a mixture with their weights.
    func parts(of optimum: MixtureProgram.Optimum) -> [(controller: Policy, probability: Double)] {
        optimum.parts.map { (members[$0.column].controller, $0.weight) }
    }

    /// The goal's value of a mixture.
    func value(of optimum: MixtureProgram.Optimum) -> Double {
        optimum.parts.reduce(0) { $0 + $1.weight * members[$1.column].column.value }
    }

    /// Drops the oldest policies that a mixture does not use until the rest takes no more than it may.
    ///
    /// - Returns: whether it does.
    mutating func shrink(keeping optimum: MixtureProgram.Optimum) -> Bool {
        guard bytes > limit else { return true }
        let used = Set(optimum.parts.map(\.column))
        var kept: [Member] = []
        for (index, member) in members.enumerated() {
            if bytes > limit, !used.contains(index) {
                bytes -= member.bytes
            } else {
                kept.append(member)
            }
        }
        members = kept
        return bytes <= limit
    }
}
