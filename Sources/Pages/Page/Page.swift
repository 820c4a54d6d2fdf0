internal import Output

/// A whole document: its head with a content security policy that lets nothing run or load but what stands in it.
package struct Page: Sendable {
    package let title: String
    /// Style sheets, in order; one element each.
    package var styles: [String]
    /// Scripts, in order; one element each, at the end of the body.
    package var scripts: [String]
    package var body: Markup
    /// What is allowed besides our own styles and scripts, such as `connect-src 'self'`, one directive each.
    package var directives: [String]

    package init(
        title: String, styles: [String] = [Page.style], scripts: [String] = [], body: Markup, directives: [String] = []
    ) {
        (self.title, self.styles, self.scripts, self.body) = (title, styles, scripts, body)
        self.directives = directives
    }

    /// The stylesheet that all pages share.
    package static var style: String { String(decoding: PackageResources.page_css, as: UTF8.self) }

    /// What a browser may run and load: `default-src 'none'`, and our own styles and scripts by their hashes.
    ///
    /// Source: W3C Content Security Policy Level 3, 2.3.1 and 6.
    package var policy: String {
        func sources(_ texts: [String]) -> String {
            texts.isEmpty ? "'none'" : texts.map { "'sha256-\(ContentHash.base64($0))'" }.joined(separator: " ")
        }
        let own = [
            "default-src 'none'", "style-src \(sources(styles))", "script-src \(sources(scripts))", "img-src data:",
            "base-uri 'none'", "form-action 'none'",
        ]
        return (own + directives).joined(separator: "; ")
    }

    /// The document, ended by a line feed.
    package var html: String {
        let styles = styles.map { "<style>\($0)</style>\n" }.joined()
        let scripts = scripts.map { "<script>\($0)</script>\n" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>\(Escaped.html(title))</title>
            \(styles)</head>
            <body>
            \(body)\(scripts)</body>
            </html>

            """
    }
}
