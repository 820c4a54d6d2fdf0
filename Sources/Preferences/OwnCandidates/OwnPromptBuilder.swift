internal import ExactEvaluation
internal import GameModel
internal import Labelling
internal import NumericalMethods
internal import Output

/// Takes lines in pieces, so that neither they nor what is made of them on the way is held at once.
struct OwnPromptBuilder {
    /// How many lines are worked on at once.
    private static let piece = 512

    private let basis: OwnCandidates.Basis
    private let control: RunControl
    private let placer: LinePlacer
    private var values: OwnValues
    private var waiting: [TextLine] = []
    private var prompts: [PromptRecord] = []
    private var rejects: [OwnCandidates.Reject] = []
    private var summary = OwnPromptSummary()
    private var firstLines: [String: Int] = [:]
    private var ids: Set<String> = []
    private var firstPlacement: Placement?
    private var labelled = 0
    /// Where what answers are worth is kept, in a piece of the work; and where it is found, where pieces have it.
    var sink: (any UnitSink)?
    var stored: (any UnitResults)?
    /// Pieces of lines so far: the units of the work, where it is divided.
    private(set) var blocks = 0

    /// What the units are called.
    static let phase = "blocks"
    /// Who said what answers are.
    private(set) var labelBasis = LabelBasis()

    var temperature: Double { basis.source.temperature }

    init(_ basis: OwnCandidates.Basis, _ control: RunControl) throws {
        (self.basis, self.control) = (basis, control)
        let (source, settings) = (basis.source, basis.settings)
        let draws = try LabelDraws(count: settings.draws, features: source.game.features.count)
        values = try OwnValues(
            source, definition: basis.definition, objective: basis.objective, multipliers: basis.multipliers,
            draws: draws,
            anticipations: basis.reasons?.anticipations)
        placer = LinePlacer(
            game: source.game, scheme: LabelScheme(scenario: source.scenario, game: source.game), settings: settings,
            labels: basis.labels, scope: ScopeWords(source.wording),
            filter: HistoryFilter(source, deviations: values.deviations), draws: draws)
        summary.draws = settings.draws
    }

    mutating func take(_ line: TextLine) throws {
        waiting.append(line)
        if waiting.count == Self.piece { try flush() }
    }

    /// What came of the lines.
    var result: (prompts: [PromptRecord], rejects: [OwnCandidates.Reject], summary: OwnPromptSummary) {
        var summary = summary
        summary.prompts = prompts.count
        summary.unusedLabels = (basis.labels?.idCount ?? 0) - labelled
        return (prompts, rejects, summary)
    }

    /// Works on the lines that wait.
    mutating func flush() throws {
        guard !waiting.isEmpty else { return }
        if control.shouldStop() { throw InterruptedError() }
        defer { blocks += 1 }
        if let sink, !sink.wants(blocks) {
            waiting = []
            return
        }
        let (lines, placer, threads) = (waiting, placer, control.threads ?? 1)
        waiting = []
        let read = concurrentMap(count: lines.count, threads: threads) { index -> Result<OwnLine, any Error> in
            Result { try Self.read(lines[index], placer) }
        }
        let placed = concurrentMap(count: lines.count, threads: threads) { index -> Result<PlacedLine, any Error> in
            Result {
                let own = try read[index].get()
                return try placer.place(own, id: ContentHash.short(try JSONValue.messages(own.messages).text()))
            }
        }
        if values.deviations == nil, stored == nil {
            let answers = placed.compactMap { try? $0.get() }.flatMap(\.answers)
            try values.prepare(answers, definition: basis.definition, multipliers: basis.multipliers)
        }
        let worth = try stored.map { try keptWorth($0, placed) } ?? ownWorth(placed, threads)
        if let sink { return try keep(worth, in: sink) }
        // A line that cannot be placed has its labels all the same: they are not another file's.
        for own in read.compactMap({ try? $0.get() }) { try noteID(own) }
        for (line, (placed, worth)) in zip(lines, zip(placed, worth)) {
            do {
                try add(try placed.get(), try worth.get(), line)
            } catch let fault as LineFault { reject(line, fault) }
        }
        summary.lines += lines.count
        control.progress(RunProgress(steps: summary.lines))
    }

    /// Per line what its answers are worth, or why there is nothing of it.
    private typealias LineWorth = Result<[Result<AnswerWorth, PreferenceError>], any Error>

    private func ownWorth(_ placed: [Result<PlacedLine, any Error>], _ threads: Int) -> [LineWorth] {
        let values = values
        return concurrentMap(count: placed.count, threads: threads) { index in
            Result {
                let placed = try placed[index].get()
                return try values.worth(of: placed.answers, at: placed.placement)
            }
        }
    }

    /// The same, from pieces.
    private func keptWorth(_ stored: any UnitResults, _ placed: [Result<PlacedLine, any Error>]) throws -> [LineWorth] {
        let found = try stored.value(blocks, as: [[UnitOutcome<AnswerWorth>]?].self)
        let other = PreferenceError("the pieces have values of other answers; compute them again")
        guard found.count == placed.count else { throw other }
        return try zip(placed, found).map { placed, worth in
            guard let line = try? placed.get() else { return placed.map { _ in [] } }
            guard let worth, worth.count == line.answers.count else { throw other }
            return .success(worth.map { $0.result { PreferenceError($0) } })
        }
    }

