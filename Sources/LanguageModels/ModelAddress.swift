/// Where a model is, how it is asked, and what it may cost.
///
/// An address speaks OpenAI's protocol: `/v1/models`, `/v1/chat/completions`, `/v1/embeddings`.
public struct ModelAddress: Sendable, Equatable {
    /// `http://127.0.0.1:8080` or `https://…`, with or without `/v1`. Nothing but this host is contacted.
    public var url: String
    /// As the address knows it; nil for the only one of `/v1/models`.
    public var model: String?
    /// The name of the environment variable that holds the key; nil for none. The key is never logged, stored or shown.
    public var keyVariable: String?
    public var temperature: Double?
    public var maximumAnswerTokens: Int?
    /// How long one try of one request may take.
    public var timeout: Duration = .seconds(60)
    /// How many requests are under way at once, at most.
    public var concurrency = 8
    /// How often a request is tried, at most.
    public var tries = 4
    /// How many requests may be sent, tries counted; nil for any number.
    public var maximumRequests: Int?
    /// How many tokens may be used, as the address counts them; nil for any number.
    public var maximumTokens: Int?
    /// The file that remembers answers; nil for none.
    public var cache: String?

    public init(url: String) { self.url = url }
}
