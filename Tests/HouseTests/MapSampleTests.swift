import Testing

@Suite("Manifests of every form are read")
struct MapSampleTests {
    static let text = """
        let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
        let core: [SwiftSetting] = [.strictMemorySafety()]
        let package = Package(
            name: "Nacre",
            products: [.library(name: "Nacre", targets: ["Model"]), .executable(name: "tool", targets: ["tool"])],
            dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
            targets: [
                // Innermost first.
                /// The module map of a library. Nobody else sees it.
                .systemLibrary(name: "CLib", pkgConfig: "lib", providers: [.apt(["lib-dev"])]),
                /// The game,
                /// and its | words.
                .target(name: "Model", dependencies: ["CLib"], swiftSettings: core),
                /// Too far away.

                .target(
                    name: "Files", dependencies: ["Model", .target(name: "CLib"), yams,
                        .product(name: "Crypto", package: "swift-crypto")],
                    path: "Elsewhere/Files", exclude: ["a"]),
                .executableTarget(name: "tool", dependencies: [.byName(name: "Files")]),
                .testTarget(name: "ModelTests", dependencies: ["Model"]),
            ]
        )
        """

    let manifest = Manifest(text)

    @Test("Kinds, paths, dependencies and purposes")
    func targets() {
        #expect(manifest.targets.map(\.name) == ["CLib", "Model", "Files", "tool", "ModelTests"])
        #expect(manifest.targets.map(\.kind) == [.system, .library, .library, .executable, .test])
        #expect(
            manifest.targets.map(\.path)
                == ["Sources/CLib", "Sources/Model", "Elsewhere/Files", "Sources/tool", "Tests/ModelTests"])
        #expect(
            manifest.targets.map(\.dependencies)
                == [[], ["CLib"], ["Model", "CLib", "Yams", "Crypto"], ["Files"], ["Model"]])
        #expect(
            manifest.targets.map(\.purpose)
                == ["The module map of a library", "The game, and its | words", nil, nil, nil])
        #expect(manifest.cycle == nil)
    }

    @Test("The table has the rooms in their order, and what they see of ours")
    func table() {
        let table = """
            | room | holds | sees |
            |---|---|---|
            | `CLib` | The module map of a library | – |
            | `Model` | The game, and its \\| words | `CLib` |
            | `Files` |  | `Model`, `CLib` |
            | `tool` |  | `Files` |
            """
        #expect(RoomMap.table(manifest) == table)
        #expect(RoomMap.unexplained(manifest).map(\.line) == [16, 20])
    }

    @Test("Only what stands between the marks is replaced, and marks that are missing or doubled are an error")
    func marks() {
        let page = "before\n\(RoomMap.start)\nold\n\(RoomMap.end)\nafter"
        let fresh = "before\n\(RoomMap.start)\n\nnew\n\n\(RoomMap.end)\nafter"
        #expect(RoomMap.page(page, with: "new") == fresh)
        #expect(RoomMap.page(fresh, with: "new") == fresh)
        #expect(RoomMap.page("before", with: "new") == nil)
        #expect(RoomMap.page(page + RoomMap.start, with: "new") == nil)
        #expect(RoomMap.page("\(RoomMap.end)\(RoomMap.start)", with: "new") == nil)
    }

    @Test("A cycle is found, with its way round")
    func cycle() {
        let text = """
            .target(name: "Z", dependencies: ["A"]), .target(name: "A", dependencies: ["B", "C"]), .target(name: "B"),
            .target(name: "C", dependencies: ["D"]), .target(name: "D", dependencies: [.target(name: "A")]),
            """
        #expect(Manifest(text).cycle == ["A", "C", "D", "A"])
    }

    @Test("Folders without a target, and dependencies that nobody imports")
    func unused() {
        #expect(RoomMap.unmapped(manifest, folders: ["CLib", "Model", "Files", "tool"]) == ["Sources/Files"])
        let file = SourceFile(
            path: "a.swift",
            text: """
                public import Model
                @preconcurrency import struct Crypto.SHA256
                // import CLib
                let text = "import Yams"
                """)
        #expect(file.imports == ["Model", "Crypto"])
        let faults = RoomMap.unused(manifest) { $0.name == "Files" ? file.imports : ["CLib", "Model", "Files"] }
        #expect(
            faults.map(\.message)
                == ["Files declares CLib and never imports it", "Files declares Yams and never imports it"])
    }
}
