internal import NumericalMethods

/// Starting logits from a quasi-random sequence, so that starts cover directions evenly.
///
/// The first start is the uniform policy (all logits 0). Later ones are points of the reverse Halton sequence scaled to
/// ± the start scale. GSL's sequence has at most 1,229 dimensions; longer vectors are filled from consecutive points.
struct StartPoints {
    let settings: GradientSolverSettings
    let dimension: Int

    init(_ settings: GradientSolverSettings, dimension: Int) {
        self.settings = settings
        self.dimension = dimension
    }

    /// - Throws: `GSLError` if the sequence cannot be made.
    /// - Complexity: O(starts · dimension).
    func points() throws -> [[Double]] {
        let width = min(dimension, 1229)
        var sequence = try QuasiRandomSequence(.reverseHalton, dimension: width)
        let blocks = (dimension + width - 1) / width
        try sequence.skip(Int(settings.seed % 1_000_000) * blocks)
        var points = [[Double](repeating: 0, count: dimension)]
        while points.count < settings.starts {
            var point: [Double] = []
            for _ in 0..<blocks { point += try sequence.next() }
            points.append(point.prefix(dimension).map { settings.startScale * (2 * $0 - 1) })
        }
        return points
    }
}
