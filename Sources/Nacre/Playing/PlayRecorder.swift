internal import Conversations
internal import GameModel
internal import Output
internal import RunStore
internal import Scenarios
internal import Simulation

/// Keeps conversations in a store as they end, so that what was played outlives the process.
///
/// An answer that is no response for certain is kept as the likeliest one; the store has no place for texts. Conversations that are not
/// finished are no episodes.
final class PlayRecorder {
    private let store: Store
    private let permit: WritePermit
    private let console: any Console
    private let scenario: Scenario
    private let requested: Int
    /// How many conversations are written at once: every one for itself where answers are dear.
    private let batch: Int
    private var waiting = RowBatch()
    private var blocks = 0
    private var episodes = 0

    init(path: String, request: PlayRequest, cast: PlayCast, console: any Console) throws {
        self.console = console
        scenario = cast.scenario
        requested = request.episodes
        batch = cast.policy == nil ? 1 : 4096
        store = try Store(path: path, access: .write)
        let settings = try JSONValue.object(request.settings(cast)).text()
        var run = NewRun(
            .simulate, scenario: scenario, policy: cast.policy, seed: request.seed, episodes: request.episodes,
            settings: settings)
        if cast.policy == nil {
            run.policy = PolicyText(label: cast.source.name, hash: ContentHash.sha256(settings), json: settings)
        }
        permit = try store.begin(run, names: RunNames(scenario.game))
    }

    func add(_ conversation: SpokenConversation) throws {
        guard let outcome = conversation.outcome else { return }
        let number = Int64(conversation.episode)
        waiting.episodes.append(
            EpisodeRow(
                episode: number, user: conversation.user, outcome: outcome, turns: conversation.turns.count,
                payoff: conversation.payoff))
        waiting.turns += conversation.turns.enumerated().map { index, turn in
            TurnRow(
                episode: number, turn: index + 1, state: turn.state, cue: turn.cue, response: turn.meaning.likeliest,
                reaction: turn.reaction)
        }
        if waiting.episodes.count >= batch { try flush() }
    }

    private func flush() throws {
        guard !waiting.episodes.isEmpty else { return }
        blocks += 1
        episodes += waiting.episodes.count
        try store.append(
            permit, waiting, checkpoint: Checkpoint(blocks: blocks, episodes: episodes, state: "{}"), at: Clock.now)
        waiting = RowBatch()
    }

    /// Notes that the run fails; the first error is the one to show.
    func abandon() {
        try? flush()
        try? store.markInterrupted(permit, at: Clock.now)
        try? store.close()
    }

    func finish(_ report: PlayReport) throws {
        try flush()
        let results = RunResults(report.tally, scenario: scenario)
        if episodes < requested {
            try store.interrupt(permit, results, at: Clock.now)
            console.complain(
                "\(Format.count(episodes)) of \(Format.count(requested)) conversations are kept as run "
                    + "\(permit.run) in \(store.path)")
        } else {
            try store.finish(permit, results, at: Clock.now)
            console.note("recorded as run \(permit.run) in \(store.path)")
        }
        try store.close()
    }
}

extension PlayRequest {
    /// What the conversations were made with: for the store and for manifests.
    func settings(_ cast: PlayCast) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "trajectories": .bool(true), "played_by": .string(cast.source.name),
        ]
        members["user"] = user.map { .string($0) }
        members["system"] = system.map { .string($0) }
        members["labeller"] = cast.labeller.map { .string($0.name) }
        if cast.policy == nil {
            members["features"] = .string(reading.rawValue)
            members["model_settings"] = modelSettings
        }
        if let voice {
            members["voice"] = .object([
                "model": .string(voice.model.name), "labeller": .string(voice.labeller.name),
            ])
        }
        return cast.scenario.withAssumptions(members)
    }
}
