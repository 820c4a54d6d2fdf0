/// The scenarios and suites that ship with the program, embedded so that they work wherever the binary is.
public enum ExampleScenarios {
    /// One shipped scenario.
    public struct Example: Sendable {
        /// The file's name without its ending.
        public let name: String
        /// The file's text.
        public let text: String
    }

    /// All of them, the one to start from first.
    public static var all: [Example] {
        [
            example("starter", PackageResources.starter_yaml),
            example("general-assistant", PackageResources.general_assistant_yaml),
            example("self-harm-question", PackageResources.self_harm_question_yaml),
            example("dual-use-technical", PackageResources.dual_use_technical_yaml),
            example("health-misinformation", PackageResources.health_misinformation_yaml),
            example("benign-but-scary", PackageResources.benign_but_scary_yaml),
            example("keeps-asking", PackageResources.keeps_asking_yaml),
        ]
    }

    /// One shipped suite: `suite.yaml` and its template.
    public struct Suite: Sendable {
        public let name: String
        public let suite: String
        public let template: String
    }

    /// The shipped suites, in the order of their names.
    public static var suites: [Suite] {
        [
            suite(
                "constructive", PackageResources.constructive_suite_yaml, PackageResources.constructive_template_yaml),
            suite("strata", PackageResources.strata_suite_yaml, PackageResources.strata_template_yaml),
        ]
    }

    /// One shipped file of published figures: what people, and models in their place, were seen to do.
    public struct Figures: Sendable {
        public let name: String
        /// The file's text.
        public let text: String
    }

    /// The shipped files of published figures.
    public static var reality: [Figures] {
        [
            Figures(name: "people", text: String(decoding: PackageResources.people_yaml, as: UTF8.self)),
            Figures(name: "simulated", text: String(decoding: PackageResources.simulated_yaml, as: UTF8.self)),
        ]
    }

    /// The JSON Schema of the format, for editors.
    public static var schema: String { String(decoding: PackageResources.scenario_v1_json, as: UTF8.self) }

    private static func suite(_ name: String, _ suite: [UInt8], _ template: [UInt8]) -> Suite {
        Suite(
            name: name, suite: String(decoding: suite, as: UTF8.self),
            template: String(decoding: template, as: UTF8.self))
    }

    private static func example(_ name: String, _ bytes: [UInt8]) -> Example {
        Example(name: name, text: String(decoding: bytes, as: UTF8.self))
    }
}
