import ExactEvaluation
import GameFixtures
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// Which pairs have rows, which answers are chosen, and what is counted.
@Suite struct RowRulesTests {
    @Test(arguments: LabelMode.allCases) func whatIsNeverToBeChosenIsNot(mode: LabelMode) throws {
        let answers = try PricedAnswers([0, 0.05, 0.1, 0.3])
        let pairs = try answers.pairs(LabelSettings(mode: mode, rowsPerPair: 12, beta: 1, neverChosen: [1]))
        let rows = try pairs.rows()
        #expect(rows.allSatisfy { $0[0] != 1 } && rows.contains { $0 == [0, 1] })
        // The answer is better than two others: those pairs have no row.
        #expect(pairs.omissions[.neverChosen] == 2 && pairs.leftOut == 2)
        #expect(!rows.contains { $0.contains(1) && $0.contains(2) })
        let isRepeated = mode == .quota || mode == .sampled
        let all = try answers.pairs(LabelSettings(mode: mode, rowsPerPair: 12, beta: 1)).rows()
        #expect((pairs.rowsLeftOut > 0) == isRepeated)
        #expect(pairs.rowsLeftOut == all.count { $0 == [1, 0] })
    }

    @Test(arguments: LabelMode.allCases) func answersOverALimitAreNotChosenOverOthers(mode: LabelMode) throws {
        let answers = try PricedAnswers([0, 0.05, 0.1, 0.3])
        func pairs(keeps: Bool) throws -> PreferencePairs {
            try answers.pairs(LabelSettings(mode: mode, rowsPerPair: 12, beta: 1, keepsOverLimit: keeps)) { prompt in
                for (index, exceeds) in [false, true, false, true].enumerated() {
                    prompt.completions[index].exceedsLimit = exceeds
                }
            }
        }
        let rows = try pairs(keeps: false).rows()
        #expect(Set(rows).isSubset(of: [[0, 1], [0, 2], [2, 0], [0, 3], [2, 3]]))
        #expect(Set(rows).isSuperset(of: [[0, 1], [0, 2], [0, 3], [2, 3]]))
        let omissions = try pairs(keeps: false).omissions
        #expect(omissions[.bothExceedLimit] == 1 && omissions[.exceedsLimit] == 1 && omissions.total == 2)
        #expect(omissions.occurring.map(\.count) == [1, 1])
        #expect(try pairs(keeps: true).leftOut == 0)
        let all = try answers.pairs(LabelSettings(mode: mode, rowsPerPair: 12, beta: 1))
        #expect(try pairs(keeps: true).rows() == all.rows())
    }

    /// The band is about the odds that the target gives, whatever β is.
    @Test(arguments: [0.1, 1, 2]) func nearTiesAreLeftOutOfSoftLabels(beta: Double) throws {
        let tau = 0.2
        // σ(0.19) − ½ < 0.05 < σ(0.21) − ½.
        let answers = try PricedAnswers([0, 0.19 * tau, 0.40 * tau], temperature: tau)
        let pairs = try answers.pairs(LabelSettings(mode: .soft, beta: beta, tieBand: 0.05))
        #expect(try pairs.rows() == [[0, 2], [1, 2]])
        #expect(pairs.omissions[.nearTie] == 1)
        #expect(try answers.pairs(LabelSettings(mode: .soft, beta: beta)).rows().count == 3)
        #expect(try answers.pairs(LabelSettings(mode: .quota, beta: beta, tieBand: 0.05)).leftOut == 0)
    }

    @Test func fewPairsConnectAllAnswersAndTheBestComesFirst() throws {
        let answers = try PricedAnswers([0.3, 0.1, 0, 0.2, 0.5, 0.4])
        for mode in [LabelMode.soft, .hard] {
            let pairs = try answers.pairs(LabelSettings(mode: mode, beta: 1, pairsPerPrompt: 6))
            let rows = try pairs.rows()
            #expect(Set(rows) == [[2, 0], [2, 1], [2, 3], [2, 4], [2, 5], [1, 4]])
            #expect(pairs.omissions[.surplus] == 9)
            #expect(try answers.pairs(LabelSettings(mode: mode, beta: 1, pairsPerPrompt: 1)).rows().count == 5)
        }
        let soft = try answers.pairs(LabelSettings(mode: .soft, beta: 1, pairsPerPrompt: 1))
        #expect(try #require(soft.weighedRecovery).worst < 1e-14)
        #expect(try answers.pairs(LabelSettings(mode: .quota, beta: 1, pairsPerPrompt: 1)).leftOut == 0)
        // Where the best is in no pair with an answer, another one connects it.
        let never = try answers.pairs(LabelSettings(mode: .soft, beta: 1, pairsPerPrompt: 4, neverChosen: [2]))
        #expect(try Set(never.rows()) == [[1, 0], [1, 3], [1, 4], [1, 5]])
    }

