internal import GameModel
internal import Output
internal import Scenarios

extension Scenario {
    /// `{"benign": {"helped": …}}` for a value per user type and outcome.
    func outcomes(_ value: (_ user: Int, _ outcome: Int) -> JSONValue) -> JSONValue {
        var users: [String: JSONValue] = [:]
        for (user, name) in game.users.enumerated() {
            var row: [String: JSONValue] = [:]
            for (outcome, item) in game.outcomes.enumerated() { row[item.name] = value(user, outcome) }
            users[name] = .object(row)
        }
        return .object(users)
    }

    /// `{"refuse": …}` for a value per response.
    func responses(_ values: [Double]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(game.responses.map(\.name), values.map { JSONValue.number($0) })))
    }
}

extension DataPackage {
    /// Writes the package as a folder that appears whole or not at all.
    func write(toFolder path: String, replaces: Bool, _ terminal: Terminal) throws {
        try terminal.writeFolder(path, replaces: replaces) { folder in
            try write(to: folder)
        }
    }
}

extension Terminal {
    /// Makes a folder that appears whole, or not at all if `body` throws, and says what earlier exports left there.
    func writeFolder<Value>(_ path: String, replaces: Bool, _ body: (OutputFolder) throws -> Value) throws -> Value {
        try OutputFolder.write(path: path, replaces: replaces, note: { note($0) }, body)
    }
}

extension OutputFolder {
    /// Path and SHA-256 of every file so far, as manifests list them.
    var hashes: JSONValue {
        .array(files.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) })
    }
}
