internal import ExactEvaluation
internal import GameModel
internal import Output

extension PolicyFile {
    /// The KL weight that a policy was solved with, by whatever method; nil if its solution does not say.
    public var klWeight: Double? { solution["kl_weight"]?.doubleValue }

    /// The KL weight that a soft policy was solved with: its action values carry the KL term of its later turns.
    public var softWeight: Double? {
        solution["method"] == .string("soft") ? solution["kl_weight"]?.doubleValue : nil
    }
}
