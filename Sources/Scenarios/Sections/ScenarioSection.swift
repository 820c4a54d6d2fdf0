internal import Documents
internal import GameModel
internal import UserAgents

/// The whole document: reads every section, and puts the game together if nothing was wrong.
struct ScenarioSection {
    let context: ReadingContext

    /// The version of the format that is read.
    static let format = 1

    static let keys = [
        "format", "name", "title", "description", "opening", "horizon", "discount", "features", "responses", "outcomes",
        "states", "cues", "reactions", "users", "objective", "uncertainty",
    ]

    /// Everything that a document says.
    struct Content {
        var name: String
        var title: String
        var titles: ScenarioTitles
        var meanings: ScenarioMeanings
        var names: ScenarioNames
        var definition: GameDefinition
        var objective: Objective
        var wording: Texts
        var uncertainty: ParameterUncertainty?
        var satisfaction: [SatisfactionPredictor]
        /// Where `opening` stands.
        var openingSpan: SourceSpan?
    }

    /// - Returns: the content, or nil after reporting.
    func read(_ document: NodeReader) -> Content? {
        guard let root = document.mapping(of: "the scenario's keys"), isReadable(root) else { return nil }
        root.rejectUnknown(except: Self.keys)
        let name = self.name(root)
        let title = root["title"]?.optionalText()
        let description = root["description"]?.optionalText()
        let horizon = root.required("horizon")?.integer(in: 1...GameLimits.horizon)
        let discount = root["discount"].map { self.discount($0) } ?? 1

        let names = ScenarioNames(root)
        let features = MeaningSection().read(root["features"], count: names.features.count)
        let cues = MeaningSection().read(root["cues"], count: names.cues.count)
        let responses = ResponsesSection(names: names).read(root)
        let outcomes = OutcomesSection().read(root, names: names.outcomes)
        let reactions = ReactionsSection(names: names).read(root)
        names.checkObservationCount(
            root, continuing: reactions.reactions.count { $0?.effect == .continues })
        let users = UsersSection(names: names, reactions: reactions.reactions).read(root)
        let satisfaction = SatisfactionSection(names: names).checked(
            users.satisfaction, responses: responses.responses, users: users.section)
        let opening = OpeningSection(cues: names.cues).read(root)
        let objective = ObjectiveSection(names: names).read(root, horizon: horizon)
        let uncertainty = UncertaintySection(names: names, agents: users.agents).read(root)
        context.reportOtherDuplicates()
        guard context.sink.errorCount == 0, let name, let horizon, let discount, let opening, let objective else {
            return nil
        }
        return Content(
            name: name, title: title ?? name,
            titles: ScenarioTitles(
                description: description, features: features.titles, responses: responses.titles,
                outcomes: outcomes.titles, cues: cues.titles, reactions: reactions.titles, users: users.titles),
            meanings: ScenarioMeanings(
                features: features.meanings, responses: responses.meanings, cues: cues.meanings,
                reactions: reactions.meanings, users: users.meanings),
            names: names,
            definition: GameDefinition(
                name: name, horizon: horizon, discount: discount, features: names.features.names,
                responses: responses.responses.compactMap(\.self), outcomes: outcomes.outcomes.compactMap(\.self),
                states: names.states.names, cues: names.cues.names, reactions: reactions.reactions.compactMap(\.self),
                users: users.users.compactMap(\.self)),
            objective: objective,
            wording: Texts(
                openings: opening, responses: responses.texts.compactMap(\.self),
                reactions: reactions.texts.compactMap(\.self)),
            uncertainty: uncertainty, satisfaction: satisfaction, openingSpan: root["opening"]?.key)
    }

    /// Whether the document says that it is of the format that is read; other problems would mean nothing if not.
    private func isReadable(_ root: Fields) -> Bool {
        guard let format = root["format"] else {
            root.owner.errorAtKey("has no 'format'; it must have 'format: \(Self.format)'")
            return false
        }
        guard format.scalar == .number(Double(Self.format)) else {
            format.error("\(format.found); this version reads format \(Self.format)")
            return false
        }
        return true
    }

    private func name(_ root: Fields) -> String? {
        guard let reader = root.required("name"), let name = reader.text() else { return nil }
        if let problem = NameRule.problem(with: name) {
            reader.error(problem)
            return nil
        }
        return name
    }

    private func discount(_ reader: NodeReader) -> Double? {
        guard let value = reader.number("a number above 0 and at most 1") else { return nil }
        guard value > 0, value <= 1 else {
            reader.error("\(reader.found); it must be above 0 and at most 1")
            return nil
        }
        return value
    }
}
