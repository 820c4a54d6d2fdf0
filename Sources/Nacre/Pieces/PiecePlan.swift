package import Output

/// The pieces of a work with their command lines, and how long each will take, by a measured sample.
package struct PiecePlan: Report {
    package let command: PieceCommand
    package let count: Int
    /// The folder in which the pieces are to be.
    package let out: String
    package let phases: [PieceSampler.Phase]
    /// Seconds before the first unit, which every piece needs.
    package let preparation: Double

    package init(_ command: PieceCommand, pieces count: Int, out: String, _ sampler: PieceSampler) {
        (self.command, self.count, self.out) = (command, count, out)
        (phases, preparation) = (sampler.phases, sampler.preparation)
    }

    /// A piece with its folder.
    private struct Piece {
        let share: PieceShare
        let folder: String
        let units: Int
        let seconds: Double
        let arguments: [String]
    }

    private var pieces: [Piece] {
        let width = "\(count - 1)".count
        return (0..<count).compactMap { index in
            guard let share = try? PieceShare(index, of: count) else { return nil }
            let number = "\(index)"
            let folder = out + "/" + String(repeating: "0", count: width - number.count) + number
            let seconds = phases.reduce(preparation) { $0 + Double(share.size(of: $1.total)) * ($1.mean ?? 0) }
            return Piece(
                share: share, folder: folder, units: phases.reduce(0) { $0 + share.size(of: $1.total) },
                seconds: seconds,
                arguments: command.piece(share, out: folder))
        }
    }

    /// The command that puts the pieces together.
    private var merge: [String] { ["merge"] + pieces.map(\.folder) }

    private static var columns: Columns<Piece> {
        [
            .text("piece") { "\($0.share)" }, .text("units") { Format.count($0.units) },
            .text("seconds, about") { Format.significant($0.seconds, 3) },
        ]
    }

    package func text() throws -> String {
        var text = ""
        for phase in phases {
            text += "\(Format.count(phase.total)) \(phase.name)"
            guard let mean = phase.mean, let low = phase.seconds.min(), let high = phase.seconds.max() else {
                text += "\n"
                continue
            }
            text += "; \(phase.seconds.count) measured on one thread: \(Format.significant(mean, 3)) s each"
            text += " (\(Format.significant(low, 3)) to \(Format.significant(high, 3)) s"
            text += phase.deviation.map { ", standard deviation \(Format.significant($0, 3)) s)\n" } ?? ")\n"
        }
        text += "before the first unit, in every piece: \(Format.significant(preparation, 3)) s\n\n"
        text += Self.columns.text(pieces) + "\n"
        text += pieces.map { Shell.text($0.arguments) + "\n" }.joined()
        return text + "\n" + Shell.text(merge) + (command.outPosition == nil ? "\n" : " --out RESULT\n")
    }

    package func json() throws -> JSONValue {
        .object([
            "format": .integer(1), "command": .strings(command.arguments), "preparation_seconds": .number(preparation),
            "phases": .array(
                phases.map {
                    .object([
                        "name": .string($0.name), "units": .integer($0.total), "sample_seconds": .numbers($0.seconds),
                        "mean_seconds": .number(ifPresent: $0.mean),
                        "deviation_seconds": .number(ifPresent: $0.deviation),
                    ])
                }),
            "pieces": .array(
                pieces.map {
                    .object([
                        "piece": .integer($0.share.index), "pieces": .integer(count), "units": .integer($0.units),
                        "seconds": .number($0.seconds), "folder": .string($0.folder),
                        "arguments": .strings($0.arguments),
                        "command_line": .string(Shell.text($0.arguments)),
                    ])
                }),
            "merge": .strings(merge),
        ])
    }
}
