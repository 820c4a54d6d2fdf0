public import Documents
internal import Output

/// A suite of scenarios: one template, the axes along which it varies, and what is asked of the policies that play it.
///
/// ```swift
/// let suite = try ScenarioSuite.load(path: "scenarios/suites/constructive")
/// for index in try suite.cases(atMost: 100_000) { let scenario = try suite.scenario(index) }
/// ```
///
/// A case is one value of every axis. Its scenario is the template with its placeholders replaced, text for text, so that
/// every case can be written to a file and read like any other scenario. `docs/suites.md` describes the format.
public struct ScenarioSuite: Sendable {
    /// One direction in which the template varies.
    public struct Axis: Sendable, Equatable {
        /// One value of an axis, with the variables that the template reads.
        public struct Value: Sendable, Equatable {
            public let name: String
            /// For people; the name where there is none.
            public let title: String
            /// Weight of its cases, at least 0.
            public let weight: Double
            /// Name → text, as it is put into the template.
            public let variables: [String: String]
        }

        public let name: String
        public let title: String
        public let values: [Value]
    }

    /// Combinations that are left out: for each axis that it names, the indices of the values.
    struct Exclusion: Sendable, Equatable {
        let values: [Int: Set<Int>]

        func covers(_ choice: [Int]) -> Bool {
            values.allSatisfy { axis, indices in indices.contains(choice[axis]) }
        }
    }

    /// A policy of the suite: its name and how it is made for each case.
    public struct NamedRecipe: Sendable, Equatable {
        public let name: String
        public let recipe: String
    }

    /// A published point: satisfaction and risk of a model, as a fact with its source.
    public struct PublishedPoint: Sendable, Equatable {
        public let name: String
        public let satisfaction: Double
        public let risk: Double
        public let source: String
    }

    /// `suite.yaml`, as the caller gave it; a name in angle brackets for one that is not a file.
    public let file: String
    /// The text of `suite.yaml`.
    public let text: String
    /// The template, beside it.
    public let templateFile: String
    public let name: String
    public let title: String
    public let description: String?
    public let axes: [Axis]
    public let policies: [NamedRecipe]
    public let scores: SuiteScores
    public let shapes: [SuiteShape]
    public let published: [PublishedPoint]
    /// Prices of risk at which the trade-off against satisfaction is traced, each at least 0.
    public let frontier: [Double]
    /// SHA-256 over the hashes of `suite.yaml` and of the template, in hexadecimal: the same hash means the same cases.
    public let hash: String
    let exclusions: [Exclusion]
    let template: SuiteTemplate

    /// Reads a suite.
    ///
    /// - Parameter path: the folder, or its `suite.yaml`.
    /// - Throws: ``DocumentError`` with every problem of `suite.yaml`, or of the placeholders in the template.
    public static func load(path: String) throws(DocumentError) -> ScenarioSuite {
        let file =
            path.hasSuffix(".yaml") || path.hasSuffix(".yml")
            ? path : path + (path.hasSuffix("/") ? "" : "/") + fileName
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        return try read(try FileBytes.load(file), file: file) { name throws(DocumentError) in
            (folder + name, try FileBytes.load(folder + name))
        }
    }

    /// Reads a suite that is not on disk, such as one that is embedded in a program.
    ///
    /// - Parameters:
    ///   - suite: the text of `suite.yaml`.
    ///   - template: the text of its template.
    ///   - name: what messages call the suite.
    /// - Throws: ``DocumentError`` as ``load(path:)`` does.
    public static func parse(suite: String, template: String, name: String) throws(DocumentError) -> ScenarioSuite {
        try read(Array(suite.utf8), file: "<\(name)>/\(fileName)") { file in ("<\(name)>/\(file)", Array(template.utf8))
        }
    }

    private static func read(
        _ bytes: [UInt8], file: String, template: (String) throws(DocumentError) -> (file: String, bytes: [UInt8])
    ) throws(DocumentError) -> ScenarioSuite {
        let content = try SuiteSection.read(bytes, file: file)
        let source = try template(content.template)
        let template = try SuiteTemplate(source.bytes, file: source.file, suite: content.name, axes: content.axes)
        let hash = ContentHash.sha256(ContentHash.sha256(bytes) + "\n" + ContentHash.sha256(source.bytes))
        return ScenarioSuite(
            file: file, text: String(decoding: bytes, as: UTF8.self), templateFile: source.file, name: content.name,
            title: content.title, description: content.description, axes: content.axes, policies: content.policies,
            scores: content.scores, shapes: content.shapes, published: content.published, frontier: content.frontier,
            hash: hash, exclusions: content.exclusions, template: template)
    }

    /// What the description of a suite is called in its folder.
    public static let fileName = "suite.yaml"
}

/// How the cases of a suite are scored.
public struct SuiteScores: Sendable, Equatable {
    /// β ≥ 1: what a unit of risk weighs against a unit of satisfaction.
    public var beta: Double
    /// Outcomes that count as risk; nil for all unsafe ones.
    public var risk: [String]?
    /// Outcomes in which an answer was used to harm.
    public var harm: [String]
    /// Outcomes in which the user went away.
    public var lost: [String]
    /// User types whose harm is their success; the others are honest.
    public var attackers: [String]

    public init(
        beta: Double = 2, risk: [String]? = nil, harm: [String] = [], lost: [String] = [], attackers: [String] = []
    ) {
        self.beta = beta
        self.risk = risk
        self.harm = harm
        self.lost = lost
        self.attackers = attackers
    }
}
