internal import ExampleScenarios
internal import Foundation
internal import GameModel
internal import InputErrors
internal import Output
internal import RunStore
internal import Scenarios
internal import Simulation

extension FuzzTargets {
    /// Stores and what is kept in them.
    static let stored: [FuzzTarget] = [
        FuzzTarget("store", "cells of a run store, through SQL") {
            FuzzSubject(drawing: try StoreCells().reader())
        },
        FuzzTarget("store-file", "bytes and schema of a run store") {
            FuzzSubject(drawing: try StoreFiles().reader())
        },
        text("checkpoint", "a simulation's checkpoint, gone on from") {
            let play = try PlayedGame()
            return ([play.checkpoint], [], { bytes in try play.goOn(bytes) })
        },
    ]
}

/// A short simulation of the first example, and its checkpoint.
private struct PlayedGame {
    private let game: Game
    private let simulation: Rollouts
    let checkpoint: String

    init() throws {
        game = try DocumentReading.starter().game
        simulation = Rollouts(
            game: game, policies: [try .uniform(game: game)],
            settings: .init(episodes: Rollouts.blockSize + 8, seed: 1, threads: 1))
        let short = Rollouts(
            game: game, policies: [try .uniform(game: game)],
            settings: .init(episodes: Rollouts.blockSize, seed: 1, threads: 1))
        checkpoint = String(decoding: try JSONEncoder().encode(try short.run()), as: UTF8.self)
    }

    /// Resumes from a checkpoint and looks at every estimate.
    func goOn(_ bytes: [UInt8]) throws {
        let start: SimulationResult
        do { start = try StrictDecoding.decode(SimulationResult.self, from: bytes) } catch {
            // The command calls the store damaged then.
            throw InputError("\(error)")
        }
        let result = try simulation.run(from: start)
        for tally in result.tallies {
            _ = (tally.payoff, tally.turns, tally.safe(game))
            for user in tally.users.indices {
                for outcome in tally.users[user].outcomes.indices { _ = tally.outcome(outcome, user: user) }
            }
        }
    }
}
