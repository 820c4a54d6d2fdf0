internal import GameModel

extension LocalSearch {
    /// Climbs in the strategies themselves, where a softmax only creeps towards certain responses: at every node probability
    /// moves from one response to the best one, at all nodes at once.
    ///
    /// A node's step halves when its move turns back and doubles when it goes on; the whole move is shortened until the
    /// augmented Lagrangian, evaluated anew with the reactions that the moved policy brings about, has risen in proportion to
    /// its slope. So it never falls, whatever users anticipate.
    ///
    /// Source: pairwise Frank–Wolfe steps, Lacoste-Julien & Jaggi 2015 (arXiv:1511.05932), with step sizes per node after
    /// Riedmiller & Braun 1993 (Rprop).
    ///
    /// - Complexity: per iteration one forward and one backward pass, and one more forward pass per shortening.
    mutating func ascend(goalWeight: Double = 1) {
        var steps = [Double](repeating: 1, count: parameters.nodeCount)
        var last = [Transfer?](repeating: nil, count: parameters.nodeCount)
        var value = augmentedValue(goalWeight: goalWeight)
        for _ in 0..<Self.longestAscent where hasIterationsLeft && !shouldStop() {
            let gradient = augmentedGradient(goalWeight: goalWeight)
            let gap = parameters.stationarityGap(strategies: strategies, gradient: gradient)
            guard gap > 1e-2 * settings.tolerance * range else { return }
            let transfers = transfers(gradient, &steps, &last)
            let slope = transfers.reduce(0) { $0 + $1.amount * $1.gain }
            let start = strategies
            var (share, found) = (1.0, false)
            while !found, share > 1e-12 {
                apply(transfers, share: share, to: start)
                let moved = augmentedValue(goalWeight: goalWeight)
                found = moved >= value + 1e-4 * share * slope
                if found { value = moved } else { share /= 2 }
            }
            countIteration()
            guard found else {
                strategies = start
                _ = augmentedValue(goalWeight: goalWeight)
                return
            }
            if share < 1 { for node in steps.indices { steps[node] *= max(share, 0.25) } }
        }
    }

    /// More iterations than a climb has ever needed that got anywhere.
    private static var longestAscent: Int { 1000 }

    /// Per node the move that promises most: which response loses to the best one, and how much.
    private func transfers(
        _ gradient: [Double], _ steps: inout [Double], _ last: inout [Transfer?]
    ) -> [Transfer] {
        var list: [Transfer] = []
        for node in 0..<parameters.nodeCount {
            let row = node * parameters.responseCount
            guard let best = parameters.inPlay.max(by: { gradient[row + $0] < gradient[row + $1] }) else { continue }
            let losers = parameters.inPlay.filter {
                strategies[row + $0] > 0 && gradient[row + $0] < gradient[row + best]
            }
            func promise(_ response: Int) -> Double {
                min(strategies[row + response], steps[node]) * (gradient[row + best] - gradient[row + response])
            }
            guard let loser = losers.max(by: { promise($0) < promise($1) }) else { continue }
            if let before = last[node] {
                let turnsBack = before.winner == row + loser && before.loser == row + best
                steps[node] = turnsBack ? steps[node] / 2 : min(1, 2 * steps[node])
            }
            let transfer = Transfer(
                winner: row + best, loser: row + loser, amount: min(strategies[row + loser], steps[node]),
                gain: gradient[row + best] - gradient[row + loser])
            last[node] = transfer
            list.append(transfer)
        }
        return list
    }

    private mutating func apply(_ transfers: [Transfer], share: Double, to start: [Double]) {
        strategies = start
        for transfer in transfers {
            let amount = share * transfer.amount
            strategies[transfer.winner] += amount
            strategies[transfer.loser] = amount == start[transfer.loser] ? 0 : start[transfer.loser] - amount
        }
    }
}

/// Probability that moves from one response to another at one node; places in [nodes, |A|].
private struct Transfer {
    let winner: Int
    let loser: Int
    let amount: Double
    /// By how much the gradient at the winner is above that at the loser.
    let gain: Double
}
