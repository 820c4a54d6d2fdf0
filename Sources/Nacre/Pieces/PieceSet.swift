internal import Foundation
internal import LanguageModels
internal import Output

/// Folders that are to be the pieces of one work, and what keeps them from being that.
package struct PieceSet: Sendable {
    /// A folder with its manifest.
    package struct Piece: Sendable {
        package let folder: String
        package let manifest: PieceManifest
    }

    /// The pieces in their order, each once.
    package let pieces: [Piece]
    /// Numbers of pieces that are not there.
    package let missing: [Int]
    /// What is wrong, a sentence each: holes are not among them.
    package let problems: [String]

    /// - Parameter folders: in any order; the same piece may be given several times.
    /// - Complexity: reads every manifest, and of pieces that are given several times the hashes.
    package init(_ folders: [String]) {
        var (found, problems): ([Piece], [String]) = ([], [])
        for folder in folders {
            do { found.append(Piece(folder: folder, manifest: try PieceManifest(folder: folder))) } catch {
                problems.append("\(error)")
            }
        }
        // What most folders are pieces of is what is meant; among equals, the first.
        let kinds = Dictionary(grouping: found) { Kind($0.manifest) }
        let most = kinds.values.map(\.count).max() ?? 0
        let meant = found.first { kinds[Kind($0.manifest)]?.count == most }
        var byNumber: [Int: Piece] = [:]
        for piece in found {
            guard let meant else { continue }
            if let problem = Self.problem(piece, meant) {
                problems.append(problem)
            } else if let first = byNumber[piece.manifest.share.index] {
                if piece.manifest != first.manifest {
                    problems.append(
                        "\(piece.folder) and \(first.folder) are both piece \(piece.manifest.share) and differ")
                }
            } else {
                byNumber[piece.manifest.share.index] = piece
            }
        }
        pieces = byNumber.sorted { $0.key < $1.key }.map(\.value)
        missing = (0..<(meant?.manifest.share.count ?? 0)).filter { byNumber[$0] == nil }
        self.problems = problems
    }

    private struct Kind: Hashable {
        let job: String
        let count: Int

        init(_ manifest: PieceManifest) { (job, count) = ((try? manifest.job) ?? "", manifest.share.count) }
    }

    /// Why a piece is not of the same work as another; nil if it is.
    private static func problem(_ piece: Piece, _ meant: Piece) -> String? {
        let (own, other) = (piece.manifest, meant.manifest)
        if own.version != Release.version {
            return "\(piece.folder) was computed by version \(own.version); this is \(Release.version)"
        }
        if own.version != other.version {
            return "\(piece.folder) was computed by version \(own.version), \(meant.folder) by \(other.version)"
        }
        if own.command.arguments != other.command.arguments {
            return "\(piece.folder) is of another command: \(own.command.text)"
        }
        if own.inputs != other.inputs {
            let names =
                own.inputs.filter { !other.inputs.contains($0) }.map(\.path) + (own.inputs.isEmpty ? ["none"] : [])
            return
                "\(piece.folder) was computed from other inputs than \(meant.folder): \(names.joined(separator: ", "))"
        }
        if own.share.count != other.share.count {
            return "\(piece.folder) is piece \(own.share), and the others are pieces of \(other.share.count)"
        }
        let totals = { (manifest: PieceManifest) in manifest.phases.map { [$0.name, "\($0.total)"] } }
        return totals(own) == totals(other) ? nil : "\(piece.folder) counts other units than \(meant.folder)"
    }

    /// Which pieces are missing, in words such as `2, 5–7 of 9`; nil where none is.
    package var missingText: String? {
        guard let count = pieces.first?.manifest.share.count, !missing.isEmpty else { return nil }
        var runs: [ClosedRange<Int>] = []
        for number in missing {
            if let last = runs.last, last.upperBound == number - 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        let names = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
        return "\(names.joined(separator: ", ")) of \(count)"
    }

    /// Files with remembered answers that pieces have.
    package var answers: [String] {
        pieces.map { $0.folder + "/" + RememberedAnswers.name }.filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Checks that the pieces are all there and of one work, and that its inputs are what they were.
    ///
    /// - Returns: the work's command line.
    /// - Throws: ``PieceProblems`` listing everything that is wrong.
    package func check() throws(PieceProblems) -> PieceCommand {
        var all = problems
        if let missingText { all.append("missing: piece \(missingText)") }
        if all.isEmpty, let first = pieces.first { all += first.manifest.changedInputs() }
        guard all.isEmpty, let command = pieces.first?.manifest.command else {
            throw PieceProblems(problems: all.isEmpty ? ["there are no pieces"] : all)
        }
        return command
    }
}

/// Why pieces do not make a whole: everything that is wrong with them.
package struct PieceProblems: InputProblem, Equatable {
    package let problems: [String]

    package var description: String {
        problems.count == 1
            ? problems[0] : "the pieces do not make a whole:\n" + problems.map { "  " + $0 }.joined(separator: "\n")
    }
}
