internal import GameModel
internal import NumericalMethods

/// Strategies as a softmax of free parameters: π(a | n) = exp(z_{n,a}) / Σ_b exp(z_{n,b}) over the responses in play.
///
/// A parameter vector holds one row per node with one logit per response in play. Responses that a KL-regularised optimum
/// can never give (π_ref(a) = 0) are out of play and have probability exactly 0.
struct SoftmaxStrategies {
    let nodeCount: Int
    let responseCount: Int
    /// The responses in play, ascending.
    let inPlay: [Int]

    init(memory: ControllerMemory, objective: Objective) {
        nodeCount = memory.nodeCount
        responseCount = objective.reference.count
        inPlay = objective.klWeight == 0 ? Array(0..<responseCount) : objective.reference.support
    }

    var parameterCount: Int { nodeCount * inPlay.count }

    /// Fills [nodes, |A|] strategies from logits.
    func strategies(_ logits: Span<Double>, into strategies: inout [Double]) {
        for node in 0..<nodeCount {
            let source = node * inPlay.count
            var largest = -Double.infinity
            for index in inPlay.indices { largest = max(largest, logits[source + index]) }
            var total = 0.0
            for (index, response) in inPlay.enumerated() {
                let weight = Libm.exp(logits[source + index] - largest)
                strategies[node * responseCount + response] = weight
                total += weight
            }
            for response in inPlay { strategies[node * responseCount + response] /= total }
        }
    }

    /// Logits whose softmax is (1 − mixing) · π + mixing · uniform, so that nothing is saturated.
    func logits(of strategies: [Double], mixing: Double) -> [Double] {
        let share = mixing / Double(inPlay.count)
        return (0..<nodeCount).flatMap { node in
            inPlay.map { Libm.log((1 - mixing) * strategies[node * responseCount + $0] + share) }
        }
    }

    /// The chain rule: ∂/∂z_{n,a} = π(a|n) (g_{n,a} − Σ_b π(b|n) g_{n,b}), negated for a minimiser.
    func negatedGradient(
        strategies: [Double], gradient: [Double], into result: inout MutableSpan<Double>
    ) {
        for node in 0..<nodeCount {
            let row = node * responseCount
            var mean = 0.0
            for response in inPlay { mean += strategies[row + response] * gradient[row + response] }
            for (index, response) in inPlay.enumerated() {
                result[node * inPlay.count + index] = -strategies[row + response] * (gradient[row + response] - mean)
            }
        }
    }

    /// Σ_n (max_a g_{n,a} − Σ_a π(a|n) g_{n,a}): how much the objective could rise to first order by changing strategies.
    ///
    /// It is 0 exactly at stationary points of the problem in the strategies themselves. A saturated softmax has a vanishing
    /// gradient in its parameters but not here, so this is the residual that convergence is judged by.
    ///
    /// Source: the Frank–Wolfe gap, Jaggi 2013 (ICML), Eq. 2.
    func stationarityGap(strategies: [Double], gradient: [Double]) -> Double {
        (0..<nodeCount).reduce(0) { sum, node in
            let row = node * responseCount
            var best = -Double.infinity
            var mean = 0.0
            for response in inPlay {
                best = max(best, gradient[row + response])
                mean += strategies[row + response] * gradient[row + response]
            }
            return sum + (best - mean)
        }
    }
}
