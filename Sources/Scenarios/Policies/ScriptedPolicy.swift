public import GameModel
public import InputErrors

extension Scenario {
    /// How policies that need no file and no search are named.
    public static let scriptedPolicies = [
        "always:RESPONSE", "sequence:RESPONSE,…", "cues:CUE=RESPONSE,…", "uniform", "reference",
    ]

    /// A policy that is said in a line.
    ///
    /// | name | policy |
    /// |---|---|
    /// | `always:RESPONSE` | one response, always |
    /// | `sequence:R1,R2,…` | turn by turn, the last one from then on |
    /// | `cues:CUE=R,…` | answers the cue of the latest message; `else=R` stands for the cues that are not named |
    /// | `uniform` | every response with the same probability |
    /// | `reference` | the scenario's reference |
    ///
    /// - Returns: nil if the name is of no such form: it may be a file's.
    /// - Throws: ``PolicyNameError`` if it names a response or a cue that the scenario does not have.
    public func scriptedPolicy(_ name: String) throws -> Policy? {
        if name == "uniform" { return try .uniform(game: game) }
        if name == "reference" { return try .reference(objective.reference, game: game) }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        let items = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "always": return try .always(try response(parts[1], policy: name), game: game)
        case "sequence": return try .sequence(try items.map { try response($0, policy: name) }, game: game)
        case "cues": return try .byCue(try responses(toCues: items, policy: name), game: game)
        default: return nil
        }
    }

    private func response(_ wanted: String, policy: String) throws(PolicyNameError) -> Int {
        try Self.index(of: wanted, among: game.responses.map(\.name), what: "response", policy: policy)
    }

    /// Per cue, the response that `CUE=RESPONSE` entries give it.
    private func responses(toCues entries: [String], policy: String) throws(PolicyNameError) -> [Int] {
        var answers = [Int?](repeating: nil, count: game.cues.count)
        var rest: Int?
        for entry in entries {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw PolicyNameError("policy \(policy): '\(entry)' is not CUE=RESPONSE")
            }
            let answer = try response(parts[1], policy: policy)
            if parts[0] == "else" {
                guard rest == nil else { throw PolicyNameError("policy \(policy) has 'else' twice") }
                rest = answer
            } else {
                let cue = try Self.index(of: parts[0], among: game.cues, what: "cue", policy: policy)
                guard answers[cue] == nil else { throw PolicyNameError("policy \(policy) answers \(parts[0]) twice") }
                answers[cue] = answer
            }
        }
        var complete: [Int] = []
        for (name, answer) in zip(game.cues, answers) {
            guard let known = answer ?? rest else {
                throw PolicyNameError("policy \(policy) has no answer to \(name); give one, or else=RESPONSE")
            }
            complete.append(known)
        }
        return complete
    }

    private static func index(
        of wanted: String, among names: [String], what: String, policy: String
    ) throws(PolicyNameError) -> Int {
        if let index = names.firstIndex(of: wanted) { return index }
        let hint = suggestion(for: wanted, among: names).map { "did you mean \($0)?" }
        throw PolicyNameError(
            "policy \(policy): there is no \(what) \(wanted); "
                + (hint ?? "the \(what)s are \(names.joined(separator: ", "))"))
    }
}

/// A policy's name that leads nowhere in a scenario: what was found and what to write instead.
public struct PolicyNameError: InputProblem, Equatable {
    public let description: String

    init(_ description: String) { self.description = description }
}
