internal import Conversations
internal import GameModel
internal import Output
internal import Scenarios

/// A request of a client: one JSON object.
struct SessionCall {
    /// What a reset says of who comes.
    struct Opening {
        var seed: UInt64?
        var episode: Int?
        var user: Int?
    }

    enum Operation {
        case describe
        case reset(Opening)
        case step(SessionAction)
        case state
        case close
    }

    let session: String
    let operation: Operation

    /// The name of a session that a request does not name.
    static let unnamed = "0"
    /// The largest number of an episode: it is a word of the counter that draws come from, and stays exact as a double.
    static let lastEpisode = 1 << 53
    /// Probabilities may miss a sum of 1 by this much: what sums of doubles leave.
    static let simplexTolerance = 1e-9

    init(_ value: JSONValue, game: Game) throws(SessionFault) {
        guard let members = value.objectValue else {
            throw SessionFault(.badRequest, "a request is a JSON object with the member op")
        }
        session = Self.session(of: value) ?? Self.unnamed
        guard members["session"] == nil || Self.session(of: value) != nil else {
            throw SessionFault(.badRequest, "session must be a text or a whole number")
        }
        let name = members["op"]?.stringValue ?? ""
        let known: Set<String>
        switch name {
        case "describe": (operation, known) = (.describe, [])
        case "state": (operation, known) = (.state, [])
        case "close": (operation, known) = (.close, [])
        case "reset": (operation, known) = (.reset(try Self.opening(members, game)), ["seed", "episode", "user"])
        case "step": (operation, known) = (.step(try SessionAction(members, game: game)), SessionAction.members)
        default:
            throw SessionFault(
                .badRequest, "op is \(Self.shown(members["op"])); it must be describe, reset, step, state or close")
        }
        let others = members.keys.filter { !known.contains($0) && !["op", "session", "id"].contains($0) }
        if let other = others.min() { throw SessionFault(.badRequest, "\(name) has no member \(other)") }
    }

    /// The session that a request names, whatever else is wrong with it.
    static func session(of value: JSONValue) -> String? {
        value["session"].flatMap { $0.stringValue ?? $0.integerValue.map { "\($0)" } }
    }

    private static func shown(_ value: JSONValue?) -> String {
        guard let value else { return "missing" }
        return (try? value.text()) ?? "no value"
    }

    private static func opening(_ members: [String: JSONValue], _ game: Game) throws(SessionFault) -> Opening {
        var opening = Opening()
        if let value = members["seed"], value != .null { opening.seed = try seed(value) }
        if let value = members["episode"], value != .null {
            guard let episode = value.integerValue, (0...lastEpisode).contains(episode) else {
                throw SessionFault(.badRequest, "episode is \(shown(value)); it must be a whole number from 0 to 2^53")
            }
            opening.episode = episode
        }
        if let value = members["user"], value != .null {
            opening.user = try index(value, among: game.users, "user", "user type")
        }
        return opening
    }

    /// A whole number, or its digits: JSON's numbers are doubles in many languages.
    static func seed(_ value: JSONValue) throws(SessionFault) -> UInt64 {
        let seed = value.integerValue.flatMap { UInt64(exactly: $0) } ?? value.stringValue.flatMap { UInt64($0) }
        guard let seed else {
            throw SessionFault(
                .badRequest,
                "seed is \(shown(value)); it must be a whole number from 0 to 2^64 - 1; those above 2^63 - 1 are given as a text of digits"
            )
        }
        return seed
    }

    /// An index from 0, or the name that has it.
    static func index(
        _ value: JSONValue, among names: [String], _ member: String, _ kind: String
    ) throws(SessionFault) -> Int {
        if let name = value.stringValue {
            if let index = names.firstIndex(of: name) { return index }
            let hint = Scenario.suggestion(for: name, among: names).map { "did you mean \($0)?" }
            throw SessionFault(
                .badRequest, "there is no \(kind) \(name); \(hint ?? "there are \(names.joined(separator: ", "))")")
        }
        guard let index = value.integerValue, names.indices.contains(index) else {
            throw SessionFault(
                .badRequest, "\(member) is \(shown(value)); it must be a name, or an index from 0 to \(names.count - 1)"
            )
        }
        return index
    }

    /// One number a name, in a list or by name.
    static func numbers(
        _ value: JSONValue, _ names: [String], _ member: String, missing: Double?
    ) throws(SessionFault) -> [Double] {
        if let list = value.arrayValue {
            let numbers = list.compactMap(\.doubleValue)
            guard numbers.count == list.count, numbers.count == names.count else {
                throw SessionFault(
                    .badRequest, "\(member) must hold \(names.count) numbers: \(names.joined(separator: ", "))")
            }
            return numbers
        }
        guard let members = value.objectValue else {
            throw SessionFault(.badRequest, "\(member) must be a list of numbers, or an object of numbers by name")
        }
        for name in members.keys.sorted() where !names.contains(name) {
            _ = try index(.string(name), among: names, member, "name in \(member)")
        }
        var numbers: [Double] = []
        for name in names {
            guard let number = members[name] == nil ? missing : members[name]?.doubleValue else {
                throw SessionFault(.badRequest, "\(member) needs a number for \(name)")
            }
            numbers.append(number)
        }
        return numbers
    }
}

extension SessionAction {
    static let members: Set<String> = ["response", "features", "strategy", "text"]

    init(_ members: [String: JSONValue], game: Game) throws(SessionFault) {
        let given = Self.members.filter { members[$0] != nil }
        guard given.count == 1, let name = given.first, let value = members[name] else {
            throw SessionFault(.badRequest, "step takes exactly one of response, features, strategy and text")
        }
        let responses = game.responses.map(\.name)
        switch name {
        case "response": self = .response(try SessionCall.index(value, among: responses, name, name))
        case "strategy":
            let shares = try SessionCall.numbers(value, responses, name, missing: 0)
            let total = shares.reduce(0, +)
            if let index = shares.firstIndex(where: { $0 < 0 }) {
                throw SessionFault(
                    .badRequest, "strategy gives \(responses[index]) \(shares[index]); probabilities must be at least 0"
                )
            }
            guard abs(total - 1) <= SessionCall.simplexTolerance else {
                throw SessionFault(
                    .badRequest, "strategy sums to \(total); probabilities must sum to 1")
            }
            self = .strategy(shares)
        case "features":
            let amounts = try SessionCall.numbers(value, game.features, name, missing: nil)
            guard amounts.allSatisfy({ (0...1).contains($0) }) else {
                throw SessionFault(.badRequest, "features must be from 0 to 1")
            }
            self = .features(amounts)
        default:
            guard let text = value.stringValue, !text.allSatisfy(\.isWhitespace) else {
                throw SessionFault(.badRequest, "text must be a text that is not empty")
            }
            self = .text(text)
        }
    }
}
