internal import Foundation
internal import GameModel
internal import Output

/// What follows from what came of a try.
struct RequestVerdict {
    enum Next: Equatable {
        case use(HTTPReply)
        /// - Parameter after: how long to wait, where the address says.
        case retry(after: Duration?)
        case fail
        /// No request to this address can succeed.
        case refuse
    }

    let next: Next
    /// What happened, for people.
    let text: String

    init(_ outcome: HTTPOutcome, address: ModelAddress, key: ModelKey?) {
        switch outcome {
        case .reply(let reply) where reply.status == 200: (next, text) = (.use(reply), "answered")
        case .reply(let reply):
            text = "it answers with status \(reply.status)\(Self.excerpt(reply.body, key: key))"
            next =
                switch reply.status {
                case 408, 425, 429, 500...599: .retry(after: Self.pause(reply.retryAfter))
                case 401: .refuse
                default: .fail
                }
        case .redirect(let status, let target):
            let hidden = key?.hidden(in: target) ?? target
            text =
                "it points to \(Escaped.line(String(hidden.prefix(200)))) (status \(status)), and no other address is "
                + "asked than the one that was given"
            next = .fail
        case .tooLarge:
            (next, text) = (.fail, "the answer has more than \(HTTPClient.largestReply >> 20) MiB")
        case .broken(let reason): (next, text) = (.retry(after: nil), Escaped.line(reason))
        case .untrusted(let reason):
            text =
                "\(Escaped.line(reason)); a certificate that the system does not know must be added to the system's store "
                + "(docs/judges.md)"
            next = .refuse
        case .timedOut:
            (next, text) = (.retry(after: nil), "no answer within \(address.timeout / .seconds(1)) s")
        case .cancelled: (next, text) = (.fail, "the request was cancelled")
        }
    }

    /// The beginning of an answer on one line, with what cannot be seen escaped: `: "…"`, or nothing.
    static func excerpt(_ body: [UInt8], key: ModelKey?) -> String {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let hidden = key?.hidden(in: text) ?? text
        guard hidden.contains(where: { !$0.isWhitespace }) else { return "" }
        let shown = Escaped.line(String(hidden.prefix(160)))
        return ": \"\(shown)\(hidden.count > 160 ? "…" : "")\""
    }

    /// `Retry-After` as a pause: seconds, or a date; nil where it is neither.
    ///
    /// Source: RFC 9110, 10.2.3 and 5.6.7 (IMF-fixdate).
    static func pause(_ header: String?) -> Duration? {
        guard let text = header?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
        if let seconds = Double(text), seconds >= 0, seconds < 1e9 { return .seconds(seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: text) else { return nil }
        return .seconds(max(0, date.timeIntervalSinceNow))
    }
}

/// How long to wait before a request is tried again.
struct RequestPause {
    let duration: Duration

    /// A pause is never longer than this.
    private static let longest: Duration = .seconds(30)

    /// Doubles from try to try, and is shortened by a part that only the request and the try decide, so that requests that failed together
    /// do not come again together.
    init(_ address: ModelAddress, seed: String, try number: Int) {
        let doubled = address.firstPause * (1 << min(number - 1, 20))
        let digits = ContentHash.sha256("\(seed) \(number)").prefix(8)
        let share = Double(UInt32(digits, radix: 16) ?? 0) / Double(UInt32.max)
        duration = min(doubled, Self.longest) * (0.5 + 0.5 * share)
    }
}
