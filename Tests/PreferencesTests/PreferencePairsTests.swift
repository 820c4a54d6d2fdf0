import Foundation
import GameFixtures
import GameModel
import Preferences
import Testing

@Suite("Pairs and labels")
struct PreferencePairsTests {
    private let temperature = 0.5

    @Test("Soft labels are σ((β/τ)ΔQ), one row a pair, the better response chosen")
    func soft() throws {
        let table = try Fixture.table(Fixture.wide(), NodeSelection(count: 40))
        let pairs = try PreferencePairs(table, settings: LabelSettings(mode: .soft), temperature: temperature)
        let rows = try Fixture.rows(table, LabelSettings(mode: .soft))
        #expect(rows.count == 40 * 6)
        #expect(pairs.leftOut == 0)
        for row in rows {
            #expect(Fixture.difference(row) >= 0)
            #expect(abs(row.probability - sigmoid(pairs.beta / temperature * Fixture.difference(row))) < 1e-14)
        }
        #expect(Set(rows.map(\.rowID)).count == rows.count)
        #expect(Set(rows.map(\.pairID)).count == rows.count)
        for (prompt, rows) in Dictionary(grouping: rows, by: \.prompt.id) {
            #expect(Set(rows.map { Set([$0.chosen, $0.rejected]) }).count == 6, "\(prompt)")
        }
    }

    @Test("Quotas differ from n·p by less than a row, are unbiased, and stand against p only where that is half a row")
    func quota() throws {
        let table = try Fixture.table(Fixture.wide(), NodeSelection(count: 40))
        var (errors, count) = (0.0, 0)
        for seed in 1...60 as ClosedRange<UInt64> {
            let rows = try Fixture.rows(table, LabelSettings(mode: .quota, rowsPerPair: 10, beta: 0.2, seed: seed))
            #expect(rows.count == 40 * 6 * 10)
            #expect(Set(rows.map(\.rowID)).count == rows.count)
            #expect(Set(rows.map(\.pairID)).count == 240)
            let groups = Dictionary(grouping: rows) { "\($0.prompt.id) \(Set([$0.chosen, $0.rejected]).sorted())" }
            #expect(groups.count == 240)
            for group in groups.values {
                #expect(group.count == 10)
                let better = group.filter { Fixture.difference($0) > 0 }
                let p = sigmoid(0.2 / temperature * abs(Fixture.difference(group[0])))
                #expect(better.count >= 1 && (better.count <= 9) == (10 * (1 - p) >= 0.5))
                #expect(Set(group.map(\.pairID)).count == 1)
                #expect(better.allSatisfy { abs($0.probability - p) < 1e-14 })
                let error = Double(better.count) - 10 * p
                if 10 * p < 9 {
                    #expect(abs(error) < 1)
                    errors += error
                    count += 1
                }
            }
        }
        // A rounding error is at most 1/2 in standard deviation.
        #expect(count > 1000)
        #expect(abs(errors / Double(count)) < 5 * 0.5 / Double(count).squareRoot())
    }

    @Test("Sampled orientations come with their probability")
    func sampled() throws {
        let table = try Fixture.table(Fixture.wide(), NodeSelection(count: 40))
        let rows = try Fixture.rows(table, LabelSettings(mode: .sampled, rowsPerPair: 50, beta: 0.2))
        #expect(rows.count == 40 * 6 * 50)
        var (deviation, variance) = (0.0, 0.0)
        for row in rows {
            let p = sigmoid(0.2 / temperature * abs(Fixture.difference(row)))
            deviation += (Fixture.difference(row) > 0 ? 1 : 0) - p
            variance += p * (1 - p)
        }
        #expect(abs(deviation) < 5 * variance.squareRoot())
        #expect(try Fixture.rows(table, LabelSettings(mode: .sampled, rowsPerPair: 50, beta: 0.2)) == rows)
        let other = try Fixture.rows(table, LabelSettings(mode: .sampled, rowsPerPair: 50, beta: 0.2, seed: 2))
        #expect(other != rows)
    }

