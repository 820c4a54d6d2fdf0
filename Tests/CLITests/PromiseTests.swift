import Output
import Testing

/// What the project promises of every scenario that it ships.
@Suite("Solving the shipped scenarios")
struct PromiseTests {
    /// A scenario, its flat refusal and the response that gives in.
    struct Shipped: CustomTestStringConvertible, Sendable {
        let name: String
        let refusal: String
        let compliance: String

        var testDescription: String { name }
    }

    static let shipped = [
        Shipped(name: "starter", refusal: "refuse", compliance: "bypass"),
        Shipped(name: "general-assistant", refusal: "refuse", compliance: "comply"),
        Shipped(name: "self-harm-question", refusal: "refuse", compliance: "comply"),
        Shipped(name: "dual-use-technical", refusal: "refuse", compliance: "comply"),
        Shipped(name: "health-misinformation", refusal: "refuse", compliance: "agree"),
        Shipped(name: "benign-but-scary", refusal: "refuse", compliance: "comply"),
        Shipped(name: "keeps-asking", refusal: "refuse", compliance: "give_in"),
    ]

    @Test(
        "The solved policy is better than refusing, than giving in and than today's, within the constraints",
        arguments: shipped)
    func solvedIsBetter(_ item: Shipped) throws {
        let folder = try TemporaryFolder()
        let solved = try CLI.start(
            [
                "solve", CLI.scenario(item.name), "--starts", "3", "--perturbations", "2", "--out", "policy.json",
                "--json",
                "--quiet",
            ], in: folder
        ).ended(within: 120)
        #expect(solved.status == 0, "\(solved.messages)")
        let solution = try Shape.canonical(solved.output)
        let policies = [
            "policy.json", "always:\(item.refusal)", "always:\(item.compliance)", "reference",
        ]
        let json = try JSONValue(
            parsing: CLI.start(
                ["evaluate", CLI.scenario(item.name), "--json"] + policies.flatMap { ["--policy", $0] }, in: folder
            ).ended().output)
        let rows = try #require(json["policies"]?.arrayValue)
        let payoffs = rows.compactMap { $0["payoff"]?.doubleValue }
        try #require(payoffs.count == policies.count)
        for (policy, payoff) in zip(policies, payoffs).dropFirst() { #expect(payoffs[0] > payoff, "\(policy)") }
        #expect(rows[0]["satisfies_constraints"] == .bool(true))
        #expect(solution["status"] == .string("converged"))
        #expect(solution["payoff"]?.doubleValue == payoffs[0])
        #expect(try #require(solution["upper"]?.doubleValue) >= payoffs[0])
    }
}
