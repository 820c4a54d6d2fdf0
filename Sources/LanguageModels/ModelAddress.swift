internal import Foundation
internal import InputErrors
public import Output

/// Where a model is, how it is asked, and what it may cost.
///
/// An address speaks OpenAI's protocol: `/v1/models`, `/v1/chat/completions`, `/v1/embeddings`.
public struct ModelAddress: Sendable, Equatable {
    /// `http://127.0.0.1:8080` or `https://…`; without a path, `/v1` is meant. Nothing but this host is contacted.
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
    public var tries = 6
    /// The pause before the second try; it doubles with each further one, up to 30 s, and is shortened by up to a half, by chance that
    /// depends on nothing but the request.
    public var firstPause: Duration = .milliseconds(500)
    /// How long an address that says when to come again (`Retry-After`) is waited for; where it asks for more, the request ends.
    public var longestPause: Duration = .seconds(120)
    /// How many requests may be sent, tries counted; nil for any number. Asking which models there are does not count.
    public var maximumRequests: Int?
    /// How many tokens may be used, as the address counts them; nil for any number. Nothing is sent once they are used up; what is
    /// under way then is waited for, and counts.
    public var maximumTokens: Int?
    /// The file that remembers answers; nil for none.
    public var cache: String?

    public init(url: String) { self.url = url }

    /// What decides answers, and how they are asked for: for manifests. Neither a key nor the name of its variable is in it.
    ///
    /// - Parameter model: the name that was asked by.
    public func settings(model: String) -> JSONValue {
        var members: [String: JSONValue] = ["url": .string(url), "model": .string(model)]
        members["temperature"] = temperature.map { .number($0) }
        members["max_answer_tokens"] = maximumAnswerTokens.map { .integer($0) }
        members["max_requests"] = maximumRequests.map { .integer($0) }
        members["max_tokens"] = maximumTokens.map { .integer($0) }
        return .object(members)
    }

    /// What requests are sent below: the address with its path, `/v1` where it has none.
    ///
    /// - Throws: `InputError` for what is no http or https address, or holds a name, a password, a query or a fragment.
    func base() throws(InputError) -> URL {
        let shown = Escaped.line(url)
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw InputError("\(shown) is no address; one begins with http:// or https:// and names a host") }
        guard parts.user == nil, parts.password == nil else {
            throw InputError(
                "the address of \(Escaped.line(host)) holds a name or a password; give a key by --key-env VARIABLE instead"
            )
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw InputError("\(shown) has a query or a fragment; an address ends with its path")
        }
        var clean = parts
        let path = parts.path.split(separator: "/").joined(separator: "/")
        clean.path = "/" + (path.isEmpty ? "v1" : path)
        guard let address = clean.url else { throw InputError("\(shown) is no address that can be asked") }
        return address
    }

    /// Whether nobody but this machine sees what is sent there.
    static func isPrivate(_ url: URL) -> Bool {
        guard url.scheme?.lowercased() == "http" else { return true }
        guard let host = url.host?.lowercased().trimmingCharacters(in: ["[", "]"]) else { return false }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || isLoopback
    }
}
