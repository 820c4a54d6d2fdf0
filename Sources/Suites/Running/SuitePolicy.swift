/// One policy of a run: what tables call it, and how it is made.
package struct SuitePolicy: Sendable {
    package let label: String
    package let recipe: PolicyRecipe
    /// As it was written.
    package let text: String

    /// A policy of the suite by its name, `LABEL=RECIPE`, or a recipe.
    package init(_ argument: String, suite: ScenarioSuite) throws(SuiteError) {
        if let known = suite.policies.first(where: { $0.name == argument }) {
            (label, text) = (known.name, known.recipe)
        } else {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let isLabelled = parts.count == 2 && !parts[0].contains { ":,/".contains($0) }
            (label, text) = isLabelled ? (parts[0], parts[1]) : (argument, argument)
        }
        recipe = try PolicyRecipe(text)
    }

    package init(label: String, recipe: PolicyRecipe, text: String) {
        self.label = label
        self.recipe = recipe
        self.text = text
    }

    /// The suite's own policies, or those that were named.
    ///
    /// - Throws: `SuiteError` if there is none, or two have one label.
    package static func list(_ arguments: [String], suite: ScenarioSuite) throws -> [SuitePolicy] {
        let policies =
            arguments.isEmpty
            ? try suite.policies.map { try SuitePolicy($0.name, suite: suite) }
            : try arguments.map { try SuitePolicy($0, suite: suite) }
        guard !policies.isEmpty else {
            throw SuiteError("\(suite.file) names no policies; name one with --policy")
        }
        for (index, policy) in policies.enumerated()
        where policies[..<index].contains(where: { $0.label == policy.label }) {
            throw SuiteError("policy \(policy.label) is named twice; give one of them another label, LABEL=RECIPE")
        }
        return policies
    }
}
