internal import ArgumentParser
internal import CanonicalJSON
internal import Files
internal import Foundation
internal import GameModel
internal import PolicyFiles
internal import Reporting
internal import Scenarios
internal import Solver

struct FrontierCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier",
        abstract: "Trace the trade-off between two measures: the efficient policies, as CSV and as a picture.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions

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

    @Flag(name: .long, help: "Also write the policy of every point, as policies/point-N.json in the folder.")
    var policies = false

    func execute(_ terminal: Terminal) throws {
        let scenario = try Scenario.load(path: file)
        let game = scenario.game
        let axes = (try FrontierMeasure(name: x, game: game), try FrontierMeasure(name: y, game: game))
        let names = ["reference"] + policy + game.responses.map { "always:\($0.name)" }
        // A policy that was named is marked once, even if it is marked anyway.
        let marked = try names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element).map {
            try NamedPolicy($0, scenario: scenario)
        }
        try OutputFolder.check(path: output.out, replaces: output.force)
        let interrupt = Interrupt()
        let line = ProgressLine("tracing", total: points, unit: "points", on: terminal)
        let settings = GradientSolverSettings(
            starts: starts, perturbations: 3, seed: global.seed, threads: global.threadCount)
        let frontier = try FrontierSolver(settings, points: points).solve(
            game: game, x: axes.0, y: axes.1, memory: controller.kind, isStopped: { interrupt.isRequested },
            progress: { done, _ in line.update(done) })
        line.finish()
        let report = FrontierReport(
            scenario: scenario, frontier: frontier,
            marked: marked.map { ($0.label, Evaluation($0.controller, game: game)) }, memory: controller.kind,
            runID: RunName.make(
                ["frontier", scenario.gameHash, x, y, "\(points)", controller.kind.description]
                    + marked.map(\.hash) + [(try settings.json.text())]))
        try write(report)
        if terminal.json {
            try terminal.print(report.json(folder: output.out))
        } else {
            try terminal.print(report.text + "\n\(output.out): frontier.csv, datapackage.json, frontier.svg\n")
        }
        if frontier.wasStopped { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !frontier.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private func write(_ report: FrontierReport) throws {
        try OutputFolder.write(path: output.out, replaces: output.force) { folder in
            try DataPackage(name: report.scenario.name, title: report.scenario.title, tables: [report.table])
                .write(to: folder)
            try folder.write("frontier.svg", report.plot.svg)
            if policies {
                for (index, point) in report.frontier.points.enumerated() {
                    try folder.write(
                        "policies/point-\(index + 1).json", try report.policy(point).text(.indented) + "\n")
                }
            }
        }
    }
}

/// A trade-off curve as a table, a picture, a text and JSON.
struct FrontierReport {
    let scenario: Scenario
    let frontier: Frontier
    /// Policies that are marked beside the curve.
    let marked: [(label: String, evaluation: Evaluation)]
    let memory: MemoryKind
    let runID: String

