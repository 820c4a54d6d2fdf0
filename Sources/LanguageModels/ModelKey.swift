internal import Foundation
internal import InputErrors
internal import Output

/// The key of an address. Nothing shows it: neither a message, nor a dump, nor a file.
struct ModelKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: String

    /// Shorter ones are no secrets ("EMPTY", "none"), and hiding them would spoil texts.
    private static let shortestSecret = 8

    /// The key in a variable of the environment.
    ///
    /// - Throws: `InputError` if there is none, if it cannot stand in a header, or if it would be sent in the clear.
    init(variable: String, environment: [String: String], for url: URL) throws(InputError) {
        let shown = Escaped.line(variable)
        guard let key = environment[variable], !key.isEmpty else {
            throw InputError("the environment variable \(shown) is empty or not set; it must hold the key")
        }
        guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InputError(
                "the environment variable \(shown) holds what no key has: spaces, controls or other letters")
        }
        guard ModelAddress.isPrivate(url) else {
            throw InputError(
                "a key is not sent over http, where others can read it; use https, or an address on this machine "
                    + "(127.0.0.1)")
        }
        self.key = key
    }

    var authorization: String { "Bearer \(key)" }

    /// A text from the address without the key, which some repeat in their messages.
    func hidden(in text: String) -> String {
        key.utf8.count < Self.shortestSecret ? text : text.replacingOccurrences(of: key, with: "(key)")
    }

    var description: String { "(key)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
