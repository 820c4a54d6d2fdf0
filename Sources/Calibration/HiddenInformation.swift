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
        return HiddenFit(
            settings: settings, parameters: parameters, logLikelihood: climb.trace.last ?? -.infinity,
            iterations: climb.trace.count, isConverged: climb.isConverged, trace: climb.trace, reached: reached,
            names: names(free), estimates: estimates(parameters, free),
            covariance: covariance.map { map.raw(covariance: $0) },
            clusterCovariance: clustered.map { map.raw(covariance: $0) },
            observations: zip(observationWeights, transitionConversations).reduce(0) { sum, pair in
                weight[pair.1] > 0 ? sum + pair.0 : sum
            }, conversations: weight.count { $0 > 0 }, problems: problems,
            scaled: covariance.map { ScaledCovariance(matrix: $0, map: map) })
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
            let high = score(expectation(above, threads: settings.threads), above, free)
            let low = score(expectation(below, threads: settings.threads), below, free)
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

    /// Names what a singular information is flat in.
    private func flat(_ matrix: [Double], _ names: [String]) -> [String] {
        guard let system = try? SymmetricEigensystem(matrix, order: names.count), let vector = system.vectors.first
        else { return ["the information has no inverse, so there are no standard errors"] }
        let involved = names.indices.filter { abs(vector[$0]) > 0.1 }.map { names[$0] }
        return ["\(involved.joined(separator: ", ")): the likelihood is flat there, so there are no standard errors"]
    }
}
