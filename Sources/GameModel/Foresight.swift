/// What users with foresight weigh: their δ, λ and utilities, compiled once.
///
/// Their reactions depend on the policy, so a game holds what they are made from; ``ReactionTables`` makes them.
public struct Foresight: Sendable {
    /// [|Θ|] δ_θ; 0 for a type that does not look ahead.
    public let weight: [Double]
    /// [|Θ|] λ_θ, per utility unit; 0 for a type that does not look ahead.
    public let rationality: [Double]
    /// [slots, H, |A|, |M|] u_θ(m | t, x, a), −∞ for a reaction that the user never gives; 0 for types that do not look ahead.
    public let utility: [Double]

    /// Whether a user type looks ahead.
    public func isForesighted(_ user: Int) -> Bool { weight[user] > 0 }

    /// Asks the agents that look ahead for their utilities.
    ///
    /// - Returns: nil if no agent looks ahead.
    /// - Throws: ``GameError`` if δ or λ is out of range, or utilities are missing or too large for what T turns add up to.
    /// - Complexity: calls agents slots·H·|A| times.
    init?(_ definition: GameDefinition, slots: Int) throws(GameError) {
        let foresights = definition.users.map(\.agent.foresight)
        guard foresights.contains(where: { $0 != nil }) else { return nil }
        for (user, foresight) in zip(definition.users, foresights) {
            if let foresight { try Self.check(foresight, place: "users.\(user.name)") }
        }
        weight = foresights.map { $0?.weight ?? 0 }
        rationality = foresights.map { $0?.rationality ?? 0 }
        var utility: [Double] = []
        for turn in 1...slots {
            for user in definition.users {
                for state in definition.states.indices {
                    for response in definition.responses.indices {
                        utility += try Self.row(definition, turn: turn, user: user, state: state, response: response)
                    }
                }
            }
        }
        self.utility = utility
    }

    private static func check(_ foresight: UserForesight, place: String) throws(GameError) {
        guard foresight.weight > 0, foresight.weight <= 1 else {
            throw GameError("\(place).foresight", "is \(foresight.weight); it must be above 0 and at most 1")
        }
        guard foresight.rationality > 0 else {
            throw GameError(
                "\(place).rationality",
                "is \(foresight.rationality); it must be above 0 where the user has foresight, since a user who reacts at "
                    + "random weighs nothing")
        }
    }

    /// The utilities of one row, with what they may add up to checked against overflow.
    private static func row(
        _ definition: GameDefinition, turn: Int, user: UserType, state: Int, response: Int
    ) throws(GameError) -> [Double] {
        let count = definition.reactions.count
        guard let foresight = user.agent.foresight else { return [Double](repeating: 0, count: count) }
        let place = "users.\(user.name).utility"
        let row: [Double?]
        do {
            row = try user.agent.reactionUtilities(
                turn: turn, state: state, response: response, features: definition.responses[response].features)
        } catch { throw GameError("users.\(user.name).\(error.place)", error.problem) }
        guard row.count == count else {
            throw GameError(place, "has \(row.count) utilities; it must have \(count)")
        }
        guard row.contains(where: { $0 != nil }) else {
            throw GameError(place, "is null for every reaction; at least one must be possible")
        }
        // |U_t| ≤ (T − t + 1) · (max |u| + log |M| / λ), and the logarithm of a count below 256 is below 6.
        for case let utility? in row {
            guard Double(definition.horizon) * (abs(utility) + 6 / foresight.rationality) < 1e300 else {
                throw GameError(
                    place,
                    "is \(utility) for a reaction at turn \(turn), with rationality \(foresight.rationality); what "
                        + "\(definition.horizon) turns add up to must stay below 1e300")
            }
        }
        return row.map { $0 ?? -.infinity }
    }
}
