public import InputErrors
public import Output

/// Reads labels as they stand in JSON: names or distributions over names, numbers or numbers with their standard deviation.
///
/// `"response": "refuse"` and `"response": {"refuse": 0.9, "refer": 0.1}`, `"empathy": 0.4` and `"empathy": {"mean": 0.4, "sd": 0.1}`.
public struct LabelMembers: Sendable {
    public let scheme: LabelScheme

    /// How far the probabilities of a distribution may sum to something else than 1: what six decimals lose.
    public static let sumTolerance = 1e-6

    public init(_ scheme: LabelScheme) { self.scheme = scheme }

    /// The label in the members of an object; other members are not looked at.
    ///
    /// - Throws: `InputError` naming the member.
    public func label(_ members: [String: JSONValue]) throws(InputError) -> TextLabel {
        var label = TextLabel(labeller: members["labeller"]?.stringValue ?? "given")
        label.response = try distribution(members["response"], "response", scheme.responses)
        label.cue = try distribution(members["cue"], "cue", scheme.cues)
        label.reaction = try distribution(members["reaction"], "reaction", scheme.reactions)
        label.users = try distribution(members["users"], "users", scheme.users)
        label.features = try amounts(members["features"])
        if let scope = members["in_scope"], scope != .null {
            guard let scope = scope.doubleValue, (0...1).contains(scope) else {
                throw InputError("in_scope must be a probability")
            }
            label.inScope = scope
        }
        if let abstained = members["abstained"], abstained != .null {
            guard let abstained = abstained.boolValue else { throw InputError("abstained must be true or false") }
            label.isAbstained = abstained
        }
        return label
    }

    /// A distribution over names: one entry a name, in their order; nil where the value is absent or null.
    ///
    /// - Throws: `InputError` for an unknown name, a negative probability, or a sum that is not 1.
    public func distribution(
        _ value: JSONValue?, _ member: String, _ names: [LabelScheme.Name]
    ) throws(InputError) -> [Double]? {
        guard let value, value != .null else { return nil }
        let known = { names.map(\.name).joined(separator: ", ") }
        if let name = value.stringValue {
            guard let index = names.firstIndex(where: { $0.name == name }) else {
                throw InputError("\(member) is \(name); it must be one of \(known())")
            }
            return names.indices.map { $0 == index ? 1 : 0 }
        }
        guard let members = value.objectValue else {
            throw InputError("\(member) must be a name or give a probability to names")
        }
        var shares = names.map { _ in 0.0 }
        for (name, share) in members.sorted(by: { $0.key < $1.key }) {
            guard let index = names.firstIndex(where: { $0.name == name }) else {
                throw InputError("\(member) names \(name); the names are \(known())")
            }
            guard let share = share.doubleValue, share >= 0 else {
                throw InputError("\(member).\(name) must be a probability")
            }
            shares[index] = share
        }
        let total = shares.reduce(0, +)
        guard abs(total - 1) <= Self.sumTolerance else {
            throw InputError("\(member) sums to \(total); it must sum to 1")
        }
        return shares.map { $0 / total }
    }

    /// One amount a feature; a feature that is not named is 0 with certainty, as in scenarios. nil where the value is absent or null.
    ///
    /// - Throws: `InputError` for an unknown feature, an amount outside [0, 1] or a negative standard deviation.
    public func amounts(_ value: JSONValue?) throws(InputError) -> [TextLabel.Amount]? {
        guard let value, value != .null else { return nil }
        guard let members = value.objectValue else { throw InputError("features must give a number to features") }
        var amounts = scheme.features.map { _ in TextLabel.Amount(mean: 0, deviation: 0) }
        for (name, amount) in members.sorted(by: { $0.key < $1.key }) {
            guard let index = scheme.features.firstIndex(where: { $0.name == name }) else {
                let known = scheme.features.map(\.name).joined(separator: ", ")
                throw InputError("features names \(name); the features are \(known)")
            }
            let mean = amount.doubleValue ?? amount["mean"]?.doubleValue
            guard let mean, (0...1).contains(mean) else { throw InputError("features.\(name) must be from 0 to 1") }
            let deviation = amount.objectValue == nil ? 0 : amount["sd"]?.doubleValue
            guard let deviation, deviation >= 0 else {
                throw InputError("features.\(name).sd must be a number of at least 0")
            }
            amounts[index] = TextLabel.Amount(mean: mean, deviation: deviation)
        }
        return amounts
    }
}
