internal import Foundation
package import GameModel
internal import Output
internal import Synchronization

/// Hands out the units of pieces that were put together; nothing is computed of them again.
package final class PieceReader: WorkPieces {
    private let set: PieceSet
    private let phases = Mutex<[String]>([])

    package let isPart = false

    /// - Parameter set: whole; see ``PieceSet/check()``.
    package init(_ set: PieceSet) { self.set = set }

    package func keep(_ phase: String, count: Int?, _ body: (any UnitSink) throws -> Void) throws {
        preconditionFailure("nothing is computed where pieces are put together")
    }

    package func results(_ phase: String, count: Int?) throws -> any UnitResults {
        let place = phases.withLock { phases in
            phases.append(phase)
            return phases.count - 1
        }
        let found = set.pieces.map { $0.manifest.phases.indices.contains(place) ? $0.manifest.phases[place] : nil }
        if let total = found.first??.total, found.allSatisfy({ $0?.name == phase && $0?.total == total }),
            count == nil || count == total
        {
            return PieceUnits(
                tables: try zip(set.pieces, found).map { piece, phase in
                    let file = piece.folder + "/" + (phase?.file ?? "")
                    let table = try LineTable(path: file)
                    guard table.sha256 == phase?.sha256, table.count == phase?.units else {
                        throw InputError("\(file) is not what the piece was finished with; compute the piece again")
                    }
                    return table
                })
        }
        let other = zip(set.pieces, found).first { _, has in has?.name != phase || (count ?? has?.total) != has?.total }
        throw InputError(
            "the work has \(count.map { "\($0) " } ?? "")\(phase), and \(other?.0.folder ?? set.pieces[0].folder) has "
                + "\(other?.1.map { "\($0.total) \($0.name)" } ?? "other ones"); the pieces are of another work")
    }
}

/// Units of one phase, read from the pieces when they are asked for.
private struct PieceUnits: UnitResults {
    /// By piece.
    let tables: [LineTable]

    func value<Value: Decodable>(_ unit: Int, as type: Value.Type) throws -> Value {
        let (table, line) = (tables[unit % tables.count], unit / tables.count)
        guard line < table.count else { throw InputError("\(table.path) has no unit \(unit); compute the piece again") }
        let bytes = try table.line(line)
        do { return try UnitCoding.value(bytes, as: type) } catch {
            throw InputError("\(table.path), line \(line + 1), is no unit of this work: \(error)")
        }
    }
}
