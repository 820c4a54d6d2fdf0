/// What a labeller says of a text: distributions, never a bare class.
///
/// What does not apply to the kind of text, or was not judged, is nil.
public struct TextLabel: Sendable, Equatable, Codable {
    /// A number in [0, 1] with how uncertain it is.
    public struct Amount: Sendable, Equatable, Codable {
        /// In [0, 1].
        public var mean: Double
        /// Standard deviation, at least 0; 0 is certainty.
        public var deviation: Double

        public init(mean: Double, deviation: Double) {
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// [|A|] on the simplex, in the scheme's order.
    public var response: [Double]?
    /// [K], in the scheme's order.
    public var features: [Amount]?
    /// [|C|] on the simplex.
    public var cue: [Double]?
    /// On the simplex, over the scheme's reactions.
    public var reaction: [Double]?
    /// [|Θ|] on the simplex: who may have written it.
    public var users: [Double]?
    /// Probability that the text belongs to the scenario at all.
    public var inScope: Double?
    /// Whether the labeller would rather say nothing: its distributions are there to be read, not to be relied upon.
    public var isAbstained: Bool
    /// Who said so: name and version, settings where they matter.
    public var labeller: String

    public init(
        response: [Double]? = nil, features: [Amount]? = nil, cue: [Double]? = nil, reaction: [Double]? = nil,
        users: [Double]? = nil, inScope: Double? = nil, isAbstained: Bool = false, labeller: String
    ) {
        self.response = response
        self.features = features
        self.cue = cue
        self.reaction = reaction
        self.users = users
        self.inScope = inScope
        self.isAbstained = isAbstained
        self.labeller = labeller
    }

    /// The largest probability of the distribution that decides about abstaining: the response of an answer, the reaction of a message, the
    /// cue of an opening; nil where there is none.
    public var certainty: Double? { (response ?? reaction ?? cue)?.max() }
}
