internal import Documents
internal import GameModel

/// `objective`: what a policy is chosen for. Left out, it is the payoff, against a uniform reference.
struct ObjectiveSection {
    let names: ScenarioNames

    private static let keys = ["maximise", "reference", "kl_weight", "constraints"]
    private static let constraintKeys = ["user", "outcome", "at_most"]

    /// - Parameter horizon: nil where it is wrong itself: nothing is then warned of.
    /// - Returns: the objective, or nil after reporting.
    func read(_ root: Fields, horizon: Int?) -> Objective? {
        let count = names.responses.count
        let uniform = [Double](repeating: 1 / Double(max(count, 1)), count: count)
        guard let section = root["objective"] else { return Objective(goal: .payoff, reference: uniform) }
        guard let body = section.mapping(of: Self.keys.quotedList) else { return nil }
        body.rejectUnknown(except: Self.keys)
        let goal = body["maximise"].map { self.goal($0) } ?? .payoff
        let reference =
            body["reference"].map { ReferenceSection(names: names, horizon: horizon).read($0) } ?? Reference(uniform)
        let klWeight = body["kl_weight"].map { $0.nonNegativeAmount() } ?? 0
        let constraints = body["constraints"].map { self.constraints($0) } ?? []
        guard let goal, let reference, let klWeight, let constraints else { return nil }
        return Objective(goal: goal, reference: reference, klWeight: klWeight, constraints: constraints)
    }

    private func goal(_ reader: NodeReader) -> Objective.Goal? {
        reader.choice(of: Objective.Goal.allCases.map(\.rawValue)).flatMap(Objective.Goal.init(rawValue:))
    }

    private func constraints(_ reader: NodeReader) -> [OutcomeConstraint]? {
        guard let entries = reader.list(of: "constraints") else { return nil }
        let constraints = entries.map { entry -> OutcomeConstraint? in
            guard let fields = entry.mapping(of: Self.constraintKeys.quotedList) else { return nil }
            fields.rejectUnknown(except: Self.constraintKeys)
            let user = fields.required("user").flatMap { names.users.resolve(value: $0) }
            let outcome = fields.required("outcome").flatMap { names.outcomes.resolve(value: $0) }
            let atMost = fields.required("at_most")?.probability()
            guard let user, let outcome, let atMost else { return nil }
            return OutcomeConstraint(user: user, outcome: outcome, atMost: atMost)
        }
        let read = constraints.compactMap(\.self)
        return read.count == entries.count ? read : nil
    }
}
