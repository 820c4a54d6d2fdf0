internal import Mustache
internal import Output

/// How `{{ }}` of every template writes a text.
///
/// Not in the library's own way, which goes by character and takes a quotation mark with a combining mark behind it for one that needs
/// no escape, so that a text could end an attribute.
struct PageText: MustacheContentType {
    /// What templates begin with to be written so: `{{% CONTENT_TYPE:PAGE}}`.
    static let name = "PAGE"

    func escapeText(_ text: String) -> String { Escaped.html(text) }
}
