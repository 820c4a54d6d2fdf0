/// The number of a run in its store. Numbers grow, and are never used twice.
public struct RunID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let number: Int64

    public init(_ number: Int64) { self.number = number }

    public var description: String { String(number) }

    public static func < (left: RunID, right: RunID) -> Bool { left.number < right.number }
}

/// What a run does.
public enum RunKind: String, Sendable, CaseIterable {
    case simulate, evaluate, solve, export, suite, sweep
}

/// How far a run came.
///
/// A killed process cannot say that it stops, and its number may soon be another's: so the store does not guess whether
/// a writer lives. A run is `incomplete` from its begin until its writer says otherwise, and `updatedAt` tells since
/// when nothing was added. Resuming a run voids the ``WritePermit`` of any writer that lives after all.
public enum RunStatus: String, Sendable, CaseIterable {
    /// Begun and not ended: it is being written now, or its writer was killed.
    case incomplete
    /// Its writer stopped in good order before the end.
    case interrupted
    /// Finished. Complete runs do not change.
    case complete
}

/// A policy as text, kept once per hash.
public struct PolicyText: Sendable, Equatable {
    /// What people call it, such as `always:refuse` or a file name.
    public var label: String
    public var hash: String
    public var json: String

    public init(label: String, hash: String, json: String) {
        self.label = label
        self.hash = hash
        self.json = json
    }
}

/// The names behind the codes of a run: the name of code i is the i-th.
public struct RunNames: Sendable, Equatable {
    public var users: [String]
    public var states: [String]
    public var responses: [String]
    public var reactions: [String]
    public var cues: [String]
    public var outcomes: [String]

    public init(
        users: [String] = [], states: [String] = [], responses: [String] = [], reactions: [String] = [],
        cues: [String] = [], outcomes: [String] = []
    ) {
        self.users = users
        self.states = states
        self.responses = responses
        self.reactions = reactions
        self.cues = cues
        self.outcomes = outcomes
    }

    /// The kinds of names with their words in the `names` table.
    static var kinds: [(word: String, path: WritableKeyPath<RunNames, [String]>)] {
        [
            ("user", \.users), ("state", \.states), ("response", \.responses), ("reaction", \.reactions),
            ("cue", \.cues), ("outcome", \.outcomes),
        ]
    }
}

/// How far a run's finished blocks reach, and the statistics over them: all that is needed to go on from there.
public struct Checkpoint: Sendable, Equatable {
    /// Finished blocks.
    public var blocks: Int
    /// Episodes in the finished blocks.
    public var episodes: Int
    /// The caller's statistics over the finished blocks, as JSON.
    public var state: String

    public init(blocks: Int, episodes: Int, state: String) {
        self.blocks = blocks
        self.episodes = episodes
        self.state = state
    }
}

/// The right to write to one run, given by ``Store/begin(_:names:)`` and ``Store/resume(_:at:)``. A later resume voids
/// it, so that two processes never mix their rows in one run.
public struct WritePermit: Sendable, Hashable {
    public let run: RunID
    /// 1 for the writer that began the run, one more at each resume.
    let attempt: Int
}
