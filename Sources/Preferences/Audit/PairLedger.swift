internal import Output

/// Which pairs and rows were met, to find those that stand both ways or several times.
struct PairLedger {
    /// The bits say in which orientations a pair of answers stood.
    private var pairs: [ContentHash.Fingerprint: UInt8] = [:]
    private var rows: Set<ContentHash.Fingerprint> = []
    private var ids: Set<ContentHash.Fingerprint> = []

    /// - Returns: whether the pair stood the other way round before, and this is the first time that it is seen so.
    mutating func isTurned(_ row: AuditedRow) -> Bool {
        guard row.isPair, row.answers.count == 2 else { return false }
        let (chosen, rejected) = (row.answers[0].whole, row.answers[1].whole)
        guard chosen != rejected else { return false }
        let isSorted = chosen.utf8.lexicographicallyPrecedes(rejected.utf8)
        let (first, second) = isSorted ? (chosen, rejected) : (rejected, chosen)
        let key = ContentHash.fingerprint(Array("\(row.promptKey)\u{4}\(first)\u{4}\(second)".utf8))
        let bit: UInt8 = isSorted ? 1 : 2
        let before = pairs[key] ?? 0
        pairs[key] = before | bit
        return before & bit == 0 && before != 0
    }

    /// Whether an earlier row had the same id.
    mutating func isTaken(_ id: String) -> Bool { !ids.insert(ContentHash.fingerprint(Array(id.utf8))).inserted }

    /// Whether the same bytes were a row of the split before.
    mutating func isRepeated(_ bytes: [UInt8], split: UInt32) -> Bool {
        !rows.insert(ContentHash.fingerprint(bytes + "\(split)".utf8)).inserted
    }
}
