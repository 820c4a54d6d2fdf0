internal import NumericalMethods

extension HiddenModel {
    func finished(_ climb: Climb, _ settings: HiddenFitSettings, _ reached: [Double]) throws(CalibrationError)
        -> HiddenFit
    {
        let parameters = climb.parameters
        let free = FreeShares(parameters)
        var problems: [String] = []
        for (type, share) in parameters.prior.enumerated() where share <= 1e-8 {
            problems.append("no conversation is of type \(design.types[type]): its share is 0")
        }
        for (type, row) in parameters.initial.enumerated() {
            for (state, share) in row.enumerated() where share <= 1e-8 {
                problems.append("no conversation of type \(design.types[type]) begins in \(design.states[state])")
            }
        }
        let matrix = information(parameters, settings, free)
        let covariance = (try? CholeskyFactor(matrix, order: names(free).count))?.inverse
        if covariance == nil { problems += flat(matrix, names(free)) }
        for (index, name) in names(free).enumerated() {
            let isShare = index < names(free).count - parameters.reactions.count - parameters.moves.count
            if isShare, let variance = covariance.map({ $0[index * names(free).count + index] }), variance > 25 {
                problems.append("\(name): the share is so small that its log-odds have no useful error")
            }
        }
        let clustered = covariance.map { Sandwich.covariance(bread: $0, scores: clusterScores(parameters, free)) }
        let map = map(free)
        let labels =
            misreading.isEmpty ? nil : covariance.map { labelCovariance($0, parameters, settings, free) }
        func widened(_ matrix: [Double]?) -> [Double]? {
            guard let labels else { return matrix }
            return matrix.map { zip($0, labels).map { $0 + $1 } }
        }
        return HiddenFit(
            settings: settings, parameters: parameters, logLikelihood: climb.trace.last ?? -.infinity,
            iterations: climb.trace.count, isConverged: climb.isConverged, trace: climb.trace, reached: reached,
            names: names(free), estimates: estimates(parameters, free),
            covariance: widened(covariance).map { map.raw(covariance: $0) },
            clusterCovariance: widened(clustered).map { map.raw(covariance: $0) },
            labelCovariance: labels.map { map.raw(covariance: $0) },
            observations: zip(observationWeights, transitionConversations).reduce(0) { sum, pair in
                weight[pair.1] > 0 ? sum + pair.0 : sum
            }, conversations: Set(weight.indices.filter { weight[$0] > 0 }.map { cluster[$0] }).count,
            problems: problems,
            scaled: widened(covariance).map { ScaledCovariance(matrix: $0, map: map) })
    }

    /// The observed information (with the prior) in coordinates of one scale, by central differences of the exact score.
    private func information(
        _ parameters: HiddenParameters, _ settings: HiddenFitSettings, _ free: FreeShares
    ) -> [Double] {
        let (names, map) = (names(free), map(free))
        let order = names.count
        let shares = order - parameters.reactions.count - parameters.moves.count
        let prior = map.quadratic(
            names.indices.map { $0 >= shares && !isFree(names[$0]) ? settings.precision : 0 })
        var matrix = [Double](repeating: 0, count: order * order)
        for column in 0..<order {
            var step = [Double](repeating: 0, count: order)
            step[column] = 1e-4
            let above = moved(parameters, by: map.raw(step), free)
            step[column] = -1e-4
            let below = moved(parameters, by: map.raw(step), free)
            let high = score(above, free, threads: settings.threads)
            let low = score(below, free, threads: settings.threads)
            for row in 0..<order { matrix[row * order + column] = (low[row] - high[row]) / 2e-4 }
        }
        for index in matrix.indices { matrix[index] += prior[index] }
        for row in 0..<order {
            for column in 0..<row {
                let mean = (matrix[row * order + column] + matrix[column * order + row]) / 2
                matrix[row * order + column] = mean
                matrix[column * order + row] = mean
            }
        }
        return matrix
    }

    /// What the uncertainty of the confusion matrices adds to the covariance: B (Σ_ij g_ij g_ijᵀ / (n_i C_ij)) B, with B the inverse
    /// information and g_ij the derivative of the score by a tilt of row i towards j.
    ///
    /// A row is a share of n_i texts that are others than those of the fit, so that var(Σ_j f_j C_ij) = Σ_j (∂f/∂η_j)² / (n_i C_ij) in
    /// the tilts η. A matrix without counts adds nothing; neither does a cell that is 0.
    ///
    /// Source: Murphy & Topel 1985, J. Business & Economic Statistics 3 (doi:10.1080/07350015.1985.10509471), equation 15, without
    /// the covariance of the two steps, which are of different texts.
    private func labelCovariance(
        _ bread: [Double], _ parameters: HiddenParameters, _ settings: HiddenFitSettings, _ free: FreeShares
    ) -> [Double] {
        let order = names(free).count
        let shares = misreading.matrices.map { $0?.shares ?? [] }
        var scores: [[Double]] = []
        for (kind, matrix) in misreading.matrices.enumerated() {
            guard let matrix, let texts = matrix.texts else { continue }
            for row in matrix.names.indices {
                for column in matrix.names.indices
                where matrix.shares[row][column] > 0 && matrix.shares[row][column] < 1 {
                    func tilted(_ step: Double) -> [Double] {
                        var tilted = shares
                        tilted[kind] = matrix.tilted(row: row, column: column, by: step)
                        return score(parameters, free, threads: settings.threads, weights: ReadingWeights(tilted))
                    }
                    let (high, low) = (tilted(Self.step), tilted(-Self.step))
                    let scale = 1 / (2 * Self.step * (texts[row] * matrix.shares[row][column]).squareRoot())
                    scores.append(zip(high, low).map { ($0 - $1) * scale })
                }
            }
        }
        guard !scores.isEmpty else { return [Double](repeating: 0, count: order * order) }
        return Sandwich.product(bread: bread, scores: scores)
    }

    /// The step of central differences, on the logit scale: the error of the difference, of the order of its square, is then about that of
    /// rounding.
    private static let step = 1e-4

    /// Names what a singular information is flat in.
    private func flat(_ matrix: [Double], _ names: [String]) -> [String] {
        guard let system = try? SymmetricEigensystem(matrix, order: names.count), let vector = system.vectors.first
        else { return ["the information has no inverse, so there are no standard errors"] }
        let involved = names.indices.filter { abs(vector[$0]) > 0.1 }.map { names[$0] }
        return ["\(involved.joined(separator: ", ")): the likelihood is flat there, so there are no standard errors"]
    }
}
