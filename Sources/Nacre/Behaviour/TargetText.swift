internal import Analysis
internal import GameModel
internal import InputErrors
internal import Output
internal import Scenarios

/// A target as it is written: `users.distressed.leave@refuse=0.40`, with `/STATE` and `:TURN` after the response where they matter.
///
/// ```
/// target = ["users."] TYPE "." REACTION "@" RESPONSE ["/" STATE] [":" TURN] "=" PROBABILITY
/// ```
package enum TargetText {
    private static let form =
        "write users.TYPE.REACTION@RESPONSE=PROBABILITY, with /STATE and :TURN after RESPONSE if wanted"

    /// - Throws: `InputError` saying what is wrong, with the name that was probably meant.
    package static func target(_ text: String, in scenario: Scenario) throws(InputError) -> BehaviourTarget {
        let game = scenario.game
        let (subject, value) = try halves(text, at: "=", of: text)
        guard let probability = Double(value), probability >= 0, probability <= 1 else {
            throw InputError("target \(text): '\(value)' is no probability; it must be in [0, 1]")
        }
        let (left, right) = try halves(subject, at: "@", of: text)
        let path = left.hasPrefix("users.") ? String(left.dropFirst("users.".count)) : left
        let (type, reaction) = try halves(path, at: ".", of: text)
        let turnParts = right.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let placeParts = turnParts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        var target = BehaviourTarget(
            user: try index(of: type, among: game.users, "user type", text),
            reaction: try index(of: reaction, among: game.reactions.map(\.name), "reaction", text),
            response: try index(of: placeParts[0], among: game.responses.map(\.name), "response", text),
            probability: probability)
        if placeParts.count == 2 { target.state = try index(of: placeParts[1], among: game.states, "state", text) }
        if turnParts.count == 2 {
            guard let turn = Int(turnParts[1]), (1...game.horizon).contains(turn) else {
                throw InputError("target \(text): '\(turnParts[1])' is no turn; it must be from 1 to \(game.horizon)")
            }
            target.turn = turn
        }
        return target
    }

    /// The targets of a file: one a line; lines that are empty or begin with `#` are none.
    package static func targets(file: String, in scenario: Scenario) throws -> [BehaviourTarget] {
        let lines = try InputFile.text(file, what: "target file").split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var targets: [BehaviourTarget] = []
        for (index, line) in lines.enumerated() {
            let words = line.split(separator: "#", omittingEmptySubsequences: false)[0].filter { !$0.isWhitespace }
            guard !words.isEmpty else { continue }
            do throws(InputError) { targets.append(try target(words, in: scenario)) } catch {
                throw InputError("\(file):\(index + 1): \(error)")
            }
        }
        guard !targets.isEmpty else { throw InputError("\(file) has no target; \(form)") }
        return targets
    }

    /// The target as it could be written.
    package static func text(_ target: BehaviourTarget, in game: Game) -> String {
        place(target, in: game) + "=\(target.probability)"
    }

    /// What the target is about.
    package static func place(_ target: BehaviourTarget, in game: Game) -> String {
        "users.\(game.users[target.user]).\(game.reactions[target.reaction].name)@\(game.responses[target.response].name)"
            + (target.state.map { "/\(game.states[$0])" } ?? "") + (target.turn == 1 ? "" : ":\(target.turn)")
    }

    private static func halves(
        _ text: String, at sign: Character, of whole: String
    ) throws(InputError) -> (String, String) {
        let parts = text.split(separator: sign, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw InputError("target \(whole) is none: \(form)") }
        return (parts[0], parts[1])
    }

    private static func index(
        of name: String, among names: [String], _ what: String, _ text: String
    ) throws(InputError) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        let hint = Scenario.suggestion(for: name, among: names).map { "did you mean \($0)?" }
        throw InputError(
            "target \(text): there is no \(what) '\(name)'; " + (hint ?? "there are \(names.joined(separator: ", "))"))
    }
}
