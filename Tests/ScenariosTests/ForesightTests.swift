import GameModel
import Scenarios
import Testing
import UserAgents

/// `foresight`: how it is read, what the hash says of it, and how it is set aside.
@Suite struct ForesightTests {
    private static let foresighted = Fixtures.full.replacing("foresight: 0.0", with: "foresight: 0.75")

    private func scenario(_ text: String) throws -> Scenario { try Scenario.parse(text, file: "a.yaml") }

    @Test func isCompiledIntoTheGame() throws {
        let scenario = try scenario(Self.foresighted)
        #expect(scenario.assumption == .foresighted && scenario.foresight.contains(0.75))
        let foresight = try #require(scenario.game.foresight)
        let user = try #require(scenario.foresight.firstIndex(of: 0.75))
        #expect(foresight.weight[user] == 0.75 && foresight.rationality[user] == 1.25)
        #expect(foresight.weight.filter { $0 > 0 }.count == 1)
        let agent = try #require(scenario.definition.users[user].agent as? ForesightedUser)
        #expect(agent.foresight == UserForesight(weight: 0.75, rationality: 1.25))
    }

    @Test func isPartOfTheGameHash() throws {
        let (with, without) = (try scenario(Self.foresighted), try scenario(Fixtures.full))
        #expect(with.gameHash != without.gameHash)
        #expect(without.game.foresight == nil && without.assumption == .myopic)
    }

    @Test func canBeSetAsideUnderTheSameHashes() throws {
        let scenario = try scenario(Self.foresighted)
        let myopic = try scenario.assuming(.myopic)
        #expect(myopic.assumption == .myopic && myopic.game.foresight == nil)
        #expect(myopic.gameHash == scenario.gameHash && myopic.fileHash == scenario.fileHash)
        #expect(myopic.foresight == scenario.foresight)
        // What is left is the game of the same file without foresight, number by number.
        let without = try self.scenario(Fixtures.full)
        #expect(myopic.game.reaction == without.game.reaction && myopic.game.advance == without.game.advance)
        #expect(try scenario.assuming(.foresighted).game === scenario.game)
        #expect(try without.assuming(.myopic).game === without.game)
    }

    @Test func cannotBeAskedForWhereThereIsNone() throws {
        let scenario = try scenario(Fixtures.full)
        let error = #expect(throws: GameError.self) { try scenario.assuming(.foresighted) }
        #expect(error?.description.hasPrefix("users have no foresight in") == true)
    }

    @Test func needsAChoiceThatIsNotRandom() {
        let text = Self.foresighted.replacing("rationality: 1.25", with: "rationality: 0.0")
        let messages = Fixtures.messages(of: text)
        #expect(messages.count == 1)
        #expect(messages.first?.contains("but rationality is 0: who reacts at random weighs nothing") == true)
    }
}
