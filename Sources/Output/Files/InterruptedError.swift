/// The work was asked to stop; what was written is kept.
public struct InterruptedError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description = "interrupted; what was written is kept"

    public init() {}
}
