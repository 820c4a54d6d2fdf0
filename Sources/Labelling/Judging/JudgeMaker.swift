public import GameModel
public import LanguageModels

/// Labels by a language model that reads a rubric: behind an address, or a batch that has been answered.
public struct JudgeMaker: LabellerMaker {
    public var model: any ChatModel
    /// How many answers about each text, at least 1.
    public var samples: Int

    public init(_ model: any ChatModel, samples: Int = 1) {
        self.model = model
        self.samples = samples
    }

    public func labeller(_ material: LabelMaterial, _ control: RunControl) throws -> any TextLabeller {
        JudgeLabeller(model, scheme: material.scheme, samples: samples, abstainBelow: material.abstainBelow)
    }
}
