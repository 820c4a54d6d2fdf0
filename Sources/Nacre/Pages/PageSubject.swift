internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Pages
internal import Scenarios

/// What a report page is about: a scenario and policies, evaluated.
struct PageSubject {
    /// A policy with what it leads to.
    struct Entry {
        let policy: NamedPolicy
        let evaluation: Evaluation
        /// A, B, C, …: what it is called where there is little room.
        let letter: String

        /// The letter and the label.
        var name: String { "\(letter) \(policy.label)" }
    }

    let scenario: Scenario
    let entries: [Entry]

    var game: Game { scenario.game }

    /// - Complexity: one evaluation per policy.
    init(_ scenario: Scenario, policies: [NamedPolicy]) {
        self.scenario = scenario
        entries = policies.enumerated().map { index, policy in
            Entry(
                policy: policy,
                evaluation: Evaluation(policy.controller, game: scenario.game, reference: scenario.objective.reference),
                letter: Self.letter(index))
        }
    }

    /// A … Z, then A2 … Z2 and so on.
    private static func letter(_ index: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return "\(letters[index % 26])" + (index < 26 ? "" : "\(index / 26 + 1)")
    }

    // MARK: Words

    /// A probability for reading: `88.2 %`.
    func percent(_ share: Double) -> String { "\(Format.fixed(100 * share, 1)) %" }

    /// A probability beside others of the program: `0.8821`.
    func share(_ value: Double) -> String { Format.number(value, 4) }

    /// A payoff, of which what rounding leaves of 0 is shown as 0.
    func payoff(_ value: Double) -> String { Format.number(value, 4, noise: Format.rounding * game.amountScale) }

    /// How an ending is limited for a type, as a formula.
    func words(_ limit: OutcomeConstraint) -> String {
        "P(\(game.outcomes[limit.outcome].name) | \(game.users[limit.user]))"
    }

    func verdict(_ evaluation: Evaluation) -> (words: String, style: String) {
        switch scenario.verdict(evaluation) {
        case .none: ("none set", "plain")
        case .satisfied: ("kept", "good")
        case .violated: ("broken", "bad")
        case .open: ("undecided", "plain")
        }
    }

    // MARK: Colours

    /// The class of an ending's colour: safe and unsafe ones have families of their own.
    func style(ofOutcome outcome: Int) -> String {
        let isSafe = game.outcomes[outcome].isSafe
        let rank = game.outcomes[..<outcome].count { $0.isSafe == isSafe }
        return (isSafe ? "s" : "u") + "\(rank % 6)"
    }

    /// The class of a response's colour.
    func style(ofResponse response: Int) -> String { "k\(response % 8)" }

    /// Endings in the order in which they are shown: safe ones first, otherwise as in the scenario.
    var orderedOutcomes: [Int] {
        game.outcomes.indices.filter { game.outcomes[$0].isSafe }
            + game.outcomes.indices.filter { !game.outcomes[$0].isSafe }
    }

    /// Endings with their colours.
    var endings: PageValue {
        .list(
            orderedOutcomes.map { index in
                let outcome = game.outcomes[index]
                let timeout = outcome.isTimeout ? ", when the turns are over" : ""
                return [
                    "ending": .text(outcome.name), "kind": .text(style(ofOutcome: index)),
                    "standing": .text((outcome.isSafe ? "safe" : "unsafe") + timeout), "unsafe": .flag(!outcome.isSafe),
                ]
            })
    }
}

/// A strip that is divided into shares.
struct PageStrip {
    /// How wide a strip is, in its own units.
    static let width = 1000.0

    struct Part {
        let name: String
        let style: String
        let share: Double
    }

    let parts: [Part]

    /// Left edge and width of each part.
    var spans: [(x: String, width: String)] {
        var start = 0.0
        return parts.map { part in
            defer { start += part.share }
            return (Format.fixed(Self.width * start, 2), Format.fixed(Self.width * max(0, part.share), 2))
        }
    }

    var segments: PageValue {
        .list(
            zip(parts, spans).map { part, span in
                [
                    "kind": .text(part.style), "x": .text(span.x), "width": .text(span.width),
                    "label": .text(Self.words(part)),
                ]
            })
    }

    /// Parts that are at least half a thousandth, in words.
    var spoken: String { parts.filter { $0.share >= 5e-4 }.map(Self.words).joined(separator: ", ") }

    private static func words(_ part: Part) -> String { "\(part.name) \(Format.fixed(100 * part.share, 1)) %" }
}
