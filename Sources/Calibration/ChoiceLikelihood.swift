internal import NumericalMethods

/// The log-likelihood of counts under a choice model, with its derivatives.
///
/// L(β) = Σ_c Σ_j n_cj log P(j | c);  ∂L/∂β = Σ_c Σ_j (n_cj − n_c P_cj) x_cj;
/// −∂²L/∂β² = Σ_c n_c (Σ_j P_cj x_cj x_cjᵀ − x̄_c x̄_cᵀ), with n_c the count of the context and x̄_c the mean of x under P.
/// L is concave, and the observed information is the expected one.
///
/// Source: McFadden 1974, Eq. 17–19.
extension ChoiceModel {
    /// P(j | c) for every alternative of every context.
    ///
    /// - Complexity: O(entries).
    public func probabilities(_ coefficients: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: alternativeCount)
        for context in 0..<contextCount { _ = fill(&result, context, coefficients) }
        return result
    }

    /// Writes the probabilities of a context and returns log Σ_j exp(x_cj · β).
    private func fill(_ result: inout [Double], _ context: Int, _ coefficients: [Double]) -> Double {
        let range = alternatives(of: context)
        var best = -Double.infinity
        for alternative in range {
            let value = utility(alternative, coefficients)
            result[alternative] = value
            if value > best { best = value }
        }
        var total = 0.0
        for alternative in range {
            let weight = Libm.exp(result[alternative] - best)
            result[alternative] = weight
            total += weight
        }
        for alternative in range { result[alternative] /= total }
        return best + Libm.log(total)
    }

    /// log P(j | c) for every alternative of every context.
    public func logProbabilities(_ coefficients: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: alternativeCount)
        for context in 0..<contextCount {
            let logTotal = fill(&result, context, coefficients)
            for alternative in alternatives(of: context) {
                result[alternative] = utility(alternative, coefficients) - logTotal
            }
        }
        return result
    }

    /// L(β).
    public func logLikelihood(_ counts: [Double], _ coefficients: [Double]) -> Double {
        zip(counts, logProbabilities(coefficients)).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 }
    }

    /// L, its gradient [P] and the information [P, P].
    struct Derivatives {
        var value = 0.0
        var gradient: [Double]
        var information: [Double]
    }

    /// - Complexity: O(Σ_c (entries of c)²).
    func derivatives(_ counts: [Double], _ coefficients: [Double]) -> Derivatives {
        let order = parameters.count
        var result = Derivatives(
            gradient: [Double](repeating: 0, count: order), information: [Double](repeating: 0, count: order * order))
        var scratch = [Double](repeating: 0, count: alternativeCount)
        var mean = [Double](repeating: 0, count: order)
        var touched: [Int] = []
        for context in 0..<contextCount {
            let range = alternatives(of: context)
            let total = range.reduce(0) { $0 + counts[$1] }
            guard total > 0 else { continue }
            let logTotal = fill(&scratch, context, coefficients)
            for alternative in range {
                if counts[alternative] > 0 {
                    result.value += counts[alternative] * (utility(alternative, coefficients) - logTotal)
                }
                let p = scratch[alternative]
                addOuter(alternative, times: total * p, to: &result.information)
                for entry in entryStart[alternative]..<entryStart[alternative + 1] {
                    let (parameter, x) = (entryParameter[entry], entryValue[entry])
                    result.gradient[parameter] += (counts[alternative] - total * p) * x
                    if mean[parameter] == 0 { touched.append(parameter) }
                    mean[parameter] += p * x
                }
            }
            subtractMean(&mean, &touched, times: total, from: &result.information)
        }
        for row in 0..<order {
            for column in 0..<row {
                result.information[column * order + row] = result.information[row * order + column]
            }
        }
        return result
    }

    /// Σ_c n_c Σ_j x_cj² / J_c: what the diagonal of the information at β = 0 would be if no value had a mean to lose, [P].
    ///
    /// - Complexity: O(entries).
    func squares(_ counts: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: parameters.count)
        for context in 0..<contextCount {
            let range = alternatives(of: context)
            let total = range.reduce(0) { $0 + counts[$1] }
            guard total > 0, let first = range.first, let last = range.last else { continue }
            for entry in entryStart[first]..<entryStart[last + 1] {
                result[entryParameter[entry]] += total * entryValue[entry] * entryValue[entry] / Double(range.count)
            }
        }
        return result
    }

    /// Adds weight · x xᵀ of an alternative to the lower triangle.
    private func addOuter(_ alternative: Int, times weight: Double, to matrix: inout [Double]) {
        let range = entryStart[alternative]..<entryStart[alternative + 1]
        for first in range {
            let row = entryParameter[first]
            for second in range where entryParameter[second] <= row {
                matrix[row * parameters.count + entryParameter[second]] +=
                    weight * entryValue[first] * entryValue[second]
            }
        }
    }

    /// Subtracts weight · x̄ x̄ᵀ from the lower triangle, and clears x̄.
    private func subtractMean(
        _ mean: inout [Double], _ touched: inout [Int], times weight: Double, from matrix: inout [Double]
    ) {
        // A mean that passed through zero stands in the list more than once.
        touched = Set(touched).sorted()
        for row in touched {
            for column in touched where column <= row {
                matrix[row * parameters.count + column] -= weight * mean[row] * mean[column]
            }
        }
        for parameter in touched { mean[parameter] = 0 }
        touched.removeAll(keepingCapacity: true)
    }

    /// x of an alternative minus the mean of x in its context: what one observation adds to the gradient.
    func addScore(
        _ alternative: Int, of context: Int, _ probabilities: [Double], times weight: Double, to score: inout [Double]
    ) {
        for entry in entryStart[alternative]..<entryStart[alternative + 1] {
            score[entryParameter[entry]] += weight * entryValue[entry]
        }
        for other in alternatives(of: context) {
            for entry in entryStart[other]..<entryStart[other + 1] {
                score[entryParameter[entry]] -= weight * probabilities[other] * entryValue[entry]
            }
        }
    }
}
