/// One element of an SVG document: a name, attributes in order, and children or a text.
///
/// Everything that comes from outside is escaped here (as ``Escaping/Escaped/xml(_:)`` does) and nowhere else, so that no name of a scenario can break a document.
struct SVGElement: Sendable {
    private let name: String
    private let attributes: [(String, String)]
    private var children: [SVGElement]
    private let content: String?

    init(_ name: String, _ attributes: [(String, String)] = [], children: [SVGElement] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
        content = nil
    }

    init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        self.name = name
        self.attributes = attributes
        children = []
        content = text
    }

    /// Adds a child behind the others.
    mutating func append(_ child: SVGElement) { children.append(child) }

    /// The element as XML, indented.
    func xml(indent: String = "") -> String {
        let attributes = attributes.map { " \($0.0)=\"\(Escaped.xml($0.1))\"" }.joined()
        if let content { return "\(indent)<\(name)\(attributes)>\(Escaped.xml(content))</\(name)>\n" }
        guard !children.isEmpty else { return "\(indent)<\(name)\(attributes)/>\n" }
        let inner = children.map { $0.xml(indent: indent + "  ") }.joined()
        return "\(indent)<\(name)\(attributes)>\n\(inner)\(indent)</\(name)>\n"
    }
}
