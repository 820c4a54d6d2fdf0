internal import Nacre

/// One number of the scenario, swept.
func sweep() throws {
    // docs: sweep
    let scenario = try Scenario(file: "scenarios/starter.yaml")
    for share in stride(from: 0.05, through: 0.45, by: 0.1) {
        let changed = try scenario.setting("users.thief.prior", to: share)
        let solution = try changed.solve(.gradient(starts: 4))
        let refusing = try changed.evaluate(changed.policy("always:refuse"))
        print(share, solution.value, solution.evaluation.safe, refusing.value)
    }
    // docs: end
}
