/// The scenarios that ship with the program, embedded so that `init` works wherever the binary is.
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
            example("self-harm-question", PackageResources.self_harm_question_yaml),
            example("dual-use-technical", PackageResources.dual_use_technical_yaml),
            example("health-misinformation", PackageResources.health_misinformation_yaml),
            example("benign-but-scary", PackageResources.benign_but_scary_yaml),
            example("keeps-asking", PackageResources.keeps_asking_yaml),
        ]
    }

    /// The JSON Schema of the format, for editors.
    public static var schema: String { String(decoding: PackageResources.scenario_v1_json, as: UTF8.self) }

    private static func example(_ name: String, _ bytes: [UInt8]) -> Example {
        Example(name: name, text: String(decoding: bytes, as: UTF8.self))
    }
}
