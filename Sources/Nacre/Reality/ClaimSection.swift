internal import Analysis
internal import Documents
internal import GameModel
internal import InputErrors
internal import Scenarios

/// Reads which number of a scenario a figure speaks about.
struct ClaimSection {
    let scenario: Scenario
    let statistic: PublishedFigure.Statistic

    private static let keys = [
        "scenario", "user", "outcomes", "turn", "policy", "reactions", "after", "against", "state", "population", "why",
    ]

    /// A claim, or that it is about another scenario.
    struct Entry {
        let claim: PublishedFigure.Claim?
    }

    func read(_ reader: NodeReader) -> Entry? {
        guard let fields = reader.mapping(of: "what a figure speaks about") else { return nil }
        fields.rejectUnknown(except: Self.keys)
        let population = fields.required("population")?.choice(of: ["same", "other"])
        guard let population, let isRatio = form(fields) else { return nil }
        guard isRatio == (statistic == .oddsRatio), statistic != .none else {
            fields.owner.error(
                statistic == .none
                    ? "is of a figure that is no number"
                    : "is \(isRatio ? "a ratio of odds" : "a probability") and the figure is not")
            return nil
        }
        if let name = fields["scenario"]?.text(), name != scenario.name { return Entry(claim: nil) }
        guard let users = users(fields) else { return nil }
        let found = fields["reactions"] == nil ? ending(fields, users) : reacting(fields, users)
        guard let found else { return nil }
        return Entry(
            claim: PublishedFigure.Claim(
                statistic: found.statistic, words: found.words, place: found.place,
                isSamePopulation: population == "same", reason: fields["why"]?.optionalText()))
    }

    /// Whether the keys make a ratio of odds; nil after reporting where they make nothing.
    private func form(_ fields: Fields) -> Bool? {
        let isReaction = fields["reactions"] != nil
        guard isReaction != (fields["outcomes"] != nil) else {
            fields.owner.error("must have either 'outcomes' under a 'policy' or 'reactions' 'after' a response")
            return nil
        }
        let others = isReaction ? ["policy", "turn"] : ["after", "against", "state"]
        for key in others where fields[key] != nil {
            fields[key]?.errorAtKey("does not go with \(isReaction ? "'reactions'" : "'outcomes'")")
        }
        return others.contains { fields[$0] != nil } ? nil : fields["against"] != nil
    }

    private func users(_ fields: Fields) -> (weights: [Double], name: String)? {
        let game = scenario.game
        guard let reader = fields["user"] else { return (game.prior, "all users") }
        guard let index = index(reader, among: game.users, "user type") else { return nil }
        return (game.users.indices.map { $0 == index ? 1 : 0 }, game.users[index])
    }

    private typealias Found = (statistic: UserStatistic, words: String, place: String?)

    private func ending(_ fields: Fields, _ users: (weights: [Double], name: String)) -> Found? {
        let game = scenario.game
        guard let outcomes = names(fields.required("outcomes"), among: game.outcomes.map(\.name), "outcome"),
            let reader = fields.required("policy"), let name = reader.text()
        else { return nil }
        let policy: NamedPolicy
        do { policy = try NamedPolicy(name, scenario: scenario) } catch {
            reader.error("is '\(NodeReader.excerpt(name))': \((error as? any InputProblem)?.problem ?? "\(error)")")
            return nil
        }
        let place = "\(users.name): \(listed(outcomes, game.outcomes.map(\.name)))"
        guard let turns = fields["turn"] else {
            return (
                UserStatistic(users: users.weights, .share(outcomes: outcomes, policy: policy.controller)),
                "\(place) | \(name)", place
            )
        }
        guard let turn = turns.integer(in: 1...game.horizon) else { return nil }
        return (
            UserStatistic(users: users.weights, .hazard(outcomes: outcomes, turn: turn, policy: policy.controller)),
            "\(place) in turn \(turn) | \(name)", "\(place) in turn \(turn)"
        )
    }

    private func reacting(_ fields: Fields, _ users: (weights: [Double], name: String)) -> Found? {
        let game = scenario.game
        let responses = game.responses.map(\.name)
        let reactions = names(fields["reactions"], among: game.reactions.map(\.name), "reaction")
        guard let reader = fields.required("after"), let after = index(reader, among: responses, "response"),
            let reactions
        else { return nil }
        var (state, against): (Int?, Int?) = (nil, nil)
        if let reader = fields["state"] {
            guard let found = index(reader, among: game.states, "state") else { return nil }
            state = found
        }
        if let reader = fields["against"] {
            guard let found = index(reader, among: responses, "response") else { return nil }
            against = found
        }
        let place = state.map { ", \(game.states[$0])" } ?? ""
        let words = "\(users.name)\(place): \(listed(reactions, game.reactions.map(\.name))) after \(responses[after])"
        guard let against else {
            return (UserStatistic(users: users.weights, .reaction(reactions, after: after, state: state)), words, nil)
        }
        let ratio = UserStatistic.Kind.oddsRatio(reactions, after: after, against: against, state: state)
        return (UserStatistic(users: users.weights, ratio), "\(words), against \(responses[against])", nil)
    }

    // MARK: Names

    private func names(_ reader: NodeReader?, among all: [String], _ what: String) -> [Int]? {
        guard let reader, let entries = reader.list(of: "names") else { return nil }
        let indices = entries.compactMap { index($0, among: all, what) }
        guard !entries.isEmpty, Set(indices).count == entries.count else {
            if entries.isEmpty { reader.errorAtKey("is empty; it must name \(what)s") }
            if indices.count == entries.count { reader.errorAtKey("names one twice") }
            return nil
        }
        return indices.sorted()
    }

    private func index(_ reader: NodeReader, among names: [String], _ what: String) -> Int? {
        guard let name = reader.text() else { return nil }
        if let index = names.firstIndex(of: name) { return index }
        reader.error(
            "is '\(NodeReader.excerpt(name))', which is no \(what) of \(scenario.name)",
            suggestion: reader.context.suggestion(for: name, among: names)
                ?? Suggestion.choices(names, plural: "\(what)s"))
        return nil
    }

    private func listed(_ indices: [Int], _ names: [String]) -> String {
        indices.map { names[$0] }.joined(separator: " or ")
    }
}
