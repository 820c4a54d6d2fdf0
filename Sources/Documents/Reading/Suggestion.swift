/// Names that are close to one that does not exist.
package enum Suggestion {
    /// The nearest of some names, if it is near enough to be meant: at most a third of the name's characters wrong.
    ///
    /// - Complexity: O(names × length²); names longer than ``DocumentLimits/nameLength`` have no suggestion.
    package static func nearest(to name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= DocumentLimits.nameLength else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate.unicodeScalars.count <= DocumentLimits.nameLength {
            let distance = editDistance(wanted, Array(candidate.lowercased().unicodeScalars))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
        return best.distance < wanted.count ? best.name : nil
    }

    /// The choices as a phrase.
    package static func choices(_ candidates: [String], plural: String) -> String? {
        guard !candidates.isEmpty else { return nil }
        let listed = candidates.prefix(12).joined(separator: ", ")
        return "\(plural): \(listed)\(candidates.count > 12 ? ", …" : "")"
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
    ///
    /// Source: Damerau 1964, in the restricted form (optimal string alignment).
    private static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        guard !a.isEmpty else { return b.count }
        guard !b.isEmpty else { return a.count }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + last.dropFirst()
            for j in 1...b.count {
                let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(substitution, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
