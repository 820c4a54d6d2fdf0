internal import GameModel
internal import Output
internal import Scenarios

extension Scenario {
    /// `{"benign": {"helped": …}}` for a value per user type and outcome.
    package func outcomes(_ value: (_ user: Int, _ outcome: Int) -> JSONValue) -> JSONValue {
        var users: [String: JSONValue] = [:]
        for (user, name) in game.users.enumerated() {
            var row: [String: JSONValue] = [:]
            for (outcome, item) in game.outcomes.enumerated() { row[item.name] = value(user, outcome) }
            users[name] = .object(row)
        }
        return .object(users)
    }

    /// `{"refuse": …}` for a value per response.
    package func responses(_ values: [Double]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(game.responses.map(\.name), values.map { JSONValue.number($0) })))
    }
}

extension DataPackage {
    /// Writes the package as a folder that appears whole or not at all.
    package func write(toFolder path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            try write(to: folder)
        }
    }
}
