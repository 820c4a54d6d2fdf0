/// What is wrong with something that a person gave: where, what was found, and what was needed.
///
/// Every error of this kind is shown as a fault of the input, with the exit code 65; an error that does not conform is taken for a fault
/// of ours. A new kind of wrong input therefore conforms, and appears in no list.
public protocol InputProblem: Error, Sendable, CustomStringConvertible {
    /// The part that is wrong, such as `users.benign.initial`; empty where ``problem`` says it.
    var place: String { get }
    /// What was found and what was needed, in one sentence without the place.
    var problem: String { get }
}

extension InputProblem {
    public var place: String { "" }

    public var problem: String { description }
}
