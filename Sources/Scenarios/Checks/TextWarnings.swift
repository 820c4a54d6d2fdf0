internal import Documents
internal import GameModel

/// Warns of observations with the same words: a trained model sees only words, so it could not tell them apart.
struct TextWarnings {
    let content: ScenarioSection.Content
    let game: Game
    let sink: DiagnosticSink

    /// One observation, as the author would call it, and where its words stand.
    private struct Place: Equatable {
        var name: String
        var reaction: Int?
        var path: String
        var span: SourceSpan?
    }

    func report() {
        var places: [String: [Place]] = [:]
        var order: [String] = []
        func add(_ text: String, _ place: Place) {
            if places[text] == nil { order.append(text) }
            places[text, default: []].append(place)
        }
        for (cue, messages) in content.wording.openings.enumerated() {
            let place = Place(
                name: "the opening\(cueSuffix(cue))", reaction: nil, path: "opening", span: content.openingSpan)
            // Openings with other messages before the last are told apart by those.
            let text = messages.map { $0.role == .user ? $0.content : "\($0.role.rawValue)\u{0}\($0.content)" }
            add(text.joined(separator: "\u{0}"), place)
        }
        for reaction in game.shownReactions {
            for (cue, texts) in content.wording.reactions[reaction].enumerated() {
                let name = game.reactions[reaction].name
                let place = Place(
                    name: "'\(name)'\(cueSuffix(cue))", reaction: reaction, path: "reactions.\(name)",
                    span: content.names.reactions.span(of: reaction))
                for text in Set(texts).sorted() { add(text, place) }
            }
        }
        var reported: Set<String> = []
        for text in order {
            guard let found = places[text], found.count > 1, let last = found.last else { continue }
            let list = found.map(\.name).joined(separator: ", ")
            guard reported.insert(list).inserted else { continue }
            sink.warning(
                "has the text '\(NodeReader.excerpt(text))' in \(found.count) observations: \(list); "
                    + "a model that sees words alone cannot tell them apart", at: last.span, path: last.path)
        }
    }

    private func cueSuffix(_ cue: Int) -> String {
        content.names.cues.isImplicit ? "" : " with the cue '\(game.cues[cue])'"
    }
}
