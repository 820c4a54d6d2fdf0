// swift-tools-version: 6.2
import PackageDescription

/// Every target: strict language modes, and no warning that is left for later.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The core (no Foundation, no I/O) also marks every unsafe operation where it stands.
let core: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let flyingFox: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")

/// libFuzzer brings a `main` of its own: for it the program is a library. `scripts/fuzz` sets the variable.
let isForLibFuzzer = Context.environment["NACRE_FUZZ"] != nil

let package = Package(
    name: "Nacre",
    products: [
        .executable(name: "sim-cli", targets: ["sim-cli"]),
        .library(name: "Nacre", targets: ["Nacre"]),
        .library(name: "Conformance", targets: ["Conformance"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // Innermost first; every line of `dependencies` is the only way one room may see another. The sentence above a target
        // is what the map in CONTRIBUTING.md says of it.

        /// The GNU Scientific Library, as C sees it.
        .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
        /// What is wrong with an input: where, what was found, what was needed.
        .target(name: "InputErrors", swiftSettings: core),
        /// Minimisers, roots, distributions, linear programs, series, Sobol points and work over threads: mathematics without a game.
        .target(name: "NumericalMethods", dependencies: ["CGSL"], swiftSettings: core),
        /// The game and what is asked of it: players, states, policies, beliefs, objectives, numbers by path.
        .target(name: "GameModel", dependencies: ["InputErrors", "NumericalMethods"], swiftSettings: core),
        /// How users choose: one file per kind of user, with its coefficients and its derivatives.
        .target(name: "UserAgents", dependencies: ["GameModel", "NumericalMethods"], swiftSettings: core),
        /// What a policy leads to, without sampling: forward and backward passes, action values, profiles by turn.
        .target(name: "ExactEvaluation", dependencies: ["GameModel", "NumericalMethods"], swiftSettings: core),
        /// Conversations played at random, in blocks that add up to the same bytes on any number of threads.
        .target(name: "Simulation", dependencies: ["GameModel", "NumericalMethods"], swiftSettings: core),
        /// Searches for policies, each with a bound on what any policy could do.
        .target(
            name: "Solver", dependencies: ["InputErrors", "GameModel", "ExactEvaluation", "NumericalMethods", heap],
            swiftSettings: core),
        /// Fits of users to observed conversations, with their errors.
        .target(
            name: "Calibration", dependencies: ["InputErrors", "GameModel", "NumericalMethods"], swiftSettings: core),
        /// Questions about a policy and their answers: explanations, the pearl point, boundaries, sensitivity.
        .target(
            name: "Analysis",
            dependencies: ["InputErrors", "GameModel", "UserAgents", "ExactEvaluation", "Solver", "NumericalMethods"],
            swiftSettings: core),
        /// The kits that every user agent and every solver passes, ours and anybody's, and the small random games that they are run on.
        .target(
            name: "Conformance",
            dependencies: ["GameModel", "UserAgents", "ExactEvaluation", "Solver", "NumericalMethods"],
            swiftSettings: core),

        // The outer rooms: files, formats and people.

        /// Decompression, as C sees it.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        /// Hashes, as C sees them.
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
        /// Requests over HTTP, as C sees them.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        /// What any result is written with: canonical JSON, files and folders that appear whole, hashes, tables, pictures.
        .target(
            name: "Output", dependencies: ["InputErrors", "NumericalMethods", "CZlib", "COpenSSL"],
            swiftSettings: strict),
        /// YAML and JSON with the place of every value, and problems that show the line they are about.
        .target(name: "Documents", dependencies: ["InputErrors", "Output", yams], swiftSettings: strict),
        /// Scenario files and policy files: their sections, checks, names and hashes.
        .target(
            name: "Scenarios",
            dependencies: ["InputErrors", "GameModel", "UserAgents", "ExactEvaluation", "Documents", "Output"],
            swiftSettings: strict),
        /// Many scenarios from one template, played by many policies and scored.
        .target(
            name: "Suites",
            dependencies: [
                "InputErrors", "GameModel", "UserAgents", "Simulation", "ExactEvaluation", "Solver", "Scenarios",
                "Documents", "NumericalMethods",
                "Output",
            ],
            swiftSettings: strict),
        /// Games in the formats of other programs: pomdp, prism, efg.
        .target(name: "Interchange", dependencies: ["InputErrors", "GameModel", "Output"], swiftSettings: strict),
        /// Calibration from files: mappings, observations, fitted blocks, reports.
        .target(
            name: "CalibrationFiles",
            dependencies: [
                "InputErrors", "Calibration", "Scenarios", "GameModel", "Documents", "Output",
            ],
            swiftSettings: strict),
        /// Language models behind an address: bounded requests, retries, budgets, answers that are remembered.
        .target(
            name: "LanguageModels", dependencies: ["InputErrors", "GameModel", "Output", "CCurl", grdb],
            swiftSettings: strict),
        /// What texts are in the words of a scenario, as distributions: labels, their files, and those who give them.
        .target(
            name: "Labelling",
            dependencies: ["InputErrors", "NumericalMethods", "GameModel", "LanguageModels", "Output"],
            swiftSettings: strict),
        /// Conversations in words: users of the game speak, a policy, a model or a person answers.
        .target(
            name: "Conversations",
            dependencies: [
                "NumericalMethods", "GameModel", "ExactEvaluation", "Simulation", "Labelling", "LanguageModels",
                "Output",
            ],
            swiftSettings: strict),
        /// Preference data for alignment training: pairs, labels, formats, cards, and the audit of anybody's files.
        .target(
            name: "Preferences",
            dependencies: [
                "InputErrors", "GameModel", "ExactEvaluation", "Analysis", "Simulation", "NumericalMethods",
                "Labelling",
                "Output", heap,
            ],
            swiftSettings: strict),
        /// Runs kept in SQLite; knows no game.
        .target(name: "RunStore", dependencies: ["NumericalMethods", grdb], swiftSettings: strict),
        /// Pages for a browser: templates, styles and scripts, what is shown on them, and the server that answers with them.
        .target(
            name: "Pages", dependencies: ["InputErrors", "Output", mustache, flyingFox, flyingSocks],
            resources: [
                .embedInCode("Style/page.css"), .embedInCode("Explorer/Web/explorer.mustache"),
                .embedInCode("Explorer/Web/explorer.css"), .embedInCode("Explorer/Web/explorer.js"),
                .embedInCode("Explorer/Web/elements.js"), .embedInCode("Explorer/Web/numbers.js"),
                .embedInCode("Explorer/Web/figures.js"), .embedInCode("Explorer/Web/talk.js"),
                .embedInCode("Explorer/Web/search.js"), .embedInCode("Explorer/Web/runs.js"),
                .embedInCode("Credit/credit.css"), .embedInCode("Credit/credit.mustache"),
                .embedInCode("Report/report.css"), .embedInCode("Report/report.js"),
                .embedInCode("Report/Templates/answers.mustache"),
                .embedInCode("Report/Templates/boundary.mustache"),
                .embedInCode("Report/Templates/comparison.mustache"),
                .embedInCode("Report/Templates/conversations.mustache"),
                .embedInCode("Report/Templates/frontier.mustache"),
                .embedInCode("Report/Templates/glance.mustache"),
                .embedInCode("Report/Templates/limits.mustache"),
                .embedInCode("Report/Templates/mix.mustache"),
                .embedInCode("Report/Templates/outcomes.mustache"),
                .embedInCode("Report/Templates/recipe.mustache"),
                .embedInCode("Report/Templates/report.mustache"),
                .embedInCode("Report/Templates/runs.mustache"),
                .embedInCode("Report/Templates/scenario.mustache"),
                .embedInCode("Report/Templates/sensitivity.mustache"),
                .embedInCode("Report/Templates/sources.mustache"),
                .embedInCode("Report/Templates/suites.mustache"),
            ],
            swiftSettings: strict),
        /// The scenarios, suites and published figures that ship with the program, embedded in it.
        .target(
            name: "ExampleScenarios", path: "scenarios", exclude: ["invalid", "suites"], sources: ["Examples.swift"],
            resources: [
                .embedInCode("starter.yaml"), .embedInCode("general-assistant.yaml"),
                .embedInCode("self-harm-question.yaml"),
                .embedInCode("dual-use-technical.yaml"), .embedInCode("health-misinformation.yaml"),
                .embedInCode("benign-but-scary.yaml"), .embedInCode("keeps-asking.yaml"),
                // Embedded files are named by their last path component, and every suite has a suite.yaml: hence links.
                .embedInCode("embedded/constructive-suite.yaml"), .embedInCode("embedded/constructive-template.yaml"),
                .embedInCode("embedded/strata-suite.yaml"), .embedInCode("embedded/strata-template.yaml"),
                .embedInCode("reality/people.yaml"), .embedInCode("reality/simulated.yaml"),
                .embedInCode("schema/scenario.v1.json"),
            ],
            swiftSettings: strict),
        /// The umbrella: `import Nacre`, what can be done with a scenario, how results are laid out and kept.
        .target(
            name: "Nacre",
            dependencies: [
                "InputErrors", "NumericalMethods", "GameModel", "UserAgents", "ExactEvaluation", "Simulation", "Solver",
                "Calibration", "Analysis", "Output", "Documents", "Scenarios", "Suites", "Interchange",
                "CalibrationFiles", "Labelling", "LanguageModels", "Conversations",
                "Preferences", "RunStore", "Pages", "ExampleScenarios",
            ],
            swiftSettings: strict),
        /// The program: options, messages and exit codes.
        .executableTarget(name: "sim-cli", dependencies: ["Nacre", argumentParser], swiftSettings: strict),

        // What tests share, and the programs that measure and fuzz.

        /// Small games, the loop played literally and brute force: what several test targets share.
        .target(
            name: "GameFixtures", dependencies: ["GameModel", "UserAgents", "Conformance"], path: "Tests/GameFixtures",
            swiftSettings: strict),
        /// A model behind an address on loopback that answers well or badly, as a test says.
        .target(
            name: "StubModels", dependencies: ["Output"], path: "Tests/StubModels", swiftSettings: strict),
        /// Measures how fast simulation and the solvers are.
        .executableTarget(
            name: "nacre-bench",
            dependencies: [
                "Conformance", "GameModel", "Simulation", "Solver", "GameFixtures", "Scenarios", "ExampleScenarios",
                "UserAgents",
            ],
            path: "Benchmarks/nacre-bench", swiftSettings: strict),
        /// Every reader with sound inputs and mutants of them: what fuzzing gives to readers, whoever drives it.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "InputErrors", "GameModel", "Conformance", "Simulation", "Scenarios",
                "Suites", "ExampleScenarios", "Output", "CalibrationFiles", "Labelling",
                "LanguageModels", "Preferences", "RunStore", "Pages", "Nacre", "NumericalMethods", grdb,
            ],
            path: "Fuzzing/Targets", swiftSettings: strict),
        /// Command lines with mutants of them, read by the program's own parser.
        .target(
            name: "FuzzArguments", dependencies: ["FuzzTargets", "InputErrors", "Output", "sim-cli"],
            path: "Fuzzing/Arguments",
            swiftSettings: strict),
        /// Reads mutants by number, without libFuzzer: smoke runs, and the corpus of what was once a finding.
        .executableTarget(
            name: "nacre-fuzz", dependencies: ["FuzzTargets", "Conformance"], path: "Fuzzing/nacre-fuzz",
            swiftSettings: strict),

        /// The programs of the README and of docs/api.md.
        .executableTarget(name: "nacre-examples", dependencies: ["Nacre"], path: "Examples", swiftSettings: strict),

        // Tests, one target a room. They are built in release mode, so they use public and package declarations only.
        .testTarget(
            name: "OutputTests",
            dependencies: ["Output", "Nacre", "GameModel", "ExactEvaluation", "Simulation", "GameFixtures"],
            swiftSettings: strict),
        // These run `.build/release/nacre-examples` as a child.
        .testTarget(name: "ExamplesTests", swiftSettings: strict),
        // Reads the sources as text: the map of rooms, documentation comments, the list of slow suites.
        .testTarget(name: "HouseTests", swiftSettings: strict),
        .testTarget(name: "NumericalMethodsTests", dependencies: ["NumericalMethods"], swiftSettings: strict),
        .testTarget(
            name: "CalibrationTests", dependencies: ["Calibration", "GameModel", "UserAgents"],
            swiftSettings: strict),
        .testTarget(
            name: "CalibrationFilesTests",
            dependencies: ["CalibrationFiles", "Calibration", "GameModel", "Scenarios", "Documents"],
            swiftSettings: strict),
        .testTarget(
            name: "GameModelTests", dependencies: ["GameModel", "UserAgents", "GameFixtures", "NumericalMethods"],
            swiftSettings: strict),
        .testTarget(
            name: "UserAgentsTests", dependencies: ["GameModel", "UserAgents", "Conformance", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Conformance", "GameModel", "UserAgents", "ExactEvaluation", "Solver", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SuitesTests",
            dependencies: [
                "Suites", "Scenarios", "Documents", "NumericalMethods", "GameModel", "UserAgents", "Simulation",
                "ExactEvaluation", "Solver",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AnalysisTests",
            dependencies: ["Analysis", "ExactEvaluation", "Solver", "GameModel", "UserAgents", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "GameModel", "Simulation", "ExactEvaluation", "Solver", "NumericalMethods", "GameFixtures",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SolverTests",
            dependencies: [
                "GameModel", "UserAgents", "Simulation", "ExactEvaluation", "Solver", "Scenarios", "Output",
                "GameFixtures", "Nacre",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ScenariosTests",
            dependencies: [
                "Scenarios", "Documents", "Output", "GameModel", "UserAgents", "Solver", "Nacre", "GameFixtures", yams,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RunStoreTests", dependencies: ["RunStore", "NumericalMethods", grdb], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests",
            dependencies: [
                "Interchange", "GameModel", "UserAgents", "ExactEvaluation", "Output", "GameFixtures", "Solver",
                "Scenarios",
            ],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "NacreTests",
            dependencies: [
                "Nacre", "Output", "GameModel", "Simulation", "ExactEvaluation", "Solver", "GameFixtures", "Labelling",
                "ExampleScenarios",
            ],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "LabellingTests",
            dependencies: [
                "Labelling", "LanguageModels", "GameModel", "NumericalMethods", "Output", "Scenarios",
                "ExampleScenarios",
                "InputErrors",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: ["LanguageModels", "GameModel", "InputErrors", "Output", "StubModels"], swiftSettings: strict),
        .testTarget(
            name: "ConversationsTests",
            dependencies: [
                "Conversations", "GameModel", "UserAgents", "ExactEvaluation", "Simulation", "NumericalMethods",
                "Labelling", "LanguageModels", "Scenarios", "ExampleScenarios", "GameFixtures",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PreferencesTests",
            dependencies: [
                "Preferences", "GameModel", "ExactEvaluation", "Solver", "Scenarios", "ExampleScenarios", "Output",
                "GameFixtures", "Analysis", "Labelling", "InputErrors", "NumericalMethods", "Simulation",
            ],
            exclude: ["FormatsGolden"], swiftSettings: strict),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "Output", "GameFixtures"], swiftSettings: strict),
        // The corpus and the smoke run call `.build/release/nacre-fuzz` as a child, so that a trap names its mutant.
        .testTarget(
            name: "FuzzingTests", dependencies: ["FuzzTargets", "FuzzArguments", "Conformance", "sim-cli"],
            swiftSettings: strict),
        // These run the built program as a child: `.build/release/sim-cli`, or what NACRE_CLI names.
        .testTarget(
            name: "CLITests", dependencies: ["Output", "Nacre", "StubModels", "GameFixtures"], exclude: ["Golden"],
            swiftSettings: strict),
    ]
)

if isForLibFuzzer {
    // Named by a constant, so that it is no second room for those who read this file as a text.
    let program = "sim-cli"
    package.targets.removeAll { $0.name == program }
    package.targets.append(
        .target(
            name: program, dependencies: ["Nacre", argumentParser],
            swiftSettings: strict + [
                .unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "sim_cli_main"])
            ]))
    package.products = [
        .library(name: "NacreFuzz", type: .static, targets: ["FuzzTargets", "FuzzArguments"])
    ]
}
