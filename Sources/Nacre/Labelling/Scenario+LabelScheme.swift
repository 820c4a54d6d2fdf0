internal import GameModel
public import Labelling
public import Scenarios

extension Scenario {
    /// What may be said of texts in this scenario: its names, each with its meaning, or with its title where the file gives no meaning.
    ///
    /// ```swift
    /// let scheme = scenario.labelScheme
    /// for response in scheme.responses { print(response.name, response.meaning ?? "") }
    /// ```
    ///
    /// - Complexity: one pass over the names.
    public var labelScheme: LabelScheme {
        LabelScheme(scenario: name, game: game) { kind, index in
            let (meanings, titles): ([String?], [String?]) =
                switch kind {
                case .response: (self.meanings.responses, self.titles.responses)
                case .feature: (self.meanings.features, self.titles.features)
                case .cue: (self.meanings.cues, self.titles.cues)
                case .reaction: (self.meanings.reactions, self.titles.reactions)
                case .user: (self.meanings.users, self.titles.users)
                }
            // Names without a word about them, such as a list of cues, have fewer entries, or none.
            let meaning = meanings.indices.contains(index) ? meanings[index] : nil
            let title = titles.indices.contains(index) ? titles[index] : nil
            return meaning ?? title
        }
    }
}
