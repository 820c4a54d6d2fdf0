internal import Preferences
internal import RunStore

/// Keeps pairs in a store, a batch at a time.
package struct PairRecorder {
    package let store: Store
    package let permit: WritePermit

    package init(store: Store, permit: WritePermit) {
        self.store = store
        self.permit = permit
    }

    private static let batch = 20_000

    package func record(_ pairs: PreferencePairs) throws {
        var rows: [PairRow] = []
        var blocks = 0
        func flush() throws {
            guard !rows.isEmpty else { return }
            blocks += 1
            try store.append(
                permit, RowBatch(pairs: rows), checkpoint: Checkpoint(blocks: blocks, episodes: 0, state: "{}"),
                at: Clock.now)
            rows.removeAll(keepingCapacity: true)
        }
        try pairs.visit { pair in
            rows.append(PairRow(pair, of: pairs))
            if rows.count == Self.batch { try flush() }
        }
        try flush()
    }
}

extension PairRow {
    fileprivate init(_ pair: PreferencePair, of pairs: PreferencePairs) {
        let (chosen, rejected) = (pair.prompt.completions[pair.chosen], pair.prompt.completions[pair.rejected])
        self.init(
            promptID: pair.prompt.id, pairID: pair.pairID, chosenResponse: chosen.response,
            rejectedResponse: rejected.response, pChosen: pair.probability, scoreChosen: chosen.value,
            scoreRejected: rejected.value, labelMode: pairs.settings.mode.rawValue,
            split: pair.isTest ? "test" : "train",
            beta: pairs.beta, tau: pairs.temperature)
    }
}