    @Test("Hard labels choose the better response, and leave out what is within the margin")
    func hard() throws {
        let table = try Fixture.table(Fixture.wide(), NodeSelection(count: 40))
        let differences = try Fixture.rows(table, LabelSettings(mode: .soft)).map(Fixture.difference).sorted()
        for margin in [0, differences[30], differences[120]] {
            let settings = LabelSettings(mode: .hard, margin: margin)
            let rows = try Fixture.rows(table, settings)
            #expect(rows.map(Fixture.difference).sorted() == differences.filter { $0 >= margin && $0 > 0 })
            let pairs = try PreferencePairs(table, settings: settings, temperature: 0)
            #expect(pairs.leftOut == differences.count - rows.count)
        }
        for row in try Fixture.rows(table, LabelSettings(mode: .hard), temperature: 0) { #expect(row.probability == 1) }
    }

    @Test("Ties and near ties are counted; a tie is no hard preference and an even soft one")
    func ties() throws {
        // Everybody leaves at once, whatever is said: only the costs of the two responses differ, here not at all.
        var definition = SampleGame.definition(agent: ScriptedUser(reactions: { _, _, _ in [0, 0, 0, 1, 0] }))
        for index in definition.responses.indices {
            definition.responses[index].cost = 0.5
            definition.responses[index].features = [0, 0]
        }
        let table = try Fixture.table(Fixture.source(definition))
        #expect(table.prompts.count == 2)
        #expect(try PreferencePairs(table, settings: LabelSettings(mode: .hard), temperature: 0.5).ties == 2)
        #expect(try PreferencePairs(table, settings: LabelSettings(mode: .hard), temperature: 0.5).leftOut == 2)
        #expect(try Fixture.rows(table, LabelSettings(mode: .hard)).isEmpty)
        #expect(try Fixture.rows(table, LabelSettings(mode: .soft)).map(\.probability) == [0.5, 0.5])
    }

    @Test("A response that the reference never gives is in no pair")
    func impossibleResponses() throws {
        let table = try Fixture.table(
            Fixture.wide(reference: [0.5, 0, 0.3, 0.2]), NodeSelection(count: 10))
        for mode in LabelMode.allCases {
            let rows = try Fixture.rows(table, LabelSettings(mode: mode))
            #expect(rows.allSatisfy { $0.prompt.completions[$0.chosen].reference > 0 })
            #expect(rows.allSatisfy { $0.prompt.completions[$0.rejected].reference > 0 })
        }
        let pairs = try PreferencePairs(table, settings: LabelSettings(mode: .soft), temperature: temperature)
        #expect(pairs.leftOut == 10 * 3)
    }

    @Test("Splits are by prompt, in about the share asked for, and the same in every mode", arguments: [0, 0.3, 0.9])
    func splits(share: Double) throws {
        let source = try Fixture.source()
        let table = try Fixture.table(source, NodeSelection(count: .max))
        var splits: [Set<String>] = []
        for mode in LabelMode.allCases {
            let rows = try Fixture.rows(table, LabelSettings(mode: mode, rowsPerPair: 4, testShare: share))
            let test = Set(rows.filter(\.isTest).map(\.prompt.id))
            #expect(test.isDisjoint(with: rows.filter { !$0.isTest }.map(\.prompt.id)))
            splits.append(test)
        }
        #expect(Set(splits).count == 1)
        let (n, found) = (Double(table.prompts.count), Double(splits[0].count))
        #expect(abs(found - n * share) <= 5 * (n * share * (1 - share)).squareRoot())
    }

    @Test("By the median rule β is clamp(2.4·τ / median|ΔQ|, 0.1, 2), unless it is given")
    func beta() throws {
        let table = try Fixture.table(Fixture.wide(), NodeSelection(count: 41))
        let differences = try Fixture.rows(table, LabelSettings(mode: .soft)).map(Fixture.difference).sorted()
        let median = differences[differences.count / 2]
        func beta(_ temperature: Double, given: Double? = nil) throws -> Double {
            try PreferencePairs(
                table, settings: LabelSettings(mode: .quota, beta: given, betaRule: .median), temperature: temperature
            )
            .beta
        }
        #expect(try beta(median / 2.4) == 2.4 * (median / 2.4) / median)
        #expect(try beta(median / 1e3) == 0.1)
        #expect(try beta(median * 1e3) == 2)
        #expect(try beta(median, given: 7.5) == 7.5)
    }

    @Test("Settings that contradict each other are errors that say what to do")
    func errors() throws {
        let table = try Fixture.table(Fixture.source(), NodeSelection(count: 3))
        func reason(_ settings: LabelSettings, temperature: Double = 0.5) -> String {
            #expect(throws: PreferenceError.self) {
                try PreferencePairs(table, settings: settings, temperature: temperature)
            }?.description ?? ""
        }
        for mode in LabelMode.allCases where mode != .hard {
            #expect(reason(LabelSettings(mode: mode), temperature: 0).contains("--tau"))
        }
        for mode in [LabelMode.quota, .sampled] {
            #expect(reason(LabelSettings(mode: mode, rowsPerPair: 1)).contains("at least 2"))
        }
        for margin in [-1, .nan, .infinity] {
            #expect(reason(LabelSettings(mode: .hard, margin: margin)).contains("margin"))
        }
        for beta in [0, -1, .nan, .infinity] { #expect(reason(LabelSettings(beta: beta)).contains("beta")) }
        for share in [-0.1, 1, .nan] { #expect(reason(LabelSettings(testShare: share)).contains("test share")) }
    }
}
