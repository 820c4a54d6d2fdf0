/// A conditional logit: which alternative is chosen in each of a list of contexts.
///
/// P(j | c) = exp(x_cj · β) / Σ_k exp(x_ck · β), with one vector x of explanatory values per context and alternative and one
/// vector β of coefficients for all. Reactions of a user, moves of a hidden state, initial states and shares of types are all
/// of this form. A context is everything that the probabilities depend on, so observations with the same context are counted
/// together, and the cost of a fit depends on the number of contexts, not of observations.
///
/// Source: McFadden 1974, "Conditional logit analysis of qualitative choice behavior", Eq. 12.
public struct ChoiceModel: Sendable {
    /// One name per coefficient.
    public let parameters: [String]
    /// Where the alternatives of each context begin, [contexts + 1].
    private(set) var alternativeStart: [Int] = [0]
    /// The category of each alternative: what is chosen, across contexts.
    private(set) var category: [Int] = []
    private(set) var entryStart: [Int] = [0]
    private(set) var entryParameter: [Int] = []
    private(set) var entryValue: [Double] = []

    /// One value of x: which coefficient it is multiplied by.
    public struct Entry: Sendable, Hashable {
        public var parameter: Int
        public var value: Double

        public init(_ parameter: Int, _ value: Double) {
            self.parameter = parameter
            self.value = value
        }
    }

    /// One alternative of a context: its category, and the values of x that are not zero.
    public struct Alternative: Sendable, Hashable {
        public var category: Int
        public var entries: [Entry]

        public init(category: Int, entries: [Entry]) {
            self.category = category
            self.entries = entries
        }
    }

    public init(parameters: [String]) { self.parameters = parameters }

    public var contextCount: Int { alternativeStart.count - 1 }
    /// Alternatives of all contexts: the length of a vector of counts.
    public var alternativeCount: Int { category.count }

    /// Adds a context with at least one alternative, and returns its number.
    public mutating func append(_ alternatives: [Alternative]) -> Int {
        precondition(!alternatives.isEmpty, "a context needs an alternative")
        for alternative in alternatives {
            category.append(alternative.category)
            for entry in alternative.entries where entry.value != 0 {
                precondition(parameters.indices.contains(entry.parameter), "an entry needs a coefficient")
                entryParameter.append(entry.parameter)
                entryValue.append(entry.value)
            }
            entryStart.append(entryParameter.count)
        }
        alternativeStart.append(category.count)
        return contextCount - 1
    }

    /// The alternatives of a context, as indices into vectors of counts.
    public func alternatives(of context: Int) -> Range<Int> {
        alternativeStart[context]..<alternativeStart[context + 1]
    }

    /// The context that an alternative belongs to.
    ///
    /// - Complexity: O(log contexts).
    func context(of alternative: Int) -> Int {
        var (low, high) = (0, contextCount)
        while low + 1 < high {
            let middle = (low + high) / 2
            if alternativeStart[middle] <= alternative { low = middle } else { high = middle }
        }
        return low
    }

    /// The category of an alternative.
    public func category(of alternative: Int) -> Int { category[alternative] }

    /// The alternative of a context that is of a category, if it has one.
    public func alternative(of context: Int, category wanted: Int) -> Int? {
        alternatives(of: context).first { category[$0] == wanted }
    }

    /// The values of x of one alternative that are not zero.
    func entries(of alternative: Int) -> [Entry] {
        (entryStart[alternative]..<entryStart[alternative + 1]).map { Entry(entryParameter[$0], entryValue[$0]) }
    }

    /// x · β of one alternative.
    func utility(_ alternative: Int, _ coefficients: [Double]) -> Double {
        var sum = 0.0
        for entry in entryStart[alternative]..<entryStart[alternative + 1] {
            sum += entryValue[entry] * coefficients[entryParameter[entry]]
        }
        return sum
    }
}
