internal import ArgumentParser
internal import Foundation
internal import Nacre

/// How a model behind an address is asked: shared by every command that takes a URL.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "The model's name as the address knows it. (default: the only one that it has)")
    var modelName: String?

    @Option(name: .long, help: "The environment variable that holds the key. Keys are never given on the command line.")
    var keyEnv: String?

    @Option(
        name: .long, help: "Sampling temperature. (default: the model's own)", transform: Number.real(0...100))
    var temperature: Double?

    @Option(
        name: .long, help: "The largest number of tokens of an answer. (default: the model's own)",
        transform: Number.whole(1...1_000_000_000))
    var maxAnswerTokens: Int?

    @Option(
        name: .long, help: "How long one try of one request may take, in seconds. (default: 60)",
        transform: Number.real(0.001...86_400))
    var timeout: Double = 60

    @Option(
        name: .long, help: "How many requests are under way at once, at most. (default: 8)",
        transform: Number.whole(1...1024))
    var concurrency = 8

    @Option(
        name: .long,
        help:
            "The file that remembers answers, so that a run goes on where it was stopped. (default: OUT.answers.sqlite)",
        completion: .file(extensions: ["sqlite"]))
    var cache: String?

    @Option(
        name: .long, help: "Stop asking after so many requests, tries counted; what came is kept. (default: no limit)",
        transform: Number.whole(0...Number.manySteps))
    var maxRequests: Int?

    @Option(
        name: .long,
        help: "Stop asking once so many tokens are used, as the address counts; what came is kept. (default: no limit)",
        transform: Number.whole(0...Number.manySteps))
    var maxTokens: Int?

    /// Whether anything was said about an address.
    var isGiven: Bool {
        modelName != nil || keyEnv != nil || temperature != nil || maxAnswerTokens != nil || timeout != 60
            || concurrency != 8 || cache != nil || maxRequests != nil || maxTokens != nil
    }

    /// Where answers are remembered by default: `OUT.answers.sqlite`, since a folder appears whole and a run that is killed
    /// must not lose them.
    static func cache(beside out: String) -> String {
        var name = out
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        return name + ".answers.sqlite"
    }

    /// The address that a URL names.
    ///
    /// - Parameter other: where answers are remembered if no file was named; nil for nowhere.
    func address(_ url: String, cache other: String?) -> ModelAddress {
        var address = ModelAddress(url: url)
        address.model = modelName
        address.keyVariable = keyEnv
        address.temperature = temperature
        address.maximumAnswerTokens = maxAnswerTokens
        address.timeout = .seconds(timeout)
        address.concurrency = concurrency
        address.maximumRequests = maxRequests
        address.maximumTokens = maxTokens
        address.cache = cache ?? other
        return address
    }

    /// The model behind a URL, with its key from the environment.
    ///
    /// - Parameter cache: where answers are remembered if no file was named; nil for nowhere.
    /// - Throws: as `AddressedModel` does.
    func model(_ url: String, cache: String?, _ control: RunControl) throws -> AddressedModel {
        try AddressedModel(
            address(url, cache: cache), environment: ProcessInfo.processInfo.environment, control: control)
    }
}
