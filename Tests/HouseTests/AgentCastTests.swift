import Testing

/// Decision 45: agents say of themselves all that others need, so nobody asks which kind one is.
@Suite("Nobody asks an agent for its kind")
struct AgentCastTests {
    private static let kinds = "QuantalResponseUser|ForesightedUser|TabularUser"

    private static func faults(in text: String) throws -> [String] {
        let cast = try Regex("\\b(as\\??|is)\\s+(\(kinds))\\b|\\.(quantalResponse|moveScore)\\b")
        return text.split(separator: "\n").filter { $0.contains(cast) }.map(String.init)
    }

    @Test("No file outside the room of the agents")
    func sources() throws {
        let files = (Repository.sources + Repository.others).filter { !$0.path.hasPrefix("Sources/UserAgents/") }
        #expect(files.count > 100)
        let faults = try files.flatMap { file in
            try Self.faults(in: try Repository.text(file.path)).map { "\(file.path): \($0)" }
        }
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test(
        "Every way of asking is seen",
        arguments: [
            "if let user = agent as? QuantalResponseUser {", "case let user as TabularUser: 1",
            "return agent is ForesightedUser", "guard let user = type.agent.quantalResponse else",
            "x = agent.moveScore",
        ])
    func seen(line: String) throws {
        #expect(try Self.faults(in: "let x = 1\n\(line)\n") == [line])
    }

    @Test("Making an agent is not asking", arguments: ["let user = TabularUser(reactions: r, movement: m)"])
    func making(line: String) throws {
        #expect(try Self.faults(in: line).isEmpty)
    }
}
