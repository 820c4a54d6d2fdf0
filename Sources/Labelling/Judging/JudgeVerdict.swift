internal import InputErrors
internal import LanguageModels
internal import Output

/// What one answer of a judge says of a text, read by the scheme.
struct JudgeVerdict {
    /// On the simplex, in the scheme's order; nil where the kind of text has none.
    var response: [Double]?
    var cue: [Double]?
    var reaction: [Double]?
    /// Mean and standard deviation of a feature as this answer gives them.
    var features: [TextLabel.Amount]?
    var inScope: Double?

    /// Reads an answer that follows the rubric's schema.
    ///
    /// - Throws: `InputError` for numbers that mean nothing: no reader for any name, or a range that ends below its beginning.
    init(_ content: String, _ kind: UnlabelledText.Kind, _ rubric: JudgeRubric) throws(InputError) {
        let value: JSONValue
        do throws(SchemaProblem) { value = try SchemaCheck(rubric.schema(kind)).value(in: content) } catch {
            throw InputError("the answer \(error.description)")
        }
        let scheme = rubric.scheme
        response = try Self.distribution(value["responses"], scheme.responses, "responses")
        cue = try Self.distribution(value["cues"], scheme.cues, "cues")
        reaction = try Self.distribution(value["reactions"], scheme.reactions, "reactions")
        features = try value["features"].map { (value) throws(InputError) in try Self.amounts(value, scheme.features) }
        inScope = value["in_scope"]?.doubleValue.map { $0 / 100 }
    }

    /// Readers by name as shares of all readers that were counted, who need not be a hundred.
    private static func distribution(
        _ value: JSONValue?, _ names: [LabelScheme.Name], _ member: String
    ) throws(InputError) -> [Double]? {
        guard let value else { return nil }
        let readers = names.map { value[$0.name]?.doubleValue ?? 0 }
        let total = readers.reduce(0, +)
        guard total > 0 else { throw InputError("the answer gives no reader to any of its \(member)") }
        return readers.map { $0 / total }
    }

    /// A range that holds about 70 of 100 readers is one standard deviation to either side of its middle.
    private static func amounts(
        _ value: JSONValue, _ names: [LabelScheme.Name]
    ) throws(InputError) -> [TextLabel.Amount] {
        var amounts: [TextLabel.Amount] = []
        for name in names {
            let low = value[name.name]?["low"]?.doubleValue ?? 0
            let high = value[name.name]?["high"]?.doubleValue ?? 0
            guard low <= high else { throw InputError("the answer gives \(name.name) a range from \(low) to \(high)") }
            amounts.append(TextLabel.Amount(mean: (low + high) / 200, deviation: (high - low) / 200))
        }
        return amounts
    }

    /// The label that several answers about one text make together.
    ///
    /// Distributions are the mean of the answers' distributions. A feature's mean is the mean of the means; its variance is the mean of the
    /// variances that the answers give and the variance of their means (divisor n: the law of total variance over the answers).
    ///
    /// - Parameter verdicts: at least one, all about the same kind of text.
    static func label(_ verdicts: [JudgeVerdict], abstainBelow: Double, labeller: String) -> TextLabel {
        var label = TextLabel(
            response: mean(verdicts.compactMap(\.response)),
            features: amounts(verdicts.compactMap(\.features)), cue: mean(verdicts.compactMap(\.cue)),
            reaction: mean(verdicts.compactMap(\.reaction)),
            inScope: mean(verdicts.compactMap { $0.inScope.map { [$0] } })?.first, labeller: labeller)
        label.isAbstained = (label.certainty ?? 1) < abstainBelow
        return label
    }

    private static func mean(_ vectors: [[Double]]) -> [Double]? {
        guard let first = vectors.first else { return nil }
        return first.indices.map { index in vectors.reduce(0) { $0 + $1[index] } / Double(vectors.count) }
    }

    private static func amounts(_ answers: [[TextLabel.Amount]]) -> [TextLabel.Amount]? {
        guard let means = mean(answers.map { $0.map(\.mean) }),
            let within = mean(answers.map { $0.map { $0.deviation * $0.deviation } })
        else { return nil }
        return means.indices.map { index in
            let between = answers.reduce(0) { sum, answer in
                sum + (answer[index].mean - means[index]) * (answer[index].mean - means[index])
            }
            let variance = within[index] + between / Double(answers.count)
            return TextLabel.Amount(mean: means[index], deviation: variance.squareRoot())
        }
    }
}
