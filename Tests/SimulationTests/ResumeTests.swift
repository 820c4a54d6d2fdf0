import Foundation
import GameFixtures
import GameModel
import Simulation
import Testing

private let block = Rollouts.blockSize

/// What a recorder that cannot go on throws.
private struct DiskFull: Error, Equatable {
    let block: Int
}

@Suite("A run that is stopped")
struct ResumeTests {
    private let two: TwoPolicies

    init() throws { two = try TwoPolicies() }

    @Test("goes on after any block as if it had never stopped", arguments: 1...4)
    func resume(blocks: Int) throws {
        let episodes = 4 * block + 77
        let whole = try Recording.run(two.simulation(episodes))
        let part = whole.blocks[blocks - 1].result
        #expect(part.blocks == blocks && part.episodes == blocks * block)
        let rest = try Recording.run(two.simulation(episodes, threads: 3), from: part)
        #expect(rest.result == whole.result)
        #expect(try savedBytes(#require(rest.result)) == savedBytes(#require(whole.result)))
        expectSame(rest.episodes, whole.episodes.dropFirst(blocks * block))
        expectSame(rest.turns, whole.turns.drop { $0.episode < blocks * block })
    }

    @Test("goes on from what was saved and read back")
    func saved() throws {
        let part = try two.simulation(2 * block).run()
        let read = try JSONDecoder().decode(SimulationResult.self, from: savedBytes(part))
        #expect(read == part)
        #expect(try two.simulation(3 * block + 5).run(from: read) == two.simulation(3 * block + 5).run())
    }

    @Test(
        "cannot be continued from numbers that no episodes have, however large they are",
        arguments: [
            (#""count":[0-9]+"#, #""count":-1"#), (#""count":[0-9]+"#, #""count":9223372036854775807"#),
            (#""outcomes":\[[0-9]+"#, #""outcomes":[-1"#),
            (#""outcomes":\[[0-9]+,[0-9]+"#, #""outcomes":[9223372036854775807,9223372036854775807"#),
            (#""squaredDeviations":[^,}]+"#, #""squaredDeviations":-1"#), (#""blocks":[0-9]+"#, #""blocks":-1"#),
            (#""blocks":[0-9]+"#, #""blocks":9223372036854775807"#),
        ])
    func damaged(found: String, changed: String) throws {
        let text = String(decoding: try savedBytes(two.simulation(2 * block).run()), as: UTF8.self)
        let place = try #require(text.range(of: found, options: .regularExpression))
        let start = try JSONDecoder().decode(
            SimulationResult.self, from: Data(text.replacingCharacters(in: place, with: changed).utf8))
        #expect(throws: GameError.self) { try two.simulation(3 * block).check(start) }
        #expect(throws: GameError.self) { try two.simulation(3 * block).run(from: start) }
    }

    @Test("that was complete is left as it is")
    func complete() throws {
        let whole = try two.simulation(block + 9).run()
        var recorded = 0
        #expect(try two.simulation(block + 9).run(from: whole, record: { _, _ in recorded += 1 }) == whole)
        #expect(recorded == 0)
    }

    @Test("cannot be continued from inside a block, from beyond its end or from another run")
    func wrongStart() throws {
        func message(_ start: SimulationResult, _ simulation: Rollouts) -> String? {
            #expect(throws: GameError.self) { try simulation.run(from: start) }?.description
        }
        let partial = try two.simulation(block + 9).run()
        #expect(
            message(partial, two.simulation(3 * block))
                == "the result to resume from has 16393 episodes in 2 blocks; this run has 32768 there")
        #expect(
            message(partial, two.simulation(block))
                == "the result to resume from has 16393 episodes in 2 blocks; this run has 16384 there")
        let other =
            "the result to resume from has other policies, users or outcomes than this run; they must be the same"
        #expect(message(partial, two.simulation(block + 9, policies: 1)) == other)
        let sample = try Game(SampleGame.definition())
        let controller = try Policy.uniform(game: sample)
        let settings = Rollouts.Settings(episodes: block + 9)
        #expect(
            message(partial, Rollouts(game: sample, policies: [controller, controller], settings: settings)) == other)
    }

    @Test("by its recorder passes the error on, with the blocks before it recorded", arguments: 0...3, [1, 2])
    func throwingRecorder(failing: Int, threads: Int) throws {
        let simulation = two.simulation(4 * block, threads: threads)
        var (received, last): (Int, SimulationResult?) = (0, nil)
        #expect(throws: DiskFull(block: failing)) {
            try simulation.run(record: { _, result in
                guard result.blocks - 1 < failing else { throw DiskFull(block: result.blocks - 1) }
                (received, last) = (received + 1, result)
            })
        }
        #expect(received == failing)
        #expect(last?.blocks == (failing == 0 ? nil : failing))
        #expect(try simulation.run(from: last) == simulation.run())
    }

    @Test("before it begins has played nothing")
    func stoppedAtOnce() throws {
        var calls = 0
        let result = try two.simulation(1000).run(shouldStop: { true }, progress: { _ in calls += 1 })
        #expect(result.episodes == 0 && result.blocks == 0 && calls == 0)
        #expect(try two.simulation(1000).run(from: result) == two.simulation(1000).run())
    }

    @Test("between batches keeps what is finished, and goes on from there", arguments: [1, 2])
    func stoppedBetween(threads: Int) throws {
        let simulation = two.simulation(3_000_000, threads: threads, policies: 1)
        var reports: [Int] = []
        let part = try simulation.run(shouldStop: { !reports.isEmpty }, progress: { reports.append($0.episodes) })
        #expect(reports == [part.episodes])
        #expect(part.episodes > 0 && part.episodes < 3_000_000 && part.episodes % block == 0)
        #expect(try simulation.run(from: part) == simulation.run())
    }

    @Test("by a checkpoint that cannot be written passes the error on, and goes on from the checkpoint before")
    func throwingProgress() throws {
        let simulation = two.simulation(5 * block)
        var checkpoints: [SimulationResult] = []
        #expect(throws: DiskFull(block: 1)) {
            try simulation.run(
                record: { _, _ in },
                progress: {
                    guard checkpoints.isEmpty else { throw DiskFull(block: checkpoints.count) }
                    checkpoints.append($0)
                })
        }
        let checkpoint = try #require(checkpoints.first)
        #expect(checkpoints.count == 1 && checkpoint.blocks > 0 && checkpoint.blocks < 5)
        #expect(try simulation.run(from: checkpoint) == simulation.run())
    }

    @Test("by nobody reports progress up to its last episode", arguments: [1, 3])
    func progress(threads: Int) throws {
        var reports: [Int] = []
        _ = try two.simulation(5 * block + 1, threads: threads)
            .run(record: { _, _ in }, progress: { reports.append($0.episodes) })
        #expect(reports.count > 0 && reports == reports.sorted() && Set(reports).count == reports.count)
        #expect(reports.last == 5 * block + 1)
    }
}
