/// An input file or argument that cannot be used: which, what was found, what was needed.
public struct InputError: InputProblem {
    public let description: String

    public init(_ description: String) { self.description = description }
}
