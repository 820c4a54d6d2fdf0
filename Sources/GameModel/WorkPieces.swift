/// What decides which units of a long work are computed here, where only a piece of it is, or where pieces that were computed elsewhere
/// are put together.
///
/// A *unit* is a part of a work that depends on no other: a point of a grid, a case of a suite, a block of episodes. Its result must not
/// depend on which other units are computed, nor on threads, so that pieces add up to the same bytes as the work in one.
public protocol WorkPieces: AnyObject, Sendable {
    /// Whether results of units are kept here, and the work ends with them; otherwise they are at hand, and none is computed.
    var isPart: Bool { get }

    /// Keeps results of units of a phase; only where ``isPart`` holds.
    ///
    /// - Parameters:
    ///   - phase: what the units are, in one word such as `points`. A phase may come several times; it is then told by the order.
    ///   - count: how many units there are in all pieces; nil where only the end of the work will tell, by ``UnitSink/units``.
    ///   - body: asks the sink which units are wanted, and writes their results in increasing order.
    /// - Throws: what `body` throws; where units are missing after it, an error that says that the work was interrupted.
    func keep(_ phase: String, count: Int?, _ body: (any UnitSink) throws -> Void) throws

    /// Results of the units of a phase; only where ``isPart`` does not hold.
    ///
    /// - Throws: what is wrong with the pieces: another number of units than the work has.
    func results(_ phase: String, count: Int?) throws -> any UnitResults
}

/// Takes the results of those units of a phase that are computed here.
public protocol UnitSink: AnyObject {
    /// How many units there are in all pieces, once the work knows; see ``WorkPieces/keep(_:count:_:)``.
    var units: Int? { get set }
    /// Units that are to be computed here, as far as is known: for whoever shows how far the work is.
    var wanted: Int? { get }
    /// Units whose results are there, those of an earlier run included.
    var written: Int { get }

    /// The next units to compute, at most so many, in increasing order; none when all are there. For works that know their number.
    func next(_ most: Int) -> [Int]
    /// Whether a unit is to be computed here, and is not there yet.
    func wants(_ unit: Int) -> Bool
    /// Keeps a result; units come in increasing order.
    func write(_ unit: Int, _ value: some Encodable) throws
}

/// Results of units that were computed elsewhere.
public protocol UnitResults: Sendable {
    /// The result of a unit, bit for bit as it was computed; from any thread.
    ///
    /// - Throws: what is wrong with it, if it cannot be read.
    func value<Value: Decodable>(_ unit: Int, as type: Value.Type) throws -> Value
}

/// A piece is whole: the units that it consists of are kept, and what needs all units is left to whoever puts the pieces together.
public struct PieceComplete: Error, Equatable, Sendable {
    public init() {}
}

/// What came of a unit that may fail by itself: a value, or why there is none.
public struct UnitOutcome<Value: Codable & Sendable>: Codable, Sendable {
    public let value: Value?
    public let failure: String?

    public init(value: Value) { (self.value, failure) = (value, nil) }

    public init(failure: String) { (value, self.failure) = (nil, failure) }

    /// - Parameter reason: the words of an error.
    public init<Failure: Error>(_ result: Result<Value, Failure>, _ reason: (Failure) -> String) {
        switch result {
        case .success(let value): self.init(value: value)
        case .failure(let error): self.init(failure: reason(error))
        }
    }

    /// The outcome as a result; a value that is itself absent cannot be told from a failure, so `Value` must not be optional.
    public func result<Failure: Error>(_ failure: (String) -> Failure) -> Result<Value, Failure> {
        if let value { return .success(value) }
        return .failure(failure(self.failure ?? ""))
    }
}
