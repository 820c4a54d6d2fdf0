internal import ArgumentParser
internal import Foundation
internal import Nacre

struct FrontierCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier",
        abstract: "Trace the trade-off between two measures: the efficient policies, as CSV and as a picture.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .customLong("x"),
        help: "Across: payoff, safe, risk or OUTCOME|USER; max: or min: in front says what is wanted.")
    var x = "risk"

    @Option(name: .customLong("y"), help: "Upwards: the same names.")
    var y = "payoff"

    @Option(name: .long, help: "Points looked for, the ends included. (default: 21)", transform: Number.whole(2...1000))
    var points = 21

    @Option(name: .long, help: "What the policies remember, as for solve.")
    var controller = ControllerName.standard

    @Option(
        name: .long, help: "Starting points of the searches for the ends. (default: 3)",
        transform: Number.whole(1...1_000_000))
    var starts = 3

    @Option(
        name: .long,
        help: "Also mark this policy: always:RESPONSE, uniform, or a file written by solve. May be repeated.")
    var policy: [String] = []

    @Flag(
        name: .customLong("without-constraints"),
        help: "Leave the scenario's constraints out; otherwise every point keeps them.")
    var withoutConstraints = false

    @Flag(name: .long, help: "Also write the policy of every point, as policies/point-N.json in the folder.")
    var policies = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { output.out }
    var replacesPiece: Bool { output.force }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let game = scenario.game
        let axes = (try PolicyMeasure(name: x, game: game), try PolicyMeasure(name: y, game: game))
        let names = ["reference"] + policy + game.responses.map { "always:\($0.name)" }
        // A policy that was named is marked once, even if it is marked anyway.
        let marked = try names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element).map {
            try NamedPolicy($0, scenario: scenario, note: terminal.note)
        }
        try OutputFolder.check(path: output.out, replaces: output.force)
        let recorder = try RunRecorder(store: store.path, terminal)
        let frontier = try recorder.recording {
            let permit = try recorder.begin(
                .frontier, scenario: scenario, policy: nil, seed: global.seed,
                settings: try JSONValue.object(scenario.withAssumptions(recorded)).text())
            let work = Work("frontier", unit: "points", threads: global.threadCount, on: terminal)
            let frontier = try work.run { try trace(scenario, axes, $0) }
            let report = FrontierReport(
                scenario: scenario, frontier: frontier,
                marked: marked.map { ($0.label, Evaluation($0.controller, game: game)) }, memory: controller.kind,
                runID: RunName.make(
                    ["frontier", scenario.gameHash, x, y, "\(points)", controller.kind.description]
                        + marked.map(\.hash) + [(try settings.json.text())] + scenario.assumptionParts
                        + frontier.constraints.map { "\($0.user) \($0.outcome) \($0.atMost)" }))
            try write(report, terminal)
            let document = report.json(folder: output.out)
            if terminal.json {
                try terminal.print(document)
            } else {
                try terminal.print(report.text + "\n\(output.out): frontier.csv, datapackage.json, frontier.svg\n")
            }
            try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
                try RunResults(text: report.text, json: document)
            }
            return frontier
        }
        if frontier.wasStopped { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !frontier.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private var settings: GradientSolverSettings {
        GradientSolverSettings(starts: starts, perturbations: 3, seed: global.seed, threads: global.threadCount)
    }

    private func trace(
        _ scenario: Scenario, _ axes: (PolicyMeasure, PolicyMeasure), _ control: RunControl
    ) throws -> Frontier {
        try FrontierSolver(settings, points: points).solve(
            game: scenario.game, x: axes.0, y: axes.1, memory: controller.kind,
            constraints: withoutConstraints ? [] : scenario.objective.constraints, control: control)
    }

    /// The settings that the store keeps.
    private var recorded: [String: JSONValue] {
        [
            "x": .string(x), "y": .string(y), "points": .integer(points), "starts": .integer(starts),
            "controller": .string(controller.kind.description), "without_constraints": .bool(withoutConstraints),
        ]
    }

    private func write(_ report: FrontierReport, _ terminal: Terminal) throws {
        try terminal.writeFolder(output.out, replaces: output.force) { folder in
            try folder.write("frontier.svg", report.plot.svg)
            if policies {
                for (index, point) in report.frontier.points.enumerated() {
                    try folder.write(
                        "policies/point-\(index + 1).json", try report.policy(point).text(.indented) + "\n")
                }
            }
            try DataPackage(report.scenario, tables: [report.table])
                .write(to: folder, beside: folder.files)
        }
    }
}
