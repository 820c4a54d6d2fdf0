internal import Output

/// The page and what it loads: all of it ours, and from this address.
enum ExplorerAssets {
    typealias Asset = @Sendable (ExplorerRoutes) -> LoopbackResponse

    /// What stands at an address; nil where nothing does.
    static func page(_ path: String) -> Asset? { pages[path] }

    private static let pages: [String: Asset] = [
        "/": { document($0) },
        "/page.css": { _ in style(Page.style) },
        "/explorer.css": { _ in style(text(PackageResources.explorer_css)) },
        "/explorer.js": { _ in script(PackageResources.explorer_js) },
        "/elements.js": { _ in script(PackageResources.elements_js) },
        "/numbers.js": { _ in script(PackageResources.numbers_js) },
        "/figures.js": { _ in script(PackageResources.figures_js) },
        "/talk.js": { _ in script(PackageResources.talk_js) },
        "/search.js": { _ in script(PackageResources.search_js) },
        "/runs.js": { _ in script(PackageResources.runs_js) },
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func style(_ text: String) -> LoopbackResponse {
        LoopbackResponse(200, "text/css; charset=utf-8", Array(text.utf8))
    }

    private static func script(_ bytes: [UInt8]) -> LoopbackResponse {
        LoopbackResponse(200, "text/javascript; charset=utf-8", bytes)
    }

    /// The page, with the cookie that its own requests are known by.
    private static func document(_ routes: ExplorerRoutes) -> LoopbackResponse {
        let content = routes.content
        // Everything else comes by the page's own requests.
        let model: PageValue = [
            "title": .text(Escaped.line(content.title)), "name": .text(Escaped.line(content.name)),
            "file": .text(Escaped.line(content.file)),
        ]
        do {
            let templates = try PageTemplates(["explorer": text(PackageResources.explorer_mustache)])
            let page = templates.render("explorer", model)
            let cookie = "\(routes.gate.cookieName)=\(routes.gate.token); Path=/; SameSite=Strict; HttpOnly"
            return LoopbackResponse(
                200, "text/html; charset=utf-8", Array(page.description.utf8), headers: [("Set-Cookie", cookie)])
        } catch {
            return .refusal(500, "the page's template cannot be read: \(error)")
        }
    }
}
