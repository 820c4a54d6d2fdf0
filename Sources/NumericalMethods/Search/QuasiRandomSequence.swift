import CGSL

/// A sequence of points that fill the unit cube [0, 1)ᵈ more evenly than random ones do.
///
///     var sequence = try QuasiRandomSequence(.halton, dimension: 2)
///     let first = try sequence.next()  // [0.5, 0.333…]
///
/// The mean of a smooth function over the first N points has an error of about (log N)ᵈ/N, against 1/√N for random
/// points. The points are the same in every process; they are not random numbers.
///
/// The sequence is unique, not copyable: whoever owns it advances it.
///
/// Source: GSL 2.7 manual, chapter "Quasi-Random Sequences".
@safe
public struct QuasiRandomSequence: ~Copyable {
    /// How the points are made.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Sobol's sequence, up to 40 dimensions; 2³⁰ − 1 points. Starts at the centre of the cube.
        ///
        /// Source: I. A. Antonov, V. M. Saleev, USSR Comput. Maths. Math. Phys. 19 (1980) 252–256.
        case sobol

        /// Niederreiter's sequence in base 2, up to 12 dimensions. Its first point is the origin.
        ///
        /// Source: P. Bratley, B. L. Fox, H. Niederreiter, ACM TOMACS 2 (1992) 195–213, doi:10.1145/146382.146385.
        case niederreiter2

        /// Halton's sequence, up to 1229 dimensions: coordinate i is the radical inverse in the i-th prime base.
        ///
        /// Neighbouring coordinates of high index are strongly correlated in the first points; skip some.
        ///
        /// Source: J. H. Halton, Numerische Mathematik 2 (1960) 84–90, doi:10.1007/BF01386213.
        case halton

        /// Halton's sequence with its digits reversed, up to 1229 dimensions; less correlated than ``halton``.
        ///
        /// Source: B. Vandewoestyne, R. Cools, J. Comput. Appl. Math. 189 (2006) 341–361,
        /// doi:10.1016/j.cam.2005.05.022.
        case reverseHalton

        /// The largest dimension of this kind.
        public var maximumDimension: Int {
            switch self {
            case .sobol: 40
            case .niederreiter2: 12
            case .halton, .reverseHalton: 1229
            }
        }

        /// The algorithm table of GSL.
        fileprivate var table: UnsafePointer<gsl_qrng_type>? {
            switch self {
            case .sobol: unsafe cgsl_qrng_sobol()
            case .niederreiter2: unsafe cgsl_qrng_niederreiter_2()
            case .halton: unsafe cgsl_qrng_halton()
            case .reverseHalton: unsafe cgsl_qrng_reversehalton()
            }
        }
    }

    /// How the points are made.
    public let kind: Kind

    /// The number of coordinates of a point, d.
    public let dimension: Int

    private let generator: UnsafeMutablePointer<gsl_qrng>

    private static let operation = "QuasiRandomSequence"

    /// Makes a sequence that stands before its first point.
    ///
    /// - Parameters:
    ///   - kind: how the points are made.
    ///   - dimension: the number of coordinates, from 1 to the largest of the kind.
    /// - Throws: ``GSLError`` if the dimension is outside its domain.
    /// - Complexity: O(d).
    public init(_ kind: Kind, dimension: Int) throws(GSLError) {
        GSLRuntime.switchErrorHandlerOff()
        guard (1...kind.maximumDimension).contains(dimension) else {
            throw .invalid(
                Self.operation,
                "dimension is \(dimension); \(kind.rawValue) needs 1 to \(kind.maximumDimension)")
        }
        guard let generator = unsafe gsl_qrng_alloc(kind.table, UInt32(dimension)) else {
            throw .noMemory(Self.operation)
        }
        self.kind = kind
        self.dimension = dimension
        unsafe self.generator = unsafe generator
    }

    deinit {
        unsafe gsl_qrng_free(generator)
    }

    /// Writes the next point into given storage.
    ///
    /// - Parameter point: storage of d numbers; each becomes a number in [0, 1).
    /// - Throws: ``GSLError`` if the storage has another size, or if the sequence is used up.
    /// - Complexity: O(d), for the Halton kinds times the number of digits; no allocation.
    public mutating func next(into point: inout MutableSpan<Double>) throws(GSLError) {
        guard point.count == dimension else {
            throw .invalid(Self.operation, "the storage has \(point.count) numbers; it must have \(dimension)")
        }
        let status = unsafe point.withUnsafeMutableBufferPointer { buffer in
            unsafe gsl_qrng_get(generator, buffer.baseAddress)
        }
        try GSLRuntime.check(status, Self.operation, "\(kind.rawValue) has no more points")
    }

    /// The next point.
    ///
    /// - Returns: d numbers in [0, 1).
    /// - Throws: ``GSLError`` if the sequence is used up.
    /// - Complexity: as ``next(into:)``, and one allocation.
    public mutating func next() throws(GSLError) -> [Double] {
        var point = [Double](repeating: 0, count: dimension)
        var span = point.mutableSpan
        try next(into: &span)
        return point
    }

    /// Leaves out the next points.
    ///
    /// - Parameter count: how many points to leave out; not negative.
    /// - Throws: ``GSLError`` if the count is negative, or if the sequence is used up.
    /// - Complexity: that of computing `count` points: GSL cannot jump.
    public mutating func skip(_ count: Int) throws(GSLError) {
        guard count >= 0 else {
            throw .invalid(Self.operation, "the count to skip is \(count); it must not be negative")
        }
        var point = [Double](repeating: 0, count: dimension)
        var span = point.mutableSpan
        for _ in 0..<count { try next(into: &span) }
    }

    /// Goes back to before the first point.
    ///
    /// - Complexity: O(d).
    public mutating func restart() {
        unsafe gsl_qrng_init(generator)
    }
}

/// A sequence owns its C state alone and changes it only through `mutating` functions, so it may move between threads.
extension QuasiRandomSequence: @unchecked Sendable {}
