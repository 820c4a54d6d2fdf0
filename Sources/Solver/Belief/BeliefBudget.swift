internal import GameModel

/// What a search may use, fitted to the game: memory, and how much is done exactly.
struct BeliefBudget {
    /// What the tree of beliefs may take.
    let treeBytes: Int
    let plans: PlanLimits
    /// What tables and bounds take whatever is searched.
    let tableBytes: Int
    /// What is set aside in all.
    let bytes: Int
    /// Turns to go that are settled by depth-first search.
    let exactTurns: Int
    /// Turns by which the informed bound delays.
    let delay: Int
    /// Beliefs over types that the upper bound is tabulated at.
    let typePoints: Int

    /// - Throws: ``SolverError`` if the game's tables leave no memory for a search.
    init(_ settings: BeliefPlannerSettings, game: Game) throws(SolverError) {
        bytes = settings.memoryMebibytes << 20
        let tables = BeliefTables.bytes(game: game)
        let vectors = 8 * game.horizon * (settings.plansPerTurn + 3) * game.hiddenCount
        let pointBytes = max(1, StateInformedBound.bytes(game: game, points: 1))
        let corners = game.users.count
        let free = bytes - tables - vectors - corners * pointBytes
        // Few enough points for their table to fit in an eighth and to be made in about a second.
        typePoints = max(
            corners,
            min(
                settings.typePoints, max(0, free) / 8 / pointBytes,
                Int(1e9 / StateInformedBound.steps(game: game, points: 1))))
        let rest = free - (typePoints - corners) * pointBytes
        tableBytes = bytes - rest
        guard rest > bytes / 4 else { throw Self.tooSmall(settings) }
        // Half for plans, a quarter for the controller made of them.
        treeBytes = rest / 4
        plans = PlanLimits(
            bytes: rest / 2,
            count: min(
                GameLimits.tableEntries / max(game.responses.count, game.observations.count),
                rest / 2 / Self.nodeBytes(game)))
        let fan = Double(game.responses.count * game.shownReactions.count * game.cues.count)
        exactTurns = Self.largest(upTo: settings.exactTurns) { turns in
            Self.power(fan, turns - 1) <= 50_000
        }
        let entries = Double(game.horizon * game.hiddenCount)
        delay = Self.largest(upTo: settings.delay) { delay in
            entries * Self.power(fan, delay + 1) * Double(game.hiddenCount * game.responses.count) <= 1e9
        }
    }

    /// What a node takes in a controller, in the parts that it is made of, and in its evaluation.
    private static func nodeBytes(_ game: Game) -> Int {
        16 * game.responses.count + 12 * game.observations.count + 16 * game.hiddenCount + 64
    }

    static func tooSmall(_ settings: BeliefPlannerSettings) -> SolverError {
        SolverError(
            "\(settings.memoryMebibytes) MiB are too little for this game's tables and a search; allow more memory")
    }

    private static func largest(upTo limit: Int, _ fits: (Int) -> Bool) -> Int {
        var value = 0
        while value < limit, fits(value + 1) { value += 1 }
        return value
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<max(0, exponent)).reduce(1) { product, _ in product * base }
    }
}