    private static let columns: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("scenario", .string, "name of the scenario"),
        .init("kind", .string, "efficient (a point of the curve) or marked (a policy for comparison)"),
        .init("point", .integer, "number of the point along the curve, from 1; missing where marked"),
        .init("policy", .string, "the marked policy, as it was named; missing for points of the curve"),
        .init("x_measure", .string, "what x is"), .init("x", .number, "the first measure, exact"),
        .init("y_measure", .string, "what y is"), .init("y", .number, "the second measure, exact"),
        .init("payoff", .number, "expected payoff, exact"), .init("safe", .number, "safe share, exact"),
        .init("converged", .boolean, "whether the search for the point converged; missing where marked"),
        .init("residual", .number, "how much more of y could be had to first order; missing where marked"),
    ]

    var table: TidyTable {
        var table = TidyTable(
            name: "frontier", title: "Trade-off of \(frontier.y.name) against \(frontier.x.name)", columns: Self.columns
        )
        let key: [TidyTable.Cell] = [.string(runID), .string(scenario.name)]
        func values(_ evaluation: Evaluation) -> [TidyTable.Cell] {
            [
                .string(frontier.x.name), .number(frontier.x.value(evaluation)), .string(frontier.y.name),
                .number(frontier.y.value(evaluation)), .number(evaluation.payoff), .number(evaluation.safe),
            ]
        }
        for (index, point) in frontier.points.enumerated() {
            table.append(
                key + [.string("efficient"), .integer(index + 1), .missing] + values(point.evaluation)
                    + [.boolean(point.isConverged), .number(point.residual)])
        }
        for entry in marked {
            table.append(
                key + [.string("marked"), .missing, .string(entry.label)] + values(entry.evaluation)
                    + [.missing, .missing])
        }
        return table
    }

    var plot: SVGPlot {
        let curve = frontier.points.map { ($0.x, $0.y) }
        let others = marked.map { (frontier.x.value($0.evaluation), frontier.y.value($0.evaluation)) }
        var plot = SVGPlot(
            title: scenario.title, x: PlotAxis(axis(frontier.x), fitting: (curve + others).map(\.0)),
            y: PlotAxis(axis(frontier.y), fitting: (curve + others).map(\.1)), width: 860)
        plot.line(curve, colour: .blue)
        plot.points(curve, marker: .circle, colour: .blue, size: 6, label: "efficient (\(memory))")
        let markers: [PlotMarker] = [.square, .triangle, .diamond, .cross, .ring]
        for (index, (entry, place)) in zip(marked, others).enumerated() {
            plot.points(
                [place], marker: markers[index % markers.count], colour: .number(index + 1), size: 9,
                label: entry.label.count > 30 ? "…" + entry.label.suffix(29) : entry.label)
        }
        return plot
    }

    private func axis(_ measure: FrontierMeasure) -> String {
        let unit = measure.quantity == .payoff ? "payoff units" : "probability"
        return "\(measure.name) (\(unit), \(measure.isMaximised ? "more" : "less") is better)"
    }

    var text: String {
        var table = TextTable(["", frontier.x.name, frontier.y.name, "payoff", "safe", ""], left: [0, 5])
        func row(_ name: String, _ evaluation: Evaluation, _ note: String) -> [String] {
            [name]
                + [
                    frontier.x.value(evaluation), frontier.y.value(evaluation), evaluation.payoff, evaluation.safe,
                ].map { Format.fixed($0, 6) } + [note]
        }
        for (index, point) in frontier.points.enumerated() {
            table.append(row("point \(index + 1)", point.evaluation, point.isConverged ? "" : "not converged"))
        }
        for entry in marked { table.append(row(entry.label, entry.evaluation, "")) }
        let state =
            frontier.isConverged
            ? "converged: every point is a local optimum of its controller class (\(memory))"
            : "not converged everywhere: points are exact, but better ones may be near"
        return
            "\(scenario.title)\n\(state)\n\(frontier.points.count) efficient policies; \(frontier.dominated) more were "
            + "equalled or beaten, \(frontier.infeasible) limits not kept\n\n" + table.text
    }

    func json(folder: String) -> JSONValue {
        .object([
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "run_id": .string(runID), "out": .string(folder), "controller": .string(memory.description),
            "x": .string(frontier.x.name), "y": .string(frontier.y.name), "converged": .bool(frontier.isConverged),
            "dominated": .integer(frontier.dominated), "infeasible": .integer(frontier.infeasible),
            "settings": frontier.settings.json,
            "points": .array(
                frontier.points.map { point in
                    .object([
                        "x": .number(point.x), "y": .number(point.y), "payoff": .number(point.evaluation.payoff),
                        "safe": .number(point.evaluation.safe), "converged": .bool(point.isConverged),
                        "residual": .number(point.residual),
                    ])
                }),
            "marked": .array(
                marked.map { entry in
                    .object([
                        "policy": .string(entry.label), "x": .number(frontier.x.value(entry.evaluation)),
                        "y": .number(frontier.y.value(entry.evaluation)),
                    ])
                }),
        ])
    }

    /// The policy file of a point.
    func policy(_ point: FrontierPoint) -> JSONValue {
        PolicyFile.json(
            point.controller,
            solution: .object([
                "method": .string("frontier"), "status": .string(point.isConverged ? "converged" : "limit_reached"),
                "x": .object(["measure": .string(frontier.x.name), "value": .number(point.x)]),
                "y": .object(["measure": .string(frontier.y.name), "value": .number(point.y)]),
                "residual": .number(point.residual), "multipliers": .array([]), "settings": frontier.settings.json,
            ]), scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: scenario.game)
    }
}
