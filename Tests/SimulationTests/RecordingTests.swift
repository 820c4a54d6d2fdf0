import GameFixtures
import GameModel
import Simulation
import Testing

private let block = Rollouts.blockSize

@Suite("What a run records")
struct RecordingTests {
    private let two: TwoPolicies
    private let recording: Recording

    init() throws {
        two = try TwoPolicies()
        recording = try Recording.run(two.simulation(2 * block + 100, threads: 2))
    }

    @Test("comes block by block, in order, with the result up to there")
    func order() {
        #expect(recording.blocks.map(\.count) == [block, block, 100])
        #expect(recording.blocks.map(\.result.blocks) == [1, 2, 3])
        #expect(recording.blocks.map(\.result.episodes) == [block, 2 * block, 2 * block + 100])
        #expect(recording.blocks.last?.result == recording.result)
        expectSame(recording.episodes.map(\.episode), 0..<2 * block + 100)
        let keys = recording.turns.map { $0.episode * 100 + $0.turn }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("adds up to the tally")
    func totals() throws {
        let tally = try #require(recording.result?.tallies.first)
        for user in two.game.users.indices {
            let episodes = recording.episodes.filter { $0.user == user }
            let found = tally.users[user]
            #expect(found.episodes == episodes.count)
            for outcome in two.game.outcomes.indices {
                #expect(found.outcomes[outcome] == episodes.filter { $0.outcome == outcome }.count)
            }
            let (payoffs, turns) = (episodes.map(\.payoff), episodes.map { Double($0.turns) })
            for (moments, values) in [(found.payoff, payoffs), (found.turns, turns)] {
                let expected = TwoPass(values)
                #expect(abs(moments.mean - expected.mean) < 1e-12)
                #expect(abs(moments.squaredDeviations / expected.squaredDeviations - 1) < 1e-12)
            }
        }
        #expect(recording.turns.count == recording.episodes.reduce(0) { $0 + $1.turns })
    }

    @Test("changes nothing")
    func changesNothing() throws {
        #expect(try two.simulation(2 * block + 100).run() == recording.result)
    }

    @Test("is a conversation of the game: states move by one step, and only the last reaction ends")
    func conversations() throws {
        var turns = recording.turns[...]
        for episode in recording.episodes.prefix(3000) {
            let own = Array(turns.prefix { $0.episode == episode.episode })
            turns = turns.dropFirst(own.count)
            #expect(own.count == episode.turns && (1...two.game.horizon).contains(own.count))
            #expect(zip(own, own.dropFirst()).allSatisfy { abs($0.state - $1.state) <= 1 })
            let ends = own.map { turn -> Int? in
                if case .ends(let outcome) = two.game.reactions[turn.reaction].effect { outcome } else { nil }
            }
            #expect(ends.dropLast().allSatisfy { $0 == nil })
            #expect((ends.last ?? nil) == (episode.outcome == two.game.timeout ? nil : episode.outcome))
            if episode.outcome == two.game.timeout { #expect(own.count == two.game.horizon) }
        }
    }

    @Test("is the first policy's play, whoever else plays")
    func firstPolicy() throws {
        let alone = try Recording.run(two.simulation(2 * block + 100, policies: 1))
        expectSame(alone.episodes, recording.episodes)
        expectSame(alone.turns, recording.turns)
    }
}

@Suite("Packed events")
struct PackedEventTests {
    @Test("give back what was packed, up to the limits of a game")
    func roundTrip() {
        for low in [0, 1, GameLimits.observations - 1] {
            for hidden in [0, 1, GameLimits.hidden - 1] {
                for reaction in [0, 1, GameLimits.names - 1] {
                    for ended in [false, true] {
                        let event = PackedEvent(low: low, hidden: hidden, reaction: reaction, ended: ended)
                        #expect(event.low == low && event.hidden == hidden && event.reaction == reaction)
                        #expect(event.ended == (ended ? 1 : 0))
                        #expect(PackedEvent(bits: event.bits) == event)
                    }
                }
            }
        }
    }
}
