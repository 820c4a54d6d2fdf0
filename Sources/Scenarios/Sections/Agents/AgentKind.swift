internal import Documents
internal import GameModel
internal import UserAgents

/// A kind of agent that scenario files can say: which of a user's keys it has, and how it is read from them.
protocol AgentKind {
    /// The keys of a user's part that are the kind's; not `move`, which is everybody's.
    static var keys: [String] { get }

    /// The one of its keys that makes a user one of this kind.
    static var mark: String { get }

    /// What a user with that key is, as a clause: why no other kind's keys may stand beside it.
    static var meaning: String { get }

    /// - Parameter body: the user's part.
    /// - Returns: the agent, or nil after reporting.
    static func read(_ body: Fields, in scenario: AgentSurroundings) -> (any UserAgent)?
}

/// What the rest of a scenario says that an agent may be made from.
struct AgentSurroundings {
    let names: ScenarioNames
    /// In the order of their names; nil for one that could not be read.
    let reactions: [Reaction?]
    /// How the user's state moves; nil where that could not be read.
    let movement: Movement?
}

/// Every kind that can be read. The first is what a user without any mark lacks something of.
enum AgentKinds {
    static var all: [any AgentKind.Type] { [QuantalResponseKind.self, TableKind.self] }

    static var keys: [String] { all.flatMap { $0.keys } }

    static var marks: [String] { all.map { $0.mark } }
}
