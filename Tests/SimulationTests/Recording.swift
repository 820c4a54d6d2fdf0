import GameModel
import Simulation
import Testing

/// All episodes and turns that a run recorded, one after the other.
struct Recording {
    var episodes: [RecordedBlock.Episode] = []
    var turns: [RecordedBlock.Turn] = []
    /// Per block: its episodes, and the result with it.
    var blocks: [(count: Int, result: SimulationResult)] = []
    var result: SimulationResult?

    static func run(_ simulation: Rollouts, from start: SimulationResult? = nil) throws -> Recording {
        var recording = Recording()
        recording.result = try simulation.run(
            from: start,
            record: { block, result in
                recording.episodes += block.episodes
                recording.turns += block.turns
                recording.blocks.append((block.episodes.count, result))
            })
        return recording
    }
}

/// Expects two long lists to be the same, and otherwise names the first difference. (A failing `#expect` on lists of this
/// length would look for the smallest edit between them for many minutes.)
func expectSame<Element: Equatable>(
    _ found: some Collection<Element>, _ expected: some Collection<Element>,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if let (index, pair) = zip(found, expected).enumerated().first(where: { $0.element.0 != $0.element.1 }) {
        Issue.record("at \(index): \(pair.0) is not \(pair.1)", sourceLocation: sourceLocation)
    }
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
}
