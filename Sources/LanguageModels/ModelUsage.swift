internal import Synchronization

/// What was asked of a model, and what it cost.
public struct ModelUsage: Sendable, Equatable {
    /// Requests that were sent, tries counted.
    public var requests = 0
    /// Of these, second and further tries.
    public var retries = 0
    /// Tokens as the address counted them.
    public var promptTokens = 0
    public var answerTokens = 0
    /// Answers that were remembered, and were not asked for.
    public var remembered = 0
    /// Requests that a budget kept from being sent.
    public var withheld = 0

    public init() {}

    public var tokens: Int { promptTokens + answerTokens }
}

/// The account of one address: what was used, and whether more may be.
final class ModelBudget: Sendable {
    private let maximumRequests: Int?
    private let maximumTokens: Int?
    private let state = Mutex(ModelUsage())

    init(_ address: ModelAddress) {
        (maximumRequests, maximumTokens) = (address.maximumRequests, address.maximumTokens)
    }

    var usage: ModelUsage { state.withLock { $0 } }

    /// Why nothing more may be sent; nil where it may.
    var exhaustion: String? {
        let usage = usage
        if let maximumRequests, usage.requests >= maximumRequests {
            return "the budget of \(maximumRequests) requests is used up"
        }
        if let maximumTokens, usage.tokens >= maximumTokens {
            return "the budget of \(maximumTokens) tokens is used up"
        }
        return nil
    }

    /// Whether what an answer costs decides if another may be asked for.
    var dependsOnAnswers: Bool { maximumTokens != nil }

    func add(_ change: (inout ModelUsage) -> Void) { state.withLock { change(&$0) } }
}
