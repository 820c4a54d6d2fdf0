/// An address that does not answer, and may later: programs end with 75 (EX_TEMPFAIL of sysexits.h).
public struct UnreachableAddress: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
