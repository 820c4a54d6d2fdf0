package import GameModel

/// What a search by the gradient holds in memory, told before it begins.
///
/// A strategy has a number per node and response, and a start holds it many times: the minimiser's vectors, the gradient, and
/// what the exact finish compares. The passes hold the probability of every hidden state and node, and a value per class and
/// response.
package struct GradientFootprint {
    /// Bytes of one start while it is searched.
    package let perStart: Double
    /// Bytes of a start before and after: its point and its result.
    package let perPoint: Double

    /// Strategies that a start holds at the same time: ten vectors of GSL's minimiser, and those of the search and its finishes.
    private static let copies = 26.0
    /// Passes that a start holds at the same time: of the search, of its copy while it is minimised, and of its finishes.
    private static let passes = 5.0

    /// - Throws: `GameError` if the memory does not fit the game.
    /// - Complexity: O(nodes · |O|).
    package init(game: Game, memory kind: MemoryKind) throws(GameError) {
        self.init(game: game, memory: try ControllerMemory(kind, game: game))
    }

    package init(game: Game, memory: ControllerMemory) {
        let (hidden, width) = (Double(game.hiddenCount), Double(game.responses.count))
        let (nodes, classes) = (Double(memory.nodeCount), Double(memory.classCount))
        let layers = memory.kind.usesTurn ? 1.0 : Double(game.horizon)
        perPoint = 8 * 2 * nodes * width
        perStart =
            8 * (Self.copies * nodes * width + Self.passes * hidden * (2 * layers * nodes + layers * classes * width))
    }

    /// Bytes of a whole search.
    package func bytes(of settings: GradientSolverSettings) -> Double {
        Double(settings.starts) * perPoint + Double(min(settings.starts, settings.threads)) * perStart
    }

    /// How many starts may be searched at a time within a limit; nil if not even one.
    func threads(within limit: Int, of settings: GradientSolverSettings) -> Int? {
        let left = Double(limit) - Double(settings.starts) * perPoint
        guard left >= perStart else { return nil }
        return max(1, Int(min(Double(settings.threads), left / perStart)))
    }

    /// What any search by the gradient may hold: a valid game with many states and much to remember can ask for more than any
    /// machine has.
    package static let largest = 16.0 * 1_073_741_824

    /// Refuses a search that would need more than ``largest``.
    func check(_ settings: GradientSolverSettings, kind: MemoryKind) throws(SolverError) {
        guard perStart + Double(settings.starts) * perPoint <= Self.largest else {
            throw SolverError(
                "the controller \(kind) and its passes need about "
                    + "\(Int(((perStart + Double(settings.starts) * perPoint) / 1_048_576).rounded(.up))) MiB for one start of "
                    + "\(settings.starts); remember less, or give fewer starts")
        }
    }
}
