/// A report as a page: its templates with what stands in them, one file that needs no other.
package enum ReportPage {
    /// The document.
    ///
    /// - Parameters:
    ///   - title: in the window's frame.
    ///   - model: has what `report.mustache` and the templates that it includes name.
    /// - Throws: the parser's error for a template that is none.
    package static func html(title: String, _ model: PageValue) throws -> String {
        let page = Page(
            title: title, styles: [Page.style + style], scripts: [script],
            body: try PageTemplates(templates).render("report", model))
        return page.html
    }

    package static var style: String { String(decoding: PackageResources.report_css, as: UTF8.self) }

    private static var script: String { String(decoding: PackageResources.report_js, as: UTF8.self) }

    private static var templates: [String: String] {
        [
            "answers": PackageResources.answers_mustache,
            "boundary": PackageResources.boundary_mustache,
            "comparison": PackageResources.comparison_mustache,
            "conversations": PackageResources.conversations_mustache,
            "frontier": PackageResources.frontier_mustache,
            "glance": PackageResources.glance_mustache,
            "limits": PackageResources.limits_mustache,
            "mix": PackageResources.mix_mustache,
            "outcomes": PackageResources.outcomes_mustache,
            "recipe": PackageResources.recipe_mustache,
            "report": PackageResources.report_mustache,
            "runs": PackageResources.runs_mustache,
            "scenario": PackageResources.scenario_mustache,
            "sensitivity": PackageResources.sensitivity_mustache,
            "sources": PackageResources.sources_mustache,
            "suites": PackageResources.suites_mustache,
        ].mapValues { String(decoding: $0, as: UTF8.self) }
    }
}
