internal import GameModel
internal import Output
internal import UserAgents

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
/// its outcome); users (name, prior, initial, cues, payoff, exposure, foresight, agent). An agent is 0, λ and per reaction 0
/// or 1 with its predictor (bias, features, states, turn), or 1 and its table; then its movement: 0 with bias, features,
/// states, reactions and inertia, or 1 with (down, stay, up) per state and response.
///
/// The scenario's name, texts, titles and objective are not part of it.
struct GameSerialisation {
    private(set) var bytes: [UInt8] = []

    var hash: String { ContentHash.sha256(bytes) }

    init(_ content: ScenarioSection.Content) {
        let game = content.definition
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
        for (index, user) in game.users.enumerated() {
            put(user)
            put(content.agents[index].foresight)
            put(content.agents[index])
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

    private mutating func put(_ agent: AgentSection.Agent) {
        switch agent {
        case .foresighted(let user): put(.quantalResponse(user.myopic))
        case .quantalResponse(let user):
            put(0)
            put(user.rationality)
            put(user.predictors.count)
            for predictor in user.predictors {
                put(predictor != nil)
                guard let predictor else { continue }
                put(predictor.bias)
                put(predictor.features)
                put(predictor.states)
                put(predictor.turn)
            }
            put(user.movement)
        case .tabular(let user):
            put(1)
            put(user.reactions.count)
            for rows in user.reactions {
                put(rows.count)
                for row in rows { put(row) }
            }
            put(user.movement)
        }
    }

    private mutating func put(_ movement: Movement) {
        switch movement {
        case .logit(let predictor):
            put(0)
            put(predictor.bias)
            put(predictor.features)
            put(predictor.states)
            put(predictor.reactions)
            put(predictor.inertia)
        case .table(let rows):
            put(1)
            put(rows.count)
            for row in rows { put(row.flatMap { [$0.down, $0.stay, $0.up] }) }
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
