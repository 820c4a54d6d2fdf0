public import GameModel
internal import NumericalMethods

/// How well a hidden model predicts conversations that it was not fitted to, turn by turn.
public struct HiddenHeldOut: Sendable {
    /// One loss per transition with a reaction, in their order.
    public let loss: HeldOut
    /// Folds whose fit had not converged when it was stopped.
    public let unfinished: Int
}

extension HiddenModel {
    /// −log P(reaction | the turns before), nats, one per transition; 0 where no reaction was observed.
    ///
    /// The type of the user counts as unknown also where it was observed, as it is in play.
    ///
    /// - Complexity: O(transitions · types · states).
    public func losses(_ parameters: HiddenParameters) -> [Double] {
        let tables = HiddenTables(self, parameters)
        var scratch = ForwardBackward(model: self)
        var result = [Double](repeating: 0, count: transitionCount)
        var logs = [Double](repeating: 0, count: typeCount)
        for conversation in 0..<conversationCount {
            let range = start[conversation]..<start[conversation + 1]
            scratch.passForward(conversation, self, tables, known: -1, logs: &logs)
            var shares = parameters.prior
            for (step, index) in range.enumerated() {
                var total = 0.0
                for type in shares.indices where shares[type] > 0 {
                    shares[type] *= scratch.scale(type: type, step: step, of: range.count)
                    total += shares[type]
                }
                if observationWeights[index] > 0 { result[index] = -Libm.log(total) }
                for type in shares.indices { shares[type] = total > 0 ? shares[type] / total : 0 }
            }
        }
        return result
    }

    /// The same model with the conversations that are not kept left out.
    func restricted(to keep: (Int) -> Bool) -> HiddenModel {
        var part = self
        for conversation in part.weight.indices where !keep(cluster[conversation]) { part.weight[conversation] = 0 }
        return part
    }

    /// k-fold cross-validation by conversation; every fold begins from the same starts as a fit to all.
    ///
    /// - Throws: ``CalibrationError`` naming the fold if one leads nowhere, or if the control asks to stop.
    /// - Complexity: k fits.
    public func crossValidated(
        _ folds: Folds, _ settings: HiddenFitSettings, anchor: Int? = nil, threads: Int = 1,
        control: RunControl = RunControl()
    ) throws(CalibrationError) -> HiddenHeldOut {
        let inner = settings.onOneThread
        let fits = control.map(count: folds.count, threads: threads, phase: "folds") { fold in
            Result { () throws(CalibrationError) in
                try restricted { folds.fold[$0] != fold }.climbs(inner, anchor: anchor).best
            }
        }
        guard fits.count == folds.count else { throw .stopped("the folds") }
        var (losses, unfinished) = ([[Double]](), 0)
        for (fold, fit) in fits.enumerated() {
            switch fit {
            case .success(let climb):
                losses.append(self.losses(climb.parameters))
                if !climb.isConverged { unfinished += 1 }
            case .failure(let error):
                throw CalibrationError("fold \(fold + 1) of \(folds.count): \(error.place)", error.problem)
            }
        }
        let conversations = transitionConversations
        let clusters = conversations.map { cluster[$0] }
        let observed = clusters.indices.filter { observationWeights[$0] > 0 }
        let own = observed.map { losses[folds.fold[clusters[$0]]][$0] }
        return HiddenHeldOut(
            loss: HeldOut(
                losses: own, weights: observed.map { observationWeights[$0] }, clusters: observed.map { clusters[$0] },
                clusterCount: clusterCount),
            unfinished: unfinished)
    }

    /// Fits to `samples` draws of conversations, each begun at the fit to all, so that types and states keep their names.
    ///
    /// Samples that do not converge, are separated, or leave a share at 0 are failures.
    ///
    /// - Parameter control: asked to stop between samples: the bootstrap is then of those done.
    /// - Throws: what is wrong with pieces of the work, if it comes in pieces.
    /// - Complexity: `samples` fits.
    public func bootstrapped(
        samples: Int, seed: UInt64, from fit: HiddenFit, threads: Int = 1, control: RunControl = RunControl()
    ) throws -> Bootstrap {
        let free = FreeShares(fit.parameters)
        // Conversations are drawn, whole, also where they were cut into chains.
        var places: [Int: Int] = [:]
        let group = cluster.map { name in
            let place = places[name] ?? places.count
            places[name] = place
            return place
        }
        let count = places.count
        let used = Set(weight.indices.filter { weight[$0] > 0 }.map { group[$0] }).sorted()
        let inner = fit.settings.onOneThread
        let results = try control.mapUnits(
            of: Bootstrap.unit, count: samples, threads: threads, shown: "bootstrap", endsPart: false
        ) { sample -> [Double]? in
            let multiplicity = Bootstrap.multiplicity(of: used, count: count, sample: sample, seed: seed)
            var drawn = self
            for conversation in drawn.weight.indices {
                drawn.weight[conversation] *= multiplicity[group[conversation]]
            }
            guard let climb = try? drawn.climb(from: fit.parameters, inner), climb.isConverged,
                drawn.separation(climb.parameters, inner) == nil
            else { return nil }
            let estimates = drawn.estimates(climb.parameters, free)
            return estimates.allSatisfy(\.isFinite) ? estimates : nil
        }
        let estimates = results.compactMap(\.self)
        return Bootstrap(estimates: estimates, failures: results.count - estimates.count, seed: seed)
    }
}
