internal import Documents
internal import GameModel

/// `reactions`: what the user may do after a response.
struct ReactionsSection {
    let names: ScenarioNames

    private static let keys = ["title", "meaning", "description", "ends", "shows_as", "texts"]

    /// What a scenario says about its reactions; nil where a part could not be read.
    struct Content {
        var reactions: [Reaction?] = []
        var titles: [String?] = []
        var meanings: [String?] = []
        /// Texts per cue; those of a reaction that shows as another are the other's.
        var texts: [[[String]]?] = []
    }

    /// How a reaction goes on, before references to other reactions are checked.
    private enum Course {
        case continues
        case shows(Int, NodeReader)
        case ends(Int)
        case unclear
    }

    func read(_ root: Fields) -> Content {
        var content = Content()
        guard let section = root["reactions"], let fields = root.owner.context.fields(of: section) else {
            return content
        }
        var courses: [Course] = []
        for entry in fields.entries.prefix(names.reactions.count) {
            guard let body = entry.value.mapping(of: Self.keys.quotedList) else {
                courses.append(.unclear)
                content.titles.append(nil)
                content.meanings.append(nil)
                content.texts.append(nil)
                continue
            }
            body.rejectUnknown(except: Self.keys)
            content.titles.append(body["title"]?.optionalText())
            content.meanings.append(body["meaning"]?.optionalText())
            _ = body["description"]?.optionalText()
            courses.append(course(body))
            content.texts.append(texts(body))
        }
        resolve(courses, into: &content)
        checkContinuing(courses, section)
        return content
    }

    private func course(_ body: Fields) -> Course {
        if let shows = body["shows_as"] {
            if body["ends"] != nil {
                shows.errorAtKey(
                    "stands beside 'ends'; only one may be given, since a reaction that ends is seen as it is")
                return .unclear
            }
            return names.reactions.resolve(value: shows).map { .shows($0, shows) } ?? .unclear
        }
        guard let ends = body["ends"] else { return .continues }
        return names.outcomes.resolve(value: ends).map { .ends($0) } ?? .unclear
    }

    private func texts(_ body: Fields) -> [[String]]? {
        let section = TextsSection(cues: names.cues)
        if body["shows_as"] != nil {
            body["texts"]?.errorAtKey(
                "stands beside 'shows_as'; such a reaction speaks with the other's texts and must have none")
            return nil
        }
        guard let texts = body["texts"] else {
            guard !body.isExplained("texts"), !body.isExplained("shows_as") else { return nil }
            let need = body["ends"] == nil ? "texts or 'shows_as'" : "texts"
            body.owner.errorAtKey("has no 'texts'; it must have \(need)")
            return nil
        }
        let reason = "a reaction that ends the conversation must have one list of texts"
        return section.read(texts, onlyList: body["ends"] == nil ? nil : reason)
    }

    private func resolve(_ courses: [Course], into content: inout Content) {
        for (index, course) in courses.enumerated() {
            let name = names.reactions.names[index]
            var effect: Reaction.Effect?
            switch course {
            case .continues: effect = .continues
            case .ends(let outcome): effect = .ends(outcome: outcome)
            case .unclear: break
            case .shows(let other, let reader):
                let otherName = names.reactions.names[other]
                switch courses[other] {
                case .continues:
                    effect = .continuesShowing(other)
                    content.texts[index] = content.texts[other]
                case .ends:
                    reader.error("is '\(otherName)', which ends the conversation; it must be a reaction that continues")
                case .shows where other == index:
                    reader.error("is '\(otherName)', the reaction itself; it must be another reaction")
                case .shows:
                    reader.error("is '\(otherName)', which shows as another itself; it must be seen as it is")
                case .unclear: break
                }
            }
            content.reactions.append(effect.map { Reaction(name: name, effect: $0) })
        }
    }

    /// The model must be able to see at least one reaction after which the conversation goes on.
    private func checkContinuing(_ courses: [Course], _ section: NodeReader) {
        let mayContinue = courses.contains { course in
            switch course {
            case .continues, .unclear: true
            case .shows, .ends: false
            }
        }
        if !mayContinue && !courses.isEmpty && !names.reactions.isIncomplete {
            section.errorAtKey("has none that continues; at least one must have neither 'ends' nor 'shows_as'")
        }
    }
}
