/// One conversation with what each answer did, as one file that needs no other.
package enum CreditPage {
    /// - Parameters:
    ///   - title: in the window's frame.
    ///   - model: has what `credit.mustache` names.
    /// - Throws: the parser's error for a template that is none.
    package static func html(title: String, _ model: PageValue) throws -> String {
        let style = Page.style + ReportPage.style + String(decoding: PackageResources.credit_css, as: UTF8.self)
        let template = String(decoding: PackageResources.credit_mustache, as: UTF8.self)
        return Page(
            title: title, styles: [style],
            body: try PageTemplates(["credit": template]).render("credit", model)
        ).html
    }
}