    /// Keeps what answers are worth; a line that cannot be placed has nothing.
    private func keep(_ worth: [LineWorth], in sink: any UnitSink) throws {
        let unit = try worth.map { line -> [UnitOutcome<AnswerWorth>]? in
            do { return try line.get().map { UnitOutcome($0, \.description) } } catch is LineFault { return nil }
        }
        if control.shouldStop() { throw InterruptedError() }
        try sink.write(blocks, unit)
        control.progress(RunProgress(steps: sink.written, phase: "valuing blocks"))
    }

    private static func read(_ line: TextLine, _ placer: LinePlacer) throws -> OwnLine {
        do throws(PreferenceError) { return try OwnLine(line, scheme: placer.scheme) } catch {
            throw LineFault(kind: .unreadable, reason: error.description)
        }
    }

    private mutating func reject(_ line: TextLine, _ fault: LineFault) {
        rejects.append(
            OwnCandidates.Reject(
                line: line.number, candidate: nil, kind: fault.kind, reason: fault.reason,
                text: String(decoding: line.bytes, as: UTF8.self)))
        summary.leftOut[fault.kind, default: .init()].prompts += 1
    }

    private mutating func add(
        _ placed: PlacedLine, _ worth: [Result<AnswerWorth, PreferenceError>], _ line: TextLine
    ) throws {
        if let first = firstLines[placed.id] {
            throw LineFault(kind: .repeatedPrompt, reason: "line \(first) has the same prompt")
        }
        var (left, kept): ([(index: Int, kind: OwnCandidates.Reject.Kind, reason: String)], [(Int, AnswerWorth)]) = (
            placed.rejects, []
        )
        for (index, result) in worth.enumerated() {
            switch result {
            case .success(let value): kept.append((index, value))
            case .failure(let error):
                let place = placed.answers[index].place
                left.append((place, .value, "candidates[\(place)]: \(error)"))
            }
        }
        guard kept.count >= 2 else { throw LinePlacer.tooFew(left) }
        firstLines[placed.id] = line.number
        for (index, item) in left.sorted(by: { $0.index < $1.index }).enumerated() {
            rejects.append(
                OwnCandidates.Reject(
                    line: line.number, candidate: item.index, kind: item.kind, reason: item.reason,
                    text: index == 0 ? String(decoding: line.bytes, as: UTF8.self) : nil))
            summary.leftOut[item.kind, default: .init()].answers += 1
        }
        prompts.append(record(placed, kept))
        count(placed, kept.map(\.0))
    }

    /// - Throws: `PreferenceError` for an id that comes twice where labels are joined by it.
    private mutating func noteID(_ line: OwnLine) throws {
        guard let labels = basis.labels else { return }
        guard ids.insert(line.id).inserted else {
            throw PreferenceError(
                "line \(line.number) of the candidates file has the id \(line.id) a second time; labels are joined by it"
            )
        }
        if labels.has(line.id) { labelled += 1 }
    }

    private func record(_ placed: PlacedLine, _ kept: [(Int, AnswerWorth)]) -> PromptRecord {
        let game = basis.source.game
        // Where the author's model is not known, the answers count as equally likely. What is left of the answers is π_ref given that
        // one of them is said.
        let total = kept.reduce(0) { $0 + placed.answers[$1.0].reference }
        let completions = kept.map { index, worth in
            let answer = placed.answers[index]
            let reference = answer.reference / total
            var completion = PromptRecord.Completion(
                response: answer.likeliest ?? game.responses.count, content: answer.content, value: worth.goal,
                reference: reference, target: reference, safe: worth.safe)
            (completion.deviation, completion.draws, completion.outlook) = (worth.deviation, worth.draws, worth.outlook)
            completion.exceedsLimit = basis.source.limits.map { LimitRisks.exceeds(worth.limited, $0.limits) }
            return completion
        }
        var record = PromptRecord(
            id: placed.id, messages: placed.line.messages, turn: placed.placement.turn, reach: 1, cue: placed.cue,
            users: placed.placement.users(in: game), completions: completions, valueUnit: basis.source.valueUnit)
        (record.sourceID, record.sourceData) = (placed.line.sourceID, placed.line.sourceData)
        return record
    }

    private mutating func count(_ placed: PlacedLine, _ kept: [Int]) {
        summary.answers += kept.count
        for index in kept {
            let labeller = placed.labellers[index] ?? LabelBasis.line
            summary.labellers[labeller, default: 0] += 1
            labelBasis.add(labeller)
            if !placed.answers[index].isCertain { summary.uncertainAnswers += 1 }
            if placed.answers[index].features != nil { summary.featuredAnswers += 1 }
        }
        summary.turns[placed.placement.turn, default: 0] += 1
        if placed.isPriorGuessed { summary.guessedPriors += 1 }
        if placed.isUnknown { summary.unknownPrompts += 1 }
        summary.otherMembers.formUnion(placed.line.otherMembers)
        summary.lostMembers.formUnion(placed.line.lostMembers)
        if let firstPlacement {
            if placed.placement != firstPlacement { differs = true }
            summary.valuesDependOnPrompt = differs
        } else {
            firstPlacement = placed.placement
        }
    }

    /// Whether two prompts stand at different places.
    private var differs = false
}
