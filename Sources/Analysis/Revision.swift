/// One change of a draft on its way to its targets.
public struct RevisionStep: Sendable, Equatable {
    /// Index of the feature that was changed; nil for the draft as it was.
    public let feature: Int?
    /// [K] the features after the change.
    public let features: [Double]
    /// Σ_θ b(θ) S_θ, in [−1, 1].
    public let satisfaction: Double
    /// P(ω unsafe | b, f).
    public let risk: Double
}

/// A draft revised one feature at a time.
public struct Revision: Sendable, Equatable {
    /// Why the revision ended.
    public enum Status: String, Sendable, Equatable {
        /// Both targets are met.
        case met
        /// No change of a single feature brings the targets nearer.
        case stuck
        /// The steps ran out.
        case stepLimit = "step_limit"
    }

    public let status: Status
    /// The draft as it was, and then after each change.
    public let steps: [RevisionStep]
}

extension PearlSearch {
    /// Changes a response at most one feature at a time, in the direction of its slope, until satisfaction and safety targets are
    /// both met: the numeric counterpart of revising a chain of reasoning node by node.
    ///
    /// What is missing is max(0, S* − S) + max(0, R − R*). Each step changes the feature along which that falls fastest, by as much
    /// as the slope says is needed but at most `largest`, halved until it does fall.
    ///
    /// - Parameters:
    ///   - start: [K] the features to begin with.
    ///   - satisfactionTarget: S*, in [−1, 1].
    ///   - riskTarget: R*, a probability.
    ///   - largest: the largest change of a feature in one step.
    /// - Throws: ``AnalysisError`` if the scenario says nothing of satisfaction, or a user's reactions are not known.
    ///
    /// Source: linguistic backpropagation, Oyster-I (arXiv:2509.01909, §4), with slopes in place of a critic's words.
    public func revise(
        _ start: [Double], after history: History, satisfactionTarget: Double, riskTarget: Double,
        largest: Double = 0.25, maximumSteps: Int = 100
    ) throws -> Revision {
        let judge = try decision(after: history)
        func missing(_ at: Judged) -> Double {
            max(0, satisfactionTarget - at.satisfaction) + max(0, at.risk - riskTarget)
        }
        var features = start
        var at = try judge(features)
        var steps = [RevisionStep(feature: nil, features: features, satisfaction: at.satisfaction, risk: at.risk)]
        while missing(at) > 0 {
            guard steps.count <= maximumSteps else { return Revision(status: .stepLimit, steps: steps) }
            let slope = features.indices.map { k in
                (at.satisfaction < satisfactionTarget ? at.satisfactionSlope[k] : 0)
                    - (at.risk > riskTarget ? at.riskSlope[k] : 0)
            }
            let order = features.indices.sorted { (-abs(slope[$0]), $0) < (-abs(slope[$1]), $1) }
            var changed: (feature: Int, features: [Double], at: Judged)?
            for k in order where slope[k] != 0 && changed == nil {
                var length = min(largest, missing(at) / abs(slope[k]))
                for _ in 0..<20 {
                    var trial = features
                    trial[k] = min(1, max(0, features[k] + (slope[k] > 0 ? length : -length)))
                    let there = try judge(trial)
                    if missing(there) < missing(at) - 1e-12 {
                        changed = (k, trial, there)
                        break
                    }
                    length /= 2
                }
            }
            guard let changed else { return Revision(status: .stuck, steps: steps) }
            (features, at) = (changed.features, changed.at)
            steps.append(
                RevisionStep(
                    feature: changed.feature, features: features, satisfaction: at.satisfaction, risk: at.risk))
        }
        return Revision(status: .met, steps: steps)
    }

    /// Satisfaction and risk of a draft, with their slopes.
    struct Judged {
        let satisfaction: Double
        let satisfactionSlope: [Double]
        let risk: Double
        let riskSlope: [Double]
    }
}
