internal import ArgumentParser
internal import ExactEvaluation
internal import Foundation
internal import GameModel
internal import NumericalMethods
internal import Output
internal import RunStore
internal import Scenarios
internal import Simulation
internal import Solver

/// Where a command keeps what it did.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: "Keep the run in this SQLite file (made if missing).")
    var path: String?

    /// Opens the store for writing, if one was named.
    func open() throws -> Store? { try path.map { try Store(path: $0, access: .write) } }

    /// Opens the store and closes it again: a store that cannot be written is better known before the work than after it.
    func check() throws { try open()?.close() }
}

extension NewRun {
    /// A run of this program with this command line, begun now.
    init(
        _ kind: RunKind, scenario: Scenario, policy: NamedPolicy?, seed: UInt64, episodes: Int? = nil,
        settings: String = "{}"
    ) {
        self.init(
            kind: kind, scenario: scenario.name, scenarioHash: scenario.fileHash, gameHash: scenario.gameHash,
            scenarioText: scenario.sourceText,
            policy: policy.map { PolicyText(label: $0.label, hash: $0.hash, json: $0.text) }, seed: seed,
            requestedEpisodes: episodes, settings: settings, commandLine: Shell.commandLine,
            toolVersion: Program.version, startedAt: Clock.now)
    }
}

extension RunNames {
    init(_ game: Game) {
        self.init(
            users: game.users, states: game.states, responses: game.responses.map(\.name),
            reactions: game.reactions.map(\.name), cues: game.cues, outcomes: game.outcomes.map(\.name))
    }
}

extension RunResults {
    /// Exact results.
    init(_ evaluation: Evaluation, game: Game, policy: PolicyText? = nil, settings: String? = nil) {
        var outcomes: [OutcomeRow] = []
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                outcomes.append(
                    OutcomeRow(
                        user: user, outcome: outcome, probability: Estimate(exact: evaluation.outcomes[user][outcome])))
            }
        }
        let metrics = [("payoff", evaluation.payoff), ("safe", evaluation.safe), ("turns", evaluation.turns)]
        self.init(
            outcomes: outcomes, metrics: metrics.map { MetricRow(name: $0.0, value: Estimate(exact: $0.1)) },
            policy: policy, settings: settings)
    }

    /// Simulated results; what was never met is left out rather than guessed.
    init(_ tally: Tally, game: Game) {
        var outcomes: [OutcomeRow] = []
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                guard let share = tally.outcome(outcome, user: user) else { continue }
                outcomes.append(
                    OutcomeRow(
                        user: user, outcome: outcome, probability: share))
            }
        }
        let metrics = [("payoff", tally.payoff), ("safe", tally.safe(game)), ("turns", tally.turns)]
        self.init(
            outcomes: outcomes,
            metrics: metrics.compactMap { name, estimate in
                estimate.map { MetricRow(name: name, value: $0) }
            })
    }
}

/// The clock, read in this program only.
enum Clock {
    static var now: String { Date().ISO8601Format() }
}

/// The command line as it could be typed again.
enum Shell {
    static var commandLine: String { text(CommandLine.arguments.dropFirst()) }

    /// The command line as it was before `--resume` was added to it.
    static var commandLineWithoutResume: String { text(CommandLine.arguments.dropFirst().filter { $0 != "--resume" }) }

    /// The command line without what can never change a byte of a dataset, so that it does not through this line either.
    static var resultCommandLine: String {
        var kept: [String] = []
        var arguments = CommandLine.arguments.dropFirst()[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--json", "--quiet", "--force", "--resume": continue
            case "--threads", "--store": _ = arguments.popFirst()
            case _ where argument.hasPrefix("--threads=") || argument.hasPrefix("--store="): continue
            default: kept.append(argument)
            }
        }
        return text(kept)
    }

    private static func text(_ arguments: some Sequence<String>) -> String {
        (["sim-cli"] + arguments.map(quoted)).joined(separator: " ")
    }

    /// An argument as a shell reads it back.
    static func quoted(_ argument: String) -> String { Escaped.shell(argument) }
}

/// What a simulation's settings in a store say.
struct StoredSettings {
    /// Whether the run keeps every episode and turn.
    let recordsTurns: Bool
    /// How users were taken, where the scenario left a choice.
    let assumption: ForesightAssumption?

    /// - Throws: ``InputError`` if they are not what a simulation writes.
    init(_ text: String) throws {
        guard let members = try JSONValue(parsing: text).objectValue else {
            throw InputError("its settings are no JSON object")
        }
        switch members["trajectories"] {
        case .bool(let records)?: recordsTurns = records
        case nil: recordsTurns = false
        default: throw InputError("its settings' trajectories are neither true nor false")
        }
        assumption = try members["follower"].map { value in
            guard let known = value.stringValue.flatMap(ForesightAssumption.init(rawValue:)) else {
                throw InputError("its settings name a follower that is none")
            }
            return known
        }
    }
}
