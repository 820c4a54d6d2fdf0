public import InputErrors

/// Why nothing can be fitted: where, what was found, and what was needed.
public struct CalibrationError: InputProblem, Equatable {
    public let place: String
    public let problem: String

    public init(_ place: String, _ problem: String) {
        self.place = place
        self.problem = problem
    }

    public var description: String { "\(place) \(problem)" }

    /// That something was not done because the work was to end.
    static func stopped(_ what: String) -> CalibrationError {
        CalibrationError(what, "were not all fitted: the work was interrupted")
    }
}
