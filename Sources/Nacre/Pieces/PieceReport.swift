package import Output

/// What was done about a piece.
package struct PieceReport: Report {
    package let manifest: PieceManifest
    package let out: String
    /// Whether it was complete before.
    package let wasThere: Bool

    package init(manifest: PieceManifest, out: String, wasThere: Bool) {
        (self.manifest, self.out, self.wasThere) = (manifest, out, wasThere)
    }

    package func text() throws -> String {
        let share = manifest.share
        let phases = manifest.phases.map {
            "\(Format.count($0.units)) of \(Format.count($0.total)) \($0.name)"
        }.joined(separator: ", ")
        return "piece \(share.index) of \(share.count): \(phases), in \(Escaped.line(out))"
            + (wasThere ? "; already complete\n" : "\n")
    }

    package func json() throws -> JSONValue {
        .object([
            "format": .integer(1), "job": .string(try manifest.job), "piece": .integer(manifest.share.index),
            "pieces": .integer(manifest.share.count), "out": .string(out), "already_complete": .bool(wasThere),
            "phases": .array(
                manifest.phases.map {
                    .object([
                        "name": .string($0.name), "units": .integer($0.units), "total": .integer($0.total),
                    ])
                }),
        ])
    }
}

/// Which pieces of a work are there.
package struct PieceSurvey: Report {
    package let found: PieceSet

    package init(_ found: PieceSet) { self.found = found }

    /// Whether all are there and fit each other.
    package var isWhole: Bool { found.missing.isEmpty && found.problems.isEmpty && !found.pieces.isEmpty }

    package func text() throws -> String {
        var text =
            "\(Format.count(found.pieces.count)) of \(Format.count(found.pieces.count + found.missing.count)) pieces are there"
        text += found.missingText.map { "; missing: piece \($0)\n" } ?? "\n"
        return text + found.problems.map { "\(Escaped.line($0))\n" }.joined()
    }

    package func json() throws -> JSONValue {
        .object([
            "format": .integer(1), "pieces": .integer(found.pieces.count + found.missing.count),
            "present": .array(found.pieces.map { .integer($0.manifest.share.index) }),
            "missing": .array(found.missing.map { .integer($0) }), "problems": .strings(found.problems),
        ])
    }
}
