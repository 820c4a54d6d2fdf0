/// What the labels of prompts and answers from elsewhere rest on.
public struct LabelBasis: Sendable, Equatable {
    /// Who said what answers are, and of how many.
    public struct Labeller: Sendable, Equatable {
        /// "the line", or the name of a labeller.
        public var name: String
        public var answers: Int

        public init(name: String, answers: Int) {
            self.name = name
            self.answers = answers
        }
    }

    /// In the order in which they were met.
    public private(set) var labellers: [Labeller] = []
    /// Prompts that were placed, and those of them without prior, cue or label of their own: the scenario's prior was taken.
    public var prompts = 0
    public var guessedPriors = 0
    /// Answers left out because their labeller abstained.
    public var abstained = 0

    /// The name of labels that stand in the line itself.
    public static let line = "the line"

    public init() {}

    /// Counts an answer.
    public mutating func add(_ labeller: String) {
        if let known = labellers.firstIndex(where: { $0.name == labeller }) {
            labellers[known].answers += 1
        } else {
            labellers.append(Labeller(name: labeller, answers: 1))
        }
    }
}
