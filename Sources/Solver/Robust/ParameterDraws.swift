internal import GameModel
internal import NumericalMethods

/// Standard normal numbers for sampled games: a pure function of (seed, sample, parameter).
///
/// One Philox4x64-10 block holds four parameters of a sample, under the key (seed, "nacre-p"). A word becomes a uniform number
/// strictly inside (0, 1) and that its normal quantile.
public enum ParameterDraws {
    /// - Parameters:
    ///   - sample: from 1; the nominal game is number 0 and needs no numbers.
    ///   - count: how many parameters.
    /// - Throws: never for these arguments; the quantile's domain is kept.
    /// - Complexity: O(count).
    public static func normals(seed: UInt64, sample: Int, count: Int) throws -> [Double] {
        var normals: [Double] = []
        for block in 0..<(count + 3) / 4 {
            let words = Philox4x64.block(
                counter: (UInt64(sample), UInt64(block), 0, 0), key: (seed, 0x6E_6163_7265_2D70))
            for word in [words.0, words.1, words.2, words.3] where normals.count < count {
                let uniform = (Double(word >> 11) + 0.5) * 0x1p-53
                normals.append(try Distributions.standardNormalQuantile(uniform))
            }
        }
        return normals
    }
}
