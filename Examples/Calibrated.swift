internal import Nacre

/// Users fitted to conversations, and a policy for them.
func calibrated() throws {
    // docs: calibrate
    let assumed = try Scenario(file: "scenarios/starter.yaml")
    let fitted = try assumed.calibrated(from: "observed.csv", mapping: "map.yaml")
    for scenario in [assumed, fitted] {
        let solution = try scenario.solve(.gradient())
        print(scenario.gameHash.prefix(8), solution.status, solution.value)
    }
    // docs: end
}
