public import GameModel
internal import InputErrors

/// The labeller that needs no network and no model; see docs/labels.md.
public struct LexicalMaker: LabellerMaker {
    public init() {}

    public func labeller(_ material: LabelMaterial, _ control: RunControl) throws -> any TextLabeller {
        throw InputError("the lexical labeller is being written")
    }
}
