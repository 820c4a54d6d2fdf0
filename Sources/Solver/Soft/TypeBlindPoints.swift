internal import GameModel

/// Chooses the points of a ``TypeBlindBound``: how far to cut the mixtures of types, and how far every type's states.
///
/// The points of a turn are a product, so one more point of a simplex with k points makes a table larger by 1/k of itself. The cut is
/// made that takes most off the error for that, until the table has as many entries as it may.
struct TypeBlindPoints {
    let tables: SoftTables
    let sampling: SoftSampling
    /// How many points a turn may have in all.
    let entries: Int

    /// Whether a game's points without a cut fit: a number of types or states beyond which nothing is bounded this way.
    static func fit(_ game: Game, entries: Int) -> Bool {
        var product = game.users.count
        for _ in game.users.indices {
            let (next, overflow) = product.multipliedReportingOverflow(by: game.states.count)
            guard !overflow, next <= entries else { return false }
            product = next
        }
        return true
    }

    /// The points of the turns 1 … T − 1.
    func turns() -> [TypeBlindTurn] {
        (1..<max(1, tables.base.horizon)).map { turn in
            // The first turns have few beliefs, which are looked into one by one.
            points(turn: turn, entries: turn > Self.openTurns ? entries : min(entries, Self.openEntries))
        }
    }

    /// Turns whose beliefs a search looks into anyway, and how many points are enough there.
    private static let openTurns = 2
    private static let openEntries = 4096

    private func points(turn: Int, entries: Int) -> TypeBlindTurn {
        let game = tables.game
        let (users, states, hidden) = (game.users.count, game.states.count, tables.base.hidden)
        let samples = sampling.plain[turn - 1] + sampling.revealed[turn - 1]
        let curvature = sampling.curvature[turn - 1]
        let count = samples.count / hidden
        var mixes = [Double](repeating: 0, count: count * users)
        var profiles = Array(repeating: [Double](repeating: 0, count: count * states), count: users)
        var importance = Array(repeating: [Double](repeating: 0, count: count), count: users)
        var means = [Double](repeating: 0, count: hidden)
        for sample in 0..<count {
            for user in 0..<users {
                let row = samples[sample * hidden + user * states..<sample * hidden + (user + 1) * states]
                let mass = row.reduce(0, +)
                mixes[sample * users + user] = mass
                importance[user][sample] = mass * mass
                for (state, share) in row.enumerated() {
                    means[user * states + state] += share
                    profiles[user][sample * states + state] = mass > 0 ? share / mass : state == 0 ? 1 : 0
                }
            }
        }
        for user in 0..<users {
            let mass = means[user * states..<(user + 1) * states].reduce(0, +)
            for state in 0..<states {
                means[user * states + state] = mass > 0 ? means[user * states + state] / mass : 1 / Double(states)
            }
        }
        // Σ_xx' mean_θ(x) C(θx, θ'x') mean_θ'(x')
        var between = [Double](repeating: 0, count: users * users)
        for h in 0..<hidden {
            for other in 0..<hidden {
                between[h / states * users + other / states] += means[h] * curvature[h * hidden + other] * means[other]
            }
        }
        var cuttings = [
            SimplexCutting(
                corners: users, samples: mixes, importance: [Double](repeating: 1, count: count), curvature: between,
                limit: 4 * entries)
        ]
        for user in 0..<users {
            let block = (0..<states * states).map {
                curvature[(user * states + $0 / states) * hidden + user * states + $0 % states]
            }
            cuttings.append(
                SimplexCutting(
                    corners: states, samples: profiles[user], importance: importance[user], curvature: block,
                    limit: 4 * entries))
        }
        cut(&cuttings, entries: entries)
        return TypeBlindTurn(
            mixes: cuttings[0].tree, profiles: cuttings.dropFirst().map(\.tree), states: states,
            blocks: (tables.width + 3) / 4)
    }

    private func cut(_ cuttings: inout [SimplexCutting], entries: Int) {
        while true {
            let product = cuttings.reduce(1) { $0 * $1.tree.count }
            let choice = cuttings.indices
                .filter {
                    cuttings[$0].gain > 0
                        && product / cuttings[$0].tree.count * (cuttings[$0].tree.count + 1) <= entries
                }
                .max { worth(cuttings[$0]) < worth(cuttings[$1]) }
            guard let choice else { return }
            cuttings[choice].cut()
        }
    }

    private func worth(_ cutting: SimplexCutting) -> Double { cutting.gain * Double(cutting.tree.count) }
}
