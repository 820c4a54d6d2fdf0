internal import Foundation
internal import Mustache

/// The templates of the room, read once; each may include any other by its name.
package struct PageTemplates: Sendable {
    private let library: MustacheLibrary

    /// - Parameter sources: texts of templates by name.
    /// - Throws: the parser's error for a template that is none.
    package init(_ sources: [String: String]) throws {
        MustacheContentTypes.register(PageText(), named: PageText.name)
        var library = MustacheLibrary()
        for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
            try library.register("{{% CONTENT_TYPE:\(PageText.name)}}" + text, named: name)
        }
        self.library = library
    }

    /// A template filled in.
    ///
    /// - Parameters:
    ///   - name: of the template.
    ///   - model: has what the template names.
    /// - Returns: markup; nothing where there is no such template.
    package func render(_ name: String, _ model: PageValue) -> Markup {
        Markup(library.render(model.object, withTemplate: name) ?? "")
    }
}
