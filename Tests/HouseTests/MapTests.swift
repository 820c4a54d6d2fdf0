import Testing

/// `NACRE_RECORD=1` writes the table anew, and that run fails; `scripts/map` does so and looks again.
@Suite("The map of rooms is that of the manifest")
struct MapTests {
    private let manifest: Manifest

    init() throws { manifest = Manifest(try Repository.text("Package.swift")) }

    @Test("Every room says what it holds")
    func purposes() {
        let faults = RoomMap.unexplained(manifest)
        #expect(faults.isEmpty, "\(faults.listed)")
    }

    @Test("CONTRIBUTING.md has the table that the manifest makes")
    func table() throws {
        let page = try Repository.text("CONTRIBUTING.md")
        guard let fresh = RoomMap.page(page, with: RoomMap.table(manifest)) else {
            Issue.record("CONTRIBUTING.md needs '\(RoomMap.start)' and '\(RoomMap.end)', once each and in this order")
            return
        }
        if Repository.isRecording {
            try Repository.write(fresh, to: "CONTRIBUTING.md")
            Issue.record("recorded the map in CONTRIBUTING.md; run again without NACRE_RECORD")
            return
        }
        let isFresh = page == fresh
        #expect(isFresh, "the map is not that of Package.swift; scripts/map writes it anew")
    }

    @Test("Arrows make no cycle")
    func acyclic() {
        let cycle = manifest.cycle
        #expect(cycle == nil, "\(cycle?.joined(separator: " → ") ?? "")")
    }

    @Test("Every folder under Sources is a room, and every target has its folder")
    func folders() throws {
        let unmapped = RoomMap.unmapped(manifest, folders: try Repository.folders(in: "Sources"))
        #expect(unmapped.isEmpty, "no target of Package.swift is made of \(unmapped.joined(separator: ", "))")
        let missing = manifest.targets.map(\.path).filter { !Repository.exists($0) }
        #expect(missing.isEmpty, "Package.swift names \(missing.joined(separator: ", ")), and there is no such folder")
    }

    @Test("What a target declares it imports")
    func imports() {
        let files = Repository.sources + Repository.tests + Repository.others
        let faults = RoomMap.unused(manifest) { target in
            files.filter { $0.path.hasPrefix(target.path + "/") }.reduce(into: []) { $0.formUnion($1.imports) }
        }
        #expect(faults.isEmpty, "\(faults.listed)")
    }
}
