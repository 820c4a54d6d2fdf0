internal import Documents
internal import GameModel

/// How a user type reacts and moves: the kind of agent whose mark its part has.
struct AgentSection {
    let names: ScenarioNames
    /// The scenario's reactions; nil for one that could not be read.
    let reactions: [Reaction?]

    /// - Returns: the agent, or nil after reporting.
    func read(_ body: Fields) -> (any UserAgent)? {
        let movement = MoveSection(names: names).read(body["move"])
        // Of two marks the later kind is taken, and the keys of the other reported.
        let marked = AgentKinds.all.last { body[$0.mark] != nil }
        guard let kind = marked ?? AgentKinds.all.first else { return nil }
        var isWhole = true
        if marked != nil {
            for key in AgentKinds.keys where !kind.keys.contains(key) {
                guard let other = body[key] else { continue }
                other.errorAtKey("stands beside '\(kind.mark)', which \(kind.meaning); only one may be given")
                isWhole = false
            }
        }
        let agent = kind.read(
            body, in: AgentSurroundings(names: names, reactions: reactions, movement: movement))
        return isWhole ? agent : nil
    }
}
