internal import Output

/// What answers of a file have in common: their labels, their lengths, and whether it is always the same one.
struct AnswerTally {
    /// Fewer rows tell nothing about what rows have in common; that all of eight agree by chance is rarer than 1 in 100.
    static let fewestRows = 8
    /// From this share on, one answer is the answer to everything.
    static let sameShare = 0.9
    /// From this ratio of mean lengths on, and where nearly every row agrees, length alone tells the better answer.
    static let lengthRatio = 2.5
    static let lengthShare = 0.9
    /// More different answers are not counted; one that dominates is among the first.
    private static let differentAnswers = 1024

    private var labels: (yes: Int, no: Int) = (0, 0)
    private var chosen: [ContentHash.Fingerprint: Int] = [:]
    private var prompts: Set<ContentHash.Fingerprint> = []
    private var examples = 0
    private var lengths: (better: Double, worse: Double, longer: Int, shorter: Int, pairs: Int) = (0, 0, 0, 0, 0)
    private var byLabel: (yes: Double, no: Double) = (0, 0)
    private var firstLine: Int?

    mutating func add(_ row: AuditedRow, line: Int) {
        firstLine = firstLine ?? line
        if let label = row.label, let answer = row.answers.first {
            let length = Double(answer.text.unicodeScalars.count)
            if label { (labels.yes, byLabel.yes) = (labels.yes + 1, byLabel.yes + length) }
            if !label { (labels.no, byLabel.no) = (labels.no + 1, byLabel.no + length) }
        }
        if row.hasExample, let answer = row.answers.first {
            examples += 1
            let id = ContentHash.fingerprint(Array(answer.whole.utf8))
            if chosen[id] != nil || chosen.count < Self.differentAnswers { chosen[id, default: 0] += 1 }
            if prompts.count < 2 { prompts.insert(ContentHash.fingerprint(Array(row.promptKey.utf8))) }
        }
        guard row.isPair, row.answers.count == 2, row.answers.allSatisfy({ !$0.text.isEmpty }) else { return }
        let (better, worse) = (row.answers[0].text.unicodeScalars.count, row.answers[1].text.unicodeScalars.count)
        lengths.better += Double(better)
        lengths.worse += Double(worse)
        if better > worse { lengths.longer += 1 }
        if better < worse { lengths.shorter += 1 }
        lengths.pairs += 1
    }

    /// - Parameters:
    ///   - form: the form of the file.
    ///   - isTraining: whether the file is trained on; one class in a small test matters to nobody.
    ///   - fewTexts: whether the answers are known to be of a few texts, as a scenario's are.
    func faults(_ form: RowForm.Columns, isTraining: Bool, fewTexts: Bool) -> [AuditFault] {
        [
            isTraining && form.isLabelled ? oneClass : nil, fewTexts ? nil : sameAnswer, lengthOfPairs,
            lengthOfLabels(form),
        ].compactMap { $0 }
    }

    private var oneClass: AuditFault? {
        guard labels.yes + labels.no >= 2, labels.yes == 0 || labels.no == 0 else { return nil }
        return .warning(
            .oneClass, "", "all \(labels.yes + labels.no) rows are \(labels.yes > 0 ? "desirable" : "undesirable")",
            "trainers weigh the classes by their sizes and divide by zero, or learn to say everything alike")
    }

    private var sameAnswer: AuditFault? {
        guard examples >= Self.fewestRows, prompts.count >= 2,
            let most = chosen.values.max(), Double(most) >= Self.sameShare * Double(examples)
        else { return nil }
        return .warning(
            .sameAnswer, "", "\(most) of \(examples) rows have the same answer as the good one",
            "the model learns to say it whatever it is asked")
    }

    private var lengthOfPairs: AuditFault? {
        let count = Double(lengths.pairs)
        guard lengths.pairs >= Self.fewestRows else { return nil }
        let ratio = lengths.better / max(1, lengths.worse)
        let isLonger = ratio >= Self.lengthRatio && Double(lengths.longer) >= Self.lengthShare * count
        let isShorter = 1 / max(1e-9, ratio) >= Self.lengthRatio && Double(lengths.shorter) >= Self.lengthShare * count
        guard isLonger || isShorter else { return nil }
        return .warning(
            .length, "",
            "chosen answers have \(Self.rounded(lengths.better / count)) characters on average, rejected ones "
                + Self.rounded(lengths.worse / count),
            "the model learns to be \(isLonger ? "long" : "short")")
    }

    private func lengthOfLabels(_ form: RowForm.Columns) -> AuditFault? {
        guard form.isLabelled, min(labels.yes, labels.no) >= Self.fewestRows / 2 else { return nil }
        let (yes, no) = (byLabel.yes / Double(labels.yes), byLabel.no / Double(labels.no))
        guard max(yes, no) >= 2 * Self.lengthRatio * max(1, min(yes, no)) else { return nil }
        return .warning(
            .length, "labels",
            "desirable answers have \(Self.rounded(yes)) characters on average, undesirable ones \(Self.rounded(no))",
            "the model learns to be \(yes > no ? "long" : "short")")
    }

    private static func rounded(_ value: Double) -> String { "\(Int(value.rounded()))" }
}