    /// One pair has one id, whichever answer is chosen; every row has its own.
    @Test func idsAreOnePerPairAndOnePerRow() throws {
        let fixture = try FormatsFixture()
        for (_, format) in FormatsGoldenTests.formats {
            let files = try FormatsFolder().write(fixture.dataset(format, rowsPerPair: 8), format)
            let rows = try formatRows(
                (files["data/train.jsonl"] ?? files["candidates.jsonl"] ?? "") + (files["data/test.jsonl"] ?? ""))
            #expect(!rows.isEmpty)
            let ids = rows.compactMap { $0["row_id"]?.stringValue }
            #expect(Set(ids).count == ids.count && (ids.isEmpty || ids.count == rows.count), "\(format)")
            let hasIDs = format != .openai && format != .candidates
            #expect(ids.isEmpty == !hasIDs)
            let pairs = Set(rows.compactMap { $0["pair_id"]?.stringValue })
            if format.isPaired, hasIDs { #expect(pairs.count == 3 * 3, "\(format)") }
        }
    }

    // MARK: The starter with its limit

    private func limited(_ format: DatasetFormat, keeps: Bool = false) throws -> (Scenario, Dataset) {
        let scenario = try FormatsFixture().scenario
        let source = try PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording, objective: scenario.objective,
            controller: try Policy.constant([0.8, 0.2, 0], game: scenario.game), multipliers: [0], temperature: 0.2)
        let selection = NodeSelection(count: 60)
        let reach = Evaluation(source.controller, game: source.game).reach
        let table = try LongTable(
            source, nodes: selection.nodes(of: source), selection: selection, variants: 1, turnReach: (reach, reach))
        let settings = LabelSettings(mode: format.requiredLabels ?? .soft, keepsOverLimit: keeps)
        return (
            scenario,
            Dataset(
                source: source, pairs: try PreferencePairs(table, settings: settings, temperature: 0.2),
                selection: selection,
                origin: .init(
                    scenario: scenario.name, title: "", gameHash: "", fileHash: "", policyLabel: "cautious",
                    policyHash: "0123456789abcdef0123", solution: .null, commandLine: "", version: "0"))
        )
    }

    private func rows(_ dataset: Dataset, _ format: DatasetFormat) throws -> [JSONValue] {
        let files = try FormatsFolder().write(dataset, format)
        return try formatRows(
            (files["data/train.jsonl"] ?? files["candidates.jsonl"] ?? "") + (files["data/test.jsonl"] ?? ""))
    }

    @Test func rowsSayWhichAnswersExceedALimit() throws {
        let (_, dataset) = try limited(.dpo, keeps: true)
        let rows = try rows(dataset, .dpo)
        let chosen = rows.filter { $0["chosen_exceeds_limit"] == .bool(true) }
        #expect(chosen.contains { $0["rejected_exceeds_limit"] == .bool(false) }, "the option must matter here")
        let kept = try self.rows(limited(.dpo).1, .dpo)
        #expect(!kept.isEmpty && kept.allSatisfy { $0["chosen_exceeds_limit"] == .bool(false) })
        let candidates = try self.rows(limited(.candidates).1, .candidates)
        #expect(
            candidates.allSatisfy {
                $0["completions"]?.arrayValue?.allSatisfy { $0["exceeds_limit"]?.boolValue != nil } == true
            })
    }

    @Test func formsWithoutPairsCallNothingGoodThatExceeds() throws {
        for (format, good) in [
            (DatasetFormat.kto, { (row: JSONValue) in row["label"] == .bool(true) }),
            (.sft(SampleSettings(rowsPerPrompt: 10)), { _ in true }),
        ] {
            let (scenario, dataset) = try limited(format)
            var exceeding: Set<String> = []
            for prompt in dataset.pairs.table.prompts {
                for completion in prompt.completions where completion.exceedsLimit == true {
                    exceeding.insert("\(prompt.id) \(scenario.game.responses[completion.response].name)")
                }
            }
            func called(_ dataset: Dataset) throws -> [String] {
                try rows(dataset, format).filter(good).map {
                    "\($0["prompt_id"]?.stringValue ?? "") \($0["response"]?.stringValue ?? "")"
                }
            }
            #expect(try exceeding.isDisjoint(with: called(dataset)))
            #expect(try !exceeding.isDisjoint(with: called(limited(format, keeps: true).1)))
            #expect(dataset.answersLeftOut(format).overLimit > 0)
        }
    }

    @Test func historiesWithTheSameWordsAreJoinedByTheType() throws {
        // Without cues in the words, several histories read the same; each limit is then averaged by its own type.
        let definition = SampleGame.definition()
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 4)
        let limits = [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.2)]
        let reference = [0.5, 0.5]
        let source = PreferenceSource(
            scenario: "words", game: game, wording: Fixture.wording(definition, forgetsCues: true),
            reference: Reference(reference), controller: policy,
            actionValues: try ActionValues(
                policy, game: game, objective: Objective(goal: .payoff, reference: reference), multipliers: []),
            temperature: 1, limits: limits)
        let selection = NodeSelection(count: 40)
        let nodes = try selection.nodes(of: source)
        let table = try LongTable(
            source, nodes: nodes, selection: selection, variants: 1, turnReach: ([1, 1, 1], [1, 1, 1]))
        #expect(table.mergedHistories > 0)
        let risks = try #require(LimitRisks(limits, game: game, controller: policy))
        // The first prompt stands for both openings.
        let openings = nodes.filter { $0.turn == 1 }
        let situations = openings.map {
            LimitRisks.Situation(
                share: $0.reach(referenceShare: 0.5), belief: $0.belief, turn: 1, nodes: $0.nodes)
        }
        let first = try #require(table.prompts.first { $0.turn == 1 })
        for completion in first.completions {
            let expected = risks.exceeds([(completion.response, 1)], at: situations)
            #expect(completion.exceedsLimit == expected)
        }
    }
}
