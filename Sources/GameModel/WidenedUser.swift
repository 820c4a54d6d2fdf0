/// A user who also reacts to answers that are no response of the scenario.
///
/// Users who choose by features react to those of the answer. One whose reactions (or moves) are a table knows responses by name only:
/// it reacts as to a response drawn from those that the answer may be.
package struct WidenedUser: UserAgent {
    private let base: any UserAgent
    /// The scenario's own responses.
    private let own: [Response]
    /// Per added response, the probabilities of the scenario's own.
    private let added: [[Double]]

    /// - Parameters:
    ///   - own: the scenario's own responses.
    ///   - added: [added][own] which of its own each added response may be, on the simplex. Added responses are numbered after its own.
    package init(base: any UserAgent, own: [Response], added: [[Double]]) {
        (self.base, self.own, self.added) = (base, own, added)
    }

    package var dependsOnTurn: Bool { base.dependsOnTurn }

    package var foresight: UserForesight? { base.foresight }

    /// The index of a response that no table has a row for.
    private var unwritten: Int { own.count }

    package func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        guard response >= own.count else {
            return try base.reactionProbabilities(turn: turn, state: state, response: response, features: features)
        }
        if let row = try? base.reactionProbabilities(
            turn: turn, state: state, response: unwritten, features: features)
        {
            return row
        }
        let shares = added[response - own.count]
        var mixture: [Double] = []
        for (index, share) in shares.enumerated() where share > 0 {
            let row = try base.reactionProbabilities(
                turn: turn, state: state, response: index, features: own[index].features)
            if mixture.isEmpty { mixture = row.map { _ in 0 } }
            for reaction in row.indices { mixture[reaction] += share * row[reaction] }
        }
        return mixture
    }

    package func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        guard response >= own.count else {
            return try base.moveProbabilities(
                state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
        }
        if let move = try? base.moveProbabilities(
            state: state, stateCount: stateCount, response: unwritten, features: features, reaction: reaction)
        {
            return move
        }
        let weights = weights(of: added[response - own.count], state: state, features: features, reaction: reaction)
        let total = weights.reduce(0, +)
        guard total > 0 else { return .none }
        var mixture = AdjacentMove(down: 0, stay: 0, up: 0)
        for (index, weight) in weights.enumerated() where weight > 0 {
            let move = try base.moveProbabilities(
                state: state, stateCount: stateCount, response: index, features: own[index].features,
                reaction: reaction)
            mixture.down += weight / total * move.down
            mixture.stay += weight / total * move.stay
            mixture.up += weight / total * move.up
        }
        return mixture
    }

    package func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        try base.reactionUtilities(
            turn: turn, state: state, response: response < own.count ? response : unwritten, features: features)
    }

    /// P(response, reaction): where reactions come from a table too, the reaction tells which response it was. Tables do not depend on the
    /// turn.
    private func weights(of shares: [Double], state: Int, features: [Double], reaction: Int) -> [Double] {
        guard
            (try? base.reactionProbabilities(turn: 1, state: state, response: unwritten, features: features)) == nil
        else { return shares }
        return shares.enumerated().map { index, share in
            guard share > 0 else { return 0 }
            let row = try? base.reactionProbabilities(
                turn: 1, state: state, response: index, features: own[index].features)
            return share * (row?[reaction] ?? 0)
        }
    }
}
