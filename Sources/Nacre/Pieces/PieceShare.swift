/// One of the pieces that a work is divided into: `0/4` is the first of four.
package struct PieceShare: Sendable, Equatable, CustomStringConvertible {
    /// From 0.
    package let index: Int
    package let count: Int

    /// The most pieces of a work: more are no help, since each reads the inputs again.
    package static let most = 100_000

    /// - Throws: `InputError` unless 0 ≤ index < count ≤ ``most``.
    package init(_ index: Int, of count: Int) throws(InputError) {
        guard (1...Self.most).contains(count), (0..<count).contains(index) else {
            throw InputError("it is written i/n, with n from 1 to \(Self.most) and i from 0 to n − 1, such as 0/4")
        }
        (self.index, self.count) = (index, count)
    }

    /// - Parameter text: such as `0/4`.
    package init(_ text: String) throws(InputError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.count == 2, isPlain, let index = Int(parts[0]), let count = Int(parts[1]) else {
            throw InputError("it is written i/n, such as 0/4")
        }
        try self.init(index, of: count)
    }

    package var description: String { "\(index)/\(count)" }

    /// Whether a unit is of this piece: units are dealt out in turn, so that what changes slowly along a work is spread evenly.
    package func has(_ unit: Int) -> Bool { unit % count == index }

    /// How many of the first units are of this piece.
    package func size(of units: Int) -> Int { units > index ? (units - index - 1) / count + 1 : 0 }

    /// The place of a unit of this piece among its units.
    package func position(of unit: Int) -> Int { unit / count }
}
