package import GameModel
internal import Output

/// The bytes whose hash names a game: what defines it, in one order and one form.
///
/// Every item is a line feed before a tag, and then its values:
///
/// - a name is the length of its UTF-8 as 8 bytes, then the UTF-8;
/// - a count or index is 8 bytes; a truth value is one byte, 0 or 1;
/// - a number is its IEEE 754 double as 8 bytes, with −0 written as 0;
/// - integers and doubles are little-endian; a list is its count and then its items.
///
/// The items, in order: `nacre-game-1`; horizon, discount; features; responses (name, features, cost); outcomes (name, safe,
/// timeout); states; cues; reactions (name, then 0 for one that continues, 1 and the index it shows as, or 2 and the index of
/// its outcome); users (name, prior, initial, cues, payoff, exposure, foresight, agent). An agent is what it says of itself
/// (`AgentForm`): 0, λ and per reaction 0 or 1 with its predictor (bias, features, states, turn), or 1 and its table, or 2,
/// the name of its kind and its numbers; then, if it has one, its movement: 0 with bias, features, states, reactions and
/// inertia, or 1 with (down, stay, up) per state and response.
///
/// The scenario's name, texts, titles, meanings and objective are not part of it.
package struct GameSerialisation {
    package private(set) var bytes: [UInt8] = []

    /// SHA-256 of the bytes, in hexadecimal.
    package var hash: String { ContentHash.sha256(bytes) }

    /// - Throws: `GameError` if an agent does not say what decides its answers: no hash could tell such games apart.
    package init(_ game: GameDefinition) throws(GameError) {
        tag("nacre-game-1")
        tag("rules")
        put(game.horizon)
        put(game.discount)
        tag("features")
        put(game.features)
        tag("responses")
        put(game.responses.count)
        for response in game.responses {
            put(response.name)
            put(response.features)
            put(response.cost)
        }
        tag("outcomes")
        put(game.outcomes.count)
        for outcome in game.outcomes {
            put(outcome.name)
            put(outcome.isSafe)
            put(outcome.isTimeout)
        }
        tag("states")
        put(game.states)
        tag("cues")
        put(game.cues)
        put(game.reactions)
        tag("users")
        put(game.users.count)
        for user in game.users {
            guard let form = user.agent.form else {
                throw GameError(
                    "users.\(user.name)",
                    "has an agent without a form; a game can have a hash only if every agent says all that decides its "
                        + "answers")
            }
            put(user)
            put(user.agent.foresight?.weight ?? 0)
            put(form)
        }
    }

    // MARK: Parts

    private mutating func put(_ reactions: [Reaction]) {
        tag("reactions")
        put(reactions.count)
        for reaction in reactions {
            put(reaction.name)
            switch reaction.effect {
            case .continues: put(0)
            case .continuesShowing(let other): put(1, other)
            case .ends(let outcome): put(2, outcome)
            }
        }
    }

    private mutating func put(_ kind: Int, _ index: Int) {
        put(kind)
        put(index)
    }

    private mutating func put(_ user: UserType) {
        put(user.name)
        put(user.prior)
        put(user.initialState)
        put(user.cues.count)
        for row in user.cues { put(row) }
        put(user.outcomePayoff)
        put(user.exposure)
    }

    private mutating func put(_ form: AgentForm) {
        for item in form.items {
            switch item {
            case .whole(let value): put(value)
            case .flag(let value): put(value)
            case .number(let value): put(value)
            case .name(let value): put(value)
            }
        }
    }

    // MARK: Values

    private mutating func tag(_ name: String) {
        bytes.append(0x0A)
        bytes += Array(name.utf8)
    }

    private mutating func put(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
    }

    private mutating func put(_ value: Int) { put(UInt64(bitPattern: Int64(value))) }
    private mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }
    private mutating func put(_ value: Double) { put((value == 0 ? 0 : value).bitPattern) }

    private mutating func put(_ name: String) {
        put(name.utf8.count)
        bytes += Array(name.utf8)
    }

    private mutating func put(_ names: [String]) {
        put(names.count)
        for name in names { put(name) }
    }

    private mutating func put(_ values: [Double]) {
        put(values.count)
        for value in values { put(value) }
    }
}
