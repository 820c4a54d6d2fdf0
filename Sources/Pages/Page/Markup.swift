package import Output

/// HTML or SVG of our own making, which templates write as it is; foreign text is a `String` and is escaped.
package struct Markup: Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter text: from a template or from a picture, never from a file that somebody gave.
    package init(_ text: String) { description = text }

    /// A picture as a part of a page: without the declaration of a file, and with names of its own, since several pictures of a page
    /// may call their clip or pattern alike.
    ///
    /// - Parameters:
    ///   - svg: of ``Output``, whose texts hold no quotation mark, so that what is replaced is markup.
    ///   - name: letters and digits, one a picture of the page.
    package init(svg: String, named name: String) {
        var text = svg
        if let start = text.firstRange(of: "<svg") { text = String(text[start.lowerBound...]) }
        text = text.replacing(" id=\"", with: " id=\"\(name)-").replacing("url(#", with: "url(#\(name)-")
        text = text.replacing("aria-labelledby=\"", with: "aria-labelledby=\"\(name)-")
        description = text
    }

    /// A JSON document inside a `script` element of type `application/json`: no character of it ends the element or begins a comment.
    package init(data: JSONValue) throws {
        // By scalar, as everywhere: a mark that combines with a bracket hides it from comparisons by character.
        var text = ""
        for scalar in try data.text().unicodeScalars {
            switch scalar {
            case "&": text += "\\u0026"
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            default: text.unicodeScalars.append(scalar)
            }
        }
        description = text
    }
}
