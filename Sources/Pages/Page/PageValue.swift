internal import Foundation
internal import Mustache

/// What a template is filled in with: texts, which are escaped, markup of our own, lists, and records of named values.
///
/// A name that a record gives `nil` is absent there: it is not looked for in the records around, as one is that the record lacks.
package indirect enum PageValue: Sendable {
    case nothing
    case text(String)
    case markup(Markup)
    case flag(Bool)
    case list([PageValue])
    case record([String: PageValue])

    /// A text; nothing where there is none.
    package static func text(ifPresent text: String?) -> PageValue { text.map { .text($0) } ?? .nothing }

    /// Texts, in order.
    package static func texts(_ texts: [String]) -> PageValue { .list(texts.map { .text($0) }) }

    /// The value as the library of templates takes it.
    var object: Any {
        switch self {
        case .nothing: NSNull()
        case .text(let text): text
        case .markup(let markup): markup
        case .flag(let flag): flag
        case .list(let values): values.map(\.object)
        case .record(let members): members.mapValues(\.object)
        }
    }
}

extension PageValue: ExpressibleByStringInterpolation, ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }

    package init(nilLiteral: ()) { self = .nothing }

    package init(booleanLiteral flag: Bool) { self = .flag(flag) }

    package init(arrayLiteral values: PageValue...) { self = .list(values) }

    package init(dictionaryLiteral members: (String, PageValue)...) {
        self = .record(Dictionary(members) { _, last in last })
    }
}
