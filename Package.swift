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
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "Nacre",
    products: [
        .executable(name: "sim-cli", targets: ["sim-cli"]),
        .library(
            name: "Nacre",
            targets: [
                "GameModel", "UserAgents", "Parameters", "Simulation", "Solver", "Analysis", "Calibration",
                "Interchange",
                "Scenarios", "Preferences", "Suites",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The core, innermost first. A line here is the only way one room may see another.
        .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
        .target(name: "GSLMath", dependencies: ["CGSL"], swiftSettings: core),
        .target(name: "ParallelWork", swiftSettings: core),
        .target(name: "Escaping", swiftSettings: core),
        .target(name: "GameModel", swiftSettings: core),
        .target(name: "UserAgents", dependencies: ["GameModel"], swiftSettings: core),
        .target(name: "Parameters", dependencies: ["GameModel", "UserAgents"], swiftSettings: core),
        .target(name: "Simulation", dependencies: ["GameModel", "ParallelWork"], swiftSettings: core),
        .target(name: "Solver", dependencies: ["GameModel", "GSLMath", "ParallelWork"], swiftSettings: core),
        .target(name: "Calibration", dependencies: ["GameModel", "GSLMath", "ParallelWork"], swiftSettings: core),

        .target(
            name: "Analysis",
            dependencies: ["GameModel", "UserAgents", "Solver", "GSLMath", "Parameters", "ParallelWork"],
            swiftSettings: core),

        // The outer rooms: files, formats and people.
        .target(name: "CanonicalJSON", swiftSettings: strict),
        .target(
            name: "Scenarios", dependencies: ["GameModel", "UserAgents", "Files", "Escaping", yams],
            swiftSettings: strict),
        .target(
            name: "Suites",
            dependencies: [
                "GameModel", "UserAgents", "Simulation", "Solver", "Scenarios", "PolicyFiles", "GSLMath", "Reporting",
            ],
            swiftSettings: strict),
        .target(name: "Interchange", dependencies: ["GameModel", "Escaping"], swiftSettings: strict),
        .target(
            name: "PolicyFiles", dependencies: ["GameModel", "Solver", "CanonicalJSON", "Files"], swiftSettings: strict),
        .target(
            name: "CalibrationFiles",
            dependencies: [
                "Calibration", "Scenarios", "GameModel", "UserAgents", "Reporting", "CanonicalJSON", "Files",
                "Escaping",
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Files", dependencies: ["CZlib", crypto], swiftSettings: strict),
        .target(
            name: "Preferences", dependencies: ["GameModel", "CanonicalJSON", "Files", "Escaping", heap],
            swiftSettings: strict),
        .target(name: "RunStore", dependencies: [grdb], swiftSettings: strict),
        .target(
            name: "Reporting",
            dependencies: ["GameModel", "Simulation", "Solver", "CanonicalJSON", "Files", "Escaping"],
            swiftSettings: strict),
        .target(
            name: "ExampleScenarios", path: "scenarios", exclude: ["invalid", "suites"], sources: ["Examples.swift"],
            resources: [
                .embedInCode("starter.yaml"), .embedInCode("self-harm-question.yaml"),
                .embedInCode("dual-use-technical.yaml"), .embedInCode("health-misinformation.yaml"),
                .embedInCode("benign-but-scary.yaml"), .embedInCode("keeps-asking.yaml"),
                // Embedded files are named by their last path component, and every suite has a suite.yaml: hence links.
                .embedInCode("embedded/constructive-suite.yaml"), .embedInCode("embedded/constructive-template.yaml"),
                .embedInCode("embedded/strata-suite.yaml"), .embedInCode("embedded/strata-template.yaml"),
                .embedInCode("schema/scenario.v1.json"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sim-cli",
            dependencies: [
                "ExampleScenarios",
                "GameModel", "UserAgents", "Parameters", "Analysis", "Simulation", "Solver", "Scenarios",
                "CanonicalJSON", "PolicyFiles", "Files", "GSLMath", "Interchange", "Preferences", "RunStore",
                "Reporting", "Calibration", "CalibrationFiles", "Suites", "ParallelWork", "Escaping", argumentParser,
            ],
            swiftSettings: strict
        ),

        // What tests share, and the benchmark program.
        .target(
            name: "GameFixtures", dependencies: ["GameModel", "UserAgents"], path: "Tests/GameFixtures",
            swiftSettings: strict),
        .executableTarget(
            name: "nacre-bench",
            dependencies: [
                "GameModel", "Simulation", "Solver", "GameFixtures", "Scenarios", "ExampleScenarios", "UserAgents",
            ],
            path: "Benchmarks/nacre-bench", swiftSettings: strict),
        .executableTarget(
            name: "nacre-fuzz",
            dependencies: [
                "GameModel", "Simulation", "Solver", "GameFixtures", "Scenarios", "ExampleScenarios", "CanonicalJSON",
                "PolicyFiles", "Calibration", "CalibrationFiles", "Preferences", "RunStore", grdb,
            ],
            path: "Benchmarks/nacre-fuzz", swiftSettings: strict),

        // Tests, one target a room. They are built in release mode, so they use public and package declarations only.
        .testTarget(name: "EscapingTests", dependencies: ["Escaping"], swiftSettings: strict),
        .testTarget(name: "GSLMathTests", dependencies: ["GSLMath"], swiftSettings: strict),
        .testTarget(
            name: "CalibrationTests", dependencies: ["Calibration", "GameModel", "UserAgents", "GSLMath"],
            swiftSettings: strict),
        .testTarget(
            name: "CalibrationFilesTests",
            dependencies: ["CalibrationFiles", "Calibration", "Scenarios"], swiftSettings: strict),
        .testTarget(
            name: "GameModelTests", dependencies: ["GameModel", "UserAgents", "GameFixtures"], swiftSettings: strict),
        .testTarget(
            name: "UserAgentsTests", dependencies: ["GameModel", "UserAgents", "GameFixtures"], swiftSettings: strict),
        .testTarget(
            name: "SuitesTests",
            dependencies: ["Suites", "Scenarios", "GameModel", "UserAgents", "Simulation", "Solver"],
            swiftSettings: strict),
        .testTarget(
            name: "ParametersTests", dependencies: ["Parameters", "GameModel", "UserAgents", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "AnalysisTests",
            dependencies: ["Analysis", "Parameters", "Solver", "GameModel", "UserAgents", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["GameModel", "UserAgents", "Simulation", "Solver", "GSLMath", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SolverTests",
            dependencies: [
                "GameModel", "UserAgents", "Simulation", "Solver", "PolicyFiles", "CanonicalJSON", "GameFixtures",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ScenariosTests", dependencies: ["Scenarios", "GameModel", "UserAgents", yams],
            swiftSettings: strict),
        .testTarget(
            name: "RunStoreTests", dependencies: ["RunStore", grdb], exclude: ["Golden"], swiftSettings: strict),
        .testTarget(name: "CanonicalJSONTests", dependencies: ["CanonicalJSON"], swiftSettings: strict),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "GameModel", "UserAgents", "Solver", "CanonicalJSON", "GameFixtures"],
            exclude: ["Python"], swiftSettings: strict),
        .testTarget(
            name: "PolicyFilesTests",
            dependencies: ["PolicyFiles", "CanonicalJSON", "GameModel", "Solver", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Reporting", "CanonicalJSON", "Files", "GameModel", "Simulation", "Solver", "GameFixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "PreferencesTests",
            dependencies: [
                "Preferences", "GameModel", "UserAgents", "Solver", "Scenarios", "ExampleScenarios", "Files",
                "CanonicalJSON", "GameFixtures", "Analysis", "Parameters",
            ],
            exclude: ["FormatsGolden"], swiftSettings: strict),
        // These run the built program as a child: `.build/release/sim-cli`, or what NACRE_CLI names.
        .testTarget(
            name: "CLITests", dependencies: ["CanonicalJSON"], exclude: ["Golden"],
            swiftSettings: strict),
    ]
)
