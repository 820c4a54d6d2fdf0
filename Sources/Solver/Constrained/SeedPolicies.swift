internal import GameModel

/// The policies that a constrained search begins with: the constant ones, and what the gradient method finds.
struct SeedPolicies {
    let problem: Problem
    let settings: GradientSolverSettings?
    /// What the search for seeds, and the policies that it takes apart, may take.
    let bytes: Int

    /// - Returns: what the gradient method found; nil if it was not asked.
    /// - Throws: what the gradient method throws.
    /// - Complexity: that of the gradient method, and one evaluation per policy.
    func add(to pool: inout PolicyPool, shouldStop: @escaping @Sendable () -> Bool) throws -> GradientResult? {
        let game = problem.game
        // One at least, so that there is a mixture.
        for response in game.responses.indices where response == 0 || !shouldStop() {
            pool.add(try .always(response, game: game))
        }
        guard var settings, !shouldStop(),
            let threads = try GradientFootprint(game: game, memory: .lastWithTurn).threads(within: bytes, of: settings)
        else { return nil }
        settings.threads = threads
        let found = try GradientSolver(settings).search(
            problem, memory: .lastWithTurn, isBounded: false, control: RunControl(stop: shouldStop))
        for (index, controller) in try deterministicParts(of: found.policy).enumerated()
        where index == 0 || !shouldStop() {
            pool.add(controller)
        }
        return found
    }

    /// How many policies a randomising one may be taken apart into.
    private static let limit = 64

    /// The policies that a randomising one is a mixture of, or itself if they are too many.
    ///
    /// With the turn in memory a conversation passes a node at most once. Drawing the response of every node at the opening
    /// is then the same as drawing it on the way, so the policy is a mixture of the deterministic ones that choose, at each
    /// node that randomises, one of the responses it may give.
    private func deterministicParts(
        of controller: Policy
    ) throws(GameError) -> [Policy] {
        let width = controller.responseCount
        let choices = (0..<controller.memory.nodeCount).map { node in
            (0..<width).filter { controller.strategies[node * width + $0] > 0 }
        }
        let count = choices.reduce(1) { min($0 * $1.count, Self.limit + 1) }
        guard count <= Self.limit, count * 8 * controller.strategies.count <= bytes / 2 else { return [controller] }
        var parts: [Policy] = []
        for number in 0..<count {
            var rest = number
            var strategies = [Double](repeating: 0, count: controller.strategies.count)
            for (node, responses) in choices.enumerated() {
                strategies[node * width + responses[rest % responses.count]] = 1
                rest /= responses.count
            }
            parts.append(try Policy(memory: controller.memory, strategies: strategies, game: problem.game))
        }
        return parts
    }
}
