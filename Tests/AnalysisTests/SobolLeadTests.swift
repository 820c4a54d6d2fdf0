import Analysis
import Foundation
import GameModel
import Testing

@Suite("Shares of a variance, and what to measure first")
struct SobolLeadTests {
    private static func linear(_ slopes: [Double]) -> @Sendable ([Double]) -> [Double] {
        { place in [zip(slopes, place).reduce(0) { $0 + $1.0 * $1.1 }] }
    }

    private static func estimate(
        _ slopes: [Double], points: Int = 16, copies: Int = 4, seed: UInt64
    ) throws -> (SobolIndices, SobolSettings) {
        let settings = SobolSettings(points: points, copies: copies, seed: seed)
        return (try SobolIndices.estimate(dimension: slopes.count, settings: settings, linear(slopes))[0], settings)
    }

    @Test(
        "Values and intervals lie in [0, 1] with few and rough samples, none of them empty or beside its value",
        arguments: 1...40)
    func range(seed: Int) throws {
        // One input that is nearly all, two that are nearly nothing, and steps, whose estimates are the roughest.
        let settings = SobolSettings(points: 8, copies: 2 + seed % 3, seed: UInt64(seed))
        let found = try SobolIndices.estimate(dimension: 3, settings: settings) { x in
            [
                x[0] + 0.01 * x[1] + 1e-6 * x[2], x[0] > 0.9 ? 1 : 0, x[0] * x[1] > 0.8 ? 1 : 0,
                sin(20 * x[0]) * sin(20 * x[1]) * x[2],
            ]
        }
        for indices in found {
            for item in indices.first + indices.total + indices.ownFirst + indices.jointTotal {
                #expect(item.lower >= 0 && item.upper <= 1)
                #expect(item.lower <= item.value && item.value <= item.upper)
            }
        }
        // An interval at an end is not one that was cut there: it still holds what is plausible inside.
        let noise = found[3].first[2]
        #expect(noise.value > 0 || noise.upper > 0)
    }

    @Test("The number that leads by more than the noise is named, by every seed the same", arguments: 1...10)
    func leads(seed: Int) throws {
        let (indices, settings) = try Self.estimate([1, 3, 0.5], points: 128, copies: 8, seed: UInt64(seed))
        let lead = try #require(try indices.lead(among: [0, 1, 2], correlated: [], settings: settings))
        #expect(lead.leader == 1 && lead.isToldApart && lead.pointsNeeded == nil)
        // Who is not in question is not named.
        let other = try #require(try indices.lead(among: [0, 2], correlated: [], settings: settings))
        #expect(other.leader == 0)
    }

    @Test("Numbers that explain nearly the same are not told apart, and how many points would tell them is said")
    func ties() throws {
        var rivals = 0
        for seed in UInt64(1)...10 {
            let (indices, settings) = try Self.estimate([1, 1.002, 0.1], seed: seed)
            let lead = try #require(try indices.lead(among: [0, 1, 2], correlated: [], settings: settings))
            #expect(lead.leader != 2)
            if lead.rivals.contains(1 - lead.leader) {
                rivals += 1
                #expect(!lead.isToldApart && lead.pointsNeeded ?? .max > settings.points)
            }
        }
        #expect(rivals >= 8)
        // The same number twice: no count would tell.
        let settings = SobolSettings(points: 16, copies: 4, seed: 1)
        let same = try SobolIndices.estimate(dimension: 2, settings: settings) { [$0[0] > 2 ? $0[1] : 1, $0[0]] }
        #expect(try same[0].lead(among: [0, 1], correlated: [], settings: settings) == nil)
        #expect(try same[1].lead(among: [1], correlated: [], settings: settings) == nil)
        #expect(try same[1].lead(among: [], correlated: [], settings: settings) == nil)
        #expect(try same[1].lead(among: [0, 1], correlated: [], settings: settings)?.leader == 0)
    }

    @Test("Only numbers of users can be measured")
    func measurable() throws {
        let inputs = BoundaryTests.inputs(seed: 1)
        let paths = Set(inputs.parameters.filter(\.isMeasurable).map(\.path))
        for path in [
            "users.user0.prior", "users.user1.rationality", "users.user0.utility.end1.feature0",
            "users.user0.move.bias", "users.user2.cues.state0.cue0",
        ] {
            #expect(paths.contains(path), "\(path)")
        }
        for path in inputs.parameters.map(\.path)
        where ["discount", "responses.", "objective."].contains(where: path.hasPrefix) {
            #expect(!paths.contains(path), "\(path)")
        }
        #expect(!paths.contains { $0.contains(".payoff.") || $0.contains(".exposure.") })
    }
}
