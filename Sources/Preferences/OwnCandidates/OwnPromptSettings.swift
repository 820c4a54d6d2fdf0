/// How own prompts are taken.
public struct OwnPromptSettings: Sendable, Equatable {
    /// Prompts of which their label says that they belong to the scenario with less than this probability are left out, unless a prior
    /// comes with them; and so are prompts that share no word with the scenario and of which nothing is said. 0 takes all.
    public var minimumScope: Double
    /// Whether labels count whose labeller would rather have said nothing.
    public var usesAbstained: Bool
    /// D: how many draws stand for an uncertain label.
    public var draws: Int

    public init(minimumScope: Double = 0.5, usesAbstained: Bool = false, draws: Int = 64) {
        self.minimumScope = minimumScope
        self.usesAbstained = usesAbstained
        self.draws = draws
    }
}
