internal import NumericalMethods

/// Starting logits from a quasi-random sequence, so that starts cover directions evenly.
///
/// The first start is the uniform policy (all logits 0). Later ones are points of the reverse Halton sequence scaled to
/// ± the start scale. GSL's sequence has at most 1,229 dimensions; longer vectors are filled from consecutive points.
/// Points are made as they are asked for: a million of them take longer to make than a person waits after Ctrl-C.
struct StartPoints: ~Copyable {
    private let scale: Double
    private let dimension: Int
    /// Points of the sequence that one start is made of.
    private let blocks: Int
    private var sequence: QuasiRandomSequence
    /// Points that are still to come.
    private(set) var remaining: Int
    private var isFirst = true

    /// - Throws: `GSLError` if the sequence cannot be made.
    init(_ settings: GradientSolverSettings, dimension: Int) throws {
        let width = min(dimension, 1229)
        let blocks = (dimension + width - 1) / width
        var sequence = try QuasiRandomSequence(.reverseHalton, dimension: width)
        try sequence.skip(Int(settings.seed % 1_000_000) * blocks)
        self.sequence = sequence
        scale = settings.startScale
        (self.dimension, self.blocks) = (dimension, blocks)
        remaining = settings.starts
    }

    /// The next points, at most so many; none once all were made.
    ///
    /// - Complexity: O(count · dimension).
    mutating func next(_ count: Int) throws -> [[Double]] {
        var points: [[Double]] = []
        while points.count < count, remaining > 0 {
            points.append(try point())
            remaining -= 1
        }
        return points
    }

    private mutating func point() throws -> [Double] {
        guard !isFirst else {
            isFirst = false
            return [Double](repeating: 0, count: dimension)
        }
        var point: [Double] = []
        for _ in 0..<blocks { point += try sequence.next() }
        return point.prefix(dimension).map { scale * (2 * $0 - 1) }
    }
}
