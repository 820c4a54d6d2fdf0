internal import ExactEvaluation
internal import GameModel

/// What a search may use, fitted to the game: memory, and how much is done exactly.
///
/// All that a search holds comes out of one sum: tables and bounds; what the depth-first searches work on; a tree of beliefs, plans
/// and, at the end, a controller with its evaluation, which share the rest; and, when all of these are gone, the controller
/// as JSON.
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
    /// Turns to go that are bounded within a tolerance by depth-first search.
    let tolerantTurns: Int
    /// Turns to go that a depth-first search finds memory for.
    let deepTurns: Int
    /// Turns by which the informed bound delays.
    let delay: Int
    /// Beliefs over types that the upper bound is tabulated at.
    let typePoints: Int
    /// Plans that are kept per turn.
    let plansPerTurn: Int
    /// Plans per turn that rounds of backups may make, of as many sampled conversations; see ``PlanRounds``.
    let sampledPlans: Int
    /// Plans of a turn that a search looks through where more were made: as many as take no longer than the upper bound, several times over.
    let searchPlans: Int
    /// Leaves of the tree that are looked into at the same time.
    let leavesAtATime: Int
    /// Beliefs per turn that the first plans are made at.
    let seedWidth: Int
    /// Bytes that the plans of controllers to begin with may take.
    let seedBytes: Int
    /// How much may still be done after an interruption: beliefs looked into, nodes of the tree gone back to, plans made.
    let afterwards: Afterwards
    /// The same where the time is over of which some was kept for this.
    let inKeptTime: Afterwards

    /// What is done after a stop, so that it takes about a quarter of a second, or as long as was kept for it: counted rather than timed.
    struct Afterwards {
        let beliefs: Int
        let nodes: Int
        let plans: Int

        /// What nobody minds to wait after an interruption.
        fileprivate static let usual = 0.25
        /// Multiplications a second that are left for each of the three.
        private static let rate = 4e8
        /// Bytes of ``NodeSize/afterwards`` a second, roughly: what was measured on a policy of 8,000 nodes.
        fileprivate static let bytesPerSecond = 1e9

        /// - Parameters:
        ///   - finding: the time that is left for beliefs and nodes.
        ///   - valuing: the time that is left for plans.
        init(_ game: Game, finding: Double = usual, valuing: Double = usual) {
            let work = finding * Self.rate
            let (h, width, shown) = (Double(game.hiddenCount), Double(game.responses.count), game.shownReactions.count)
            let observations = Double(shown * game.cues.count)
            beliefs = max(1, Int(min(1e7, 4 * work / BeliefTables.work(game: game))))
            nodes = max(1, Int(min(1e7, work / (observations * (3 + max(8, width / 2)) * h + 100))))
            // Each becomes a node, which is evaluated, differentiated once and written.
            let node = 3 * h * width * Double(3 * shown + 2) + 50 * observations + 30 * width
            plans = max(1, Int(min(1e7, 2 * valuing * Self.rate / node)))
        }
    }

    /// - Parameter time: what the search is given; nil where it has as long as it takes.
    /// - Throws: ``SolverError`` if the game's tables leave no memory for a search.
    init(_ settings: BeliefPlannerSettings, game: Game, time: SearchTime? = nil) throws(SolverError) {
        bytes = settings.memoryMebibytes << 20
        let tables = BeliefTables.bytes(game: game)
        let belief = 8 * (game.hiddenCount + 2)
        // Few enough kept plans for their vectors to fit in a sixteenth; see ``PlanBound``.
        var perTurn = settings.plansPerTurn
        while perTurn > 4, game.horizon * (perTurn + 3) * belief > bytes / 16 { perTurn /= 2 }
        plansPerTurn = max(4, perTurn)
        let size = NodeSize(game)
        // So many that vectors and beliefs of the rounds fit in another sixteenth, and that a policy made of them is valued in what may be
        // taken after a stop.
        let writing = Afterwards.usual + (time?.valuingShare ?? 0)
        sampledPlans = min(
            1024, bytes / 16 / (2 * game.horizon * (belief + 64)),
            max(32, Int(min(1e15, writing * Afterwards.bytesPerSecond)) / (game.horizon * size.afterwards)))
        searchPlans = max(plansPerTurn, 2 * game.responses.count)
        let leaf = LeafExpansion.bytes(game)
        leavesAtATime = min(Self.leaves(game), max(1, bytes / 32 / leaf))
        let vectors = game.horizon * (plansPerTurn + 2 * sampledPlans + 8) * belief + leavesAtATime * leaf
        let pointBytes = max(1, StateInformedBound.bytes(game: game, points: 1))
        let corners = game.users.count
        let edges = game.responses.count * game.shownReactions.count * game.cues.count
        // Both depth-first searches keep the beliefs that every response of a turn leads to.
        let turn = 2 * edges * (belief + 16) + 256
        deepTurns = min(game.horizon, max(1, 1 + bytes / 8 / turn))
        // Corners alone are kept twice; see ``StateInformedBound``.
        let free = bytes - tables - vectors - 2 * corners * pointBytes - min(bytes / 8, (deepTurns - 1) * turn)
        // Few enough points for their table to fit in an eighth and to be made in about a second, or in its share of the time.
        let usual = Int(1e9 / StateInformedBound.steps(game: game, points: 1))
        let timed = time.map { StateInformedBound.points(game: game, seconds: $0.tables, limit: settings.typePoints) }
        typePoints = max(
            corners, min(settings.typePoints, max(0, free) / 8 / pointBytes, max(usual, timed ?? 0)))
        let rest = free - (typePoints - corners) * pointBytes
        tableBytes = bytes - rest
        guard rest > bytes / 4 else {
            throw Self.tooSmall(settings, needed: tables + vectors + 2 * corners * pointBytes)
        }
        // The tree is gone when the controller is made. An eighth is for plans, another for the places that they are found again at.
        treeBytes = max(rest / 4, rest / 8 * 5 - Self.processBytes)
        plans = PlanLimits(
            bytes: rest / 8,
            // All that the tree leaves when it is gone: a policy that is near the optimum of a long game has some hundred thousand nodes.
            count: min(
                // A place that is gone on from may bring more than it was asked for.
                GameLimits.tableEntries / 8 * 7 / max(game.responses.count, game.observations.count),
                rest / 8 * 7 / size.whileSearched, bytes / 4 * 3 / size.afterwards))
        // A belief of a layer, the plan that is made at it, and the beliefs that it leads to, of which two responses are followed.
        let seed = game.horizon * (belief + 64 + PlanStore.bytes(game: game)) + 2 * edges * (belief + 96)
        seedWidth = max(1, min(plansPerTurn, rest / 8 / seed))
        seedBytes = rest / 8
        let fan = Double(edges)
        exactTurns = Self.largest(upTo: min(deepTurns, settings.exactTurns)) { turns in
            Self.power(fan, turns - 1) <= 50_000
        }
        tolerantTurns = settings.gap > 0 ? min(deepTurns, settings.tolerantTurns) : 0
        let entries = Double(game.horizon * game.hiddenCount)
        let look = { (delay: Int) in
            entries * Self.power(fan, delay + 1) * Double(game.hiddenCount * game.responses.count)
        }
        // Where even the fast informed bound takes many seconds, the hidden state is told at once.
        delay = look(0) > 2e10 ? -1 : Self.largest(upTo: settings.delay) { look($0) <= 1e9 }
        afterwards = Afterwards(game)
        inKeptTime =
            time.map {
                Afterwards(game, finding: Afterwards.usual + $0.finding, valuing: Afterwards.usual + $0.valuing)
            } ?? afterwards
    }

    /// What a node of the controller takes.
    private struct NodeSize {
        /// In the controller, in the parts that it is made of, and in its evaluation.
        let whileSearched: Int
        /// Once the search is gone: in the controller, and in its action values or as JSON, whichever is more.
        let afterwards: Int

        init(_ game: Game) {
            let (width, hidden) = (game.responses.count, game.hiddenCount)
            let (observations, shown) = (game.observations.count, game.shownReactions.count)
            let controller = 8 * width + 4 * observations + 48
            // Arrays that grow are copied; occupancy, mass per response and flow of ``ForwardPass``.
            whileSearched = controller + 16 * width + 20 * observations + 8 * hidden * (2 + width + shown)
            // Backward pass: action values and continuations besides.
            let passes = 8 * hidden * (4 + 2 * width + 2 * shown) + 8 * width
            let next = game.observations.later.count
            // A dictionary of three members, an array of numbers, and their text once as bytes and once as it grows.
            let json = 512 + next * 16 + 2 * (64 + 20 * next) + 16 * width
            afterwards = controller + max(passes, json)
        }
    }

    /// Leaves that threads share: at least eight, and as many as take one thread about two milliseconds, beside which it is little that threads
    /// wait for each other; but one where a belief takes less than about ten microseconds: searches of such games are over before it matters.
    private static func leaves(_ game: Game) -> Int {
        let work = BeliefTables.work(game: game)
        return work < 2e4 ? 1 : max(8, Int(4e6 / work))
    }

    /// What a process takes beside all that is counted here.
    private static let processBytes = 16 << 20

    static func tooSmall(_ settings: BeliefPlannerSettings, needed: Int) -> SolverError {
        // Three quarters of the memory are for them at most; see ``init(_:game:)``.
        SolverError(
            "\(settings.memoryMebibytes) MiB are too little for this game's tables and a search; allow more memory, about "
                + "\(((needed / 3 * 4) >> 20) + 1) MiB")
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
