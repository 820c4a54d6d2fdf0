internal import Foundation
internal import GameModel
internal import Output
internal import RunStore
internal import Scenarios
internal import Simulation

/// A simulation with everything around it: progress, Ctrl-C, the store, and going on where an earlier run ended.
package struct SimulationJob {
    package let scenario: Scenario
    package let policies: [NamedPolicy]
    package let episodes: Int
    package let seed: UInt64
    package let recordsTurns: Bool
    package let stream: DrawStream

    package init(
        scenario: Scenario, policies: [NamedPolicy], episodes: Int, seed: UInt64, recordsTurns: Bool,
        stream: DrawStream = .first
    ) {
        self.scenario = scenario
        self.policies = policies
        self.episodes = episodes
        self.seed = seed
        self.recordsTurns = recordsTurns
        self.stream = stream
    }

    /// Blocks between checkpoints where nothing else is written: often enough to lose little, seldom enough to cost nothing.
    private static let checkpointBlocks = 256

    private func simulation(_ control: RunControl) -> Rollouts {
        Rollouts(
            game: scenario.game, policies: policies.map(\.controller),
            settings: .init(episodes: episodes, seed: seed, threads: control.threads ?? 1, stream: stream))
    }

    /// Plays all episodes and keeps them in a store, if one was named.
    ///
    /// - Parameter present: shows the result before the store says that it has it: a store that is gone by then must not take
    ///   the result with it.
    /// - Returns: the result; incomplete if interrupted.
    package func run(
        store path: String?, control: RunControl, console: any Console, present: (SimulationReport) throws -> Void
    ) throws -> SimulationReport {
        guard let path else {
            let (result, _) = try play(from: nil, control, console) { _, _ in }
            let report = SimulationReport(job: self, result: result)
            try present(report)
            return report
        }
        let store = try Store(path: path, access: .write)
        let settings = try JSONValue.object(
            scenario.withAssumptions(["trajectories": .bool(recordsTurns)].merging(streamMember) { first, _ in first })
        ).text()
        let run = NewRun(
            .simulate, scenario: scenario, policy: policies.first, seed: seed, episodes: episodes, settings: settings)
        let permit = try store.begin(run, names: RunNames(scenario.game))
        return try play(into: store, path: path, permit: permit, from: nil, control, console, present: present)
    }

    /// Plays what an interrupted run still lacks.
    ///
    /// - Throws: ``StoreError`` if the checkpoint is not one of this simulation.
    package func resume(
        _ run: ResumedRun, in store: Store, path: String, control: RunControl, _ console: any Console,
        present: (SimulationReport) throws -> Void
    ) throws -> SimulationReport {
        let start: SimulationResult?
        do {
            start = try run.details.checkpoint.map {
                try StrictDecoding.decode(SimulationResult.self, from: Array($0.state.utf8))
            }
            if let start { try simulation(control).check(start) }
        } catch {
            try? store.markInterrupted(run.permit, at: Clock.now)
            throw StoreError(
                .damaged, path, "is damaged: the checkpoint of run \(run.permit.run) cannot be resumed from: \(error)")
        }
        return try play(
            into: store, path: path, permit: run.permit, from: start, control, console, present: present)
    }

    private func play(
        into store: Store, path: String, permit: WritePermit, from start: SimulationResult?, _ control: RunControl,
        _ console: any Console,
        present: (SimulationReport) throws -> Void
    ) throws -> SimulationReport {
        let report: SimulationReport
        do {
            let (result, saved) = try play(from: start, control, console) { rows, checkpoint in
                try store.append(permit, rows, checkpoint: checkpoint, at: Clock.now)
            }
            report = SimulationReport(job: self, result: result)
            // Neither a store that is gone nor an output that is full takes the result from the other.
            let shown = Result { try present(report) }
            if result.blocks > saved {
                try store.append(permit, RowBatch(), checkpoint: try Checkpoint(result), at: Clock.now)
            }
            try shown.get()
        } catch {
            // The first error is the one to show; a store that is gone cannot be marked.
            try? store.markInterrupted(permit, at: Clock.now)
            throw error
        }
        let result = report.result
        if result.episodes < episodes {
            try store.interrupt(permit, RunResults(result.tallies[0], scenario: scenario), at: Clock.now)
            console.complain(
                "interrupted after \(result.episodes) of \(episodes) episodes, which are kept; to resume:\n"
                    + "  sim-cli runs resume \(permit.run) --store \(Shell.quoted(path))")
        } else {
            try store.finish(permit, RunResults(result.tallies[0], scenario: scenario), at: Clock.now)
            console.note("recorded as run \(permit.run) in \(path)")
        }
        try store.close()
        return report
    }

    /// - Returns: the result, and the blocks of it that were saved.
    private func play(
        from start: SimulationResult?, _ control: RunControl, _ console: any Console,
        save: @escaping (RowBatch, Checkpoint) throws -> Void
    ) throws -> (result: SimulationResult, saved: Int) {
        let before = start?.episodes ?? 0
        var saved = start?.blocks ?? 0
        let record: (RecordedBlock, SimulationResult) throws -> Void = { block, result in
            try save(RowBatch(block), try Checkpoint(result))
            saved = result.blocks
        }
        let progress: (SimulationResult) throws -> Void = { result in
            control.progress(RunProgress(steps: result.episodes, of: episodes, before: before))
            if result.blocks - saved >= Self.checkpointBlocks {
                try save(RowBatch(), try Checkpoint(result))
                saved = result.blocks
            }
        }
        let result = try simulation(control).run(
            from: start, shouldStop: control.shouldStop, record: recordsTurns ? record : nil,
            pieces: control.pieces == nil ? nil : control, progress: progress)
        if result.episodes < episodes {
            console.note("stopped after \(result.episodes) of \(episodes) episodes; the figures are of those")
        }
        return (result, saved)
    }
}

extension SimulationJob {
    /// The stream as a member of documents and settings, which without it mean stream 1: all that were written before there was
    /// another.
    var streamMember: [String: JSONValue] { stream == .first ? [:] : ["stream": .integer(stream.rawValue)] }
}

extension Checkpoint {
    /// The state from which a simulation goes on bit for bit.
    package init(_ result: SimulationResult) throws {
        let state = try JSONEncoder().encode(result)
        self.init(blocks: result.blocks, episodes: result.episodes, state: String(decoding: state, as: UTF8.self))
    }
}

extension RowBatch {
    package init(_ block: RecordedBlock) {
        self.init(
            episodes: block.episodes.map {
                EpisodeRow(
                    episode: Int64($0.episode), user: $0.user, outcome: $0.outcome, turns: $0.turns, payoff: $0.payoff)
            },
            turns: block.turns.map {
                TurnRow(
                    episode: Int64($0.episode), turn: $0.turn, state: $0.state, cue: $0.cue, response: $0.response,
                    reaction: $0.reaction)
            })
    }
}
