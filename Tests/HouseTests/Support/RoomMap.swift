/// The table of rooms in CONTRIBUTING.md.
enum RoomMap {
    static let start = "<!-- map: written by scripts/map -->"
    static let end = "<!-- map: end -->"

    /// One row per target that is no test, in the manifest's order.
    static func table(_ manifest: Manifest) -> String {
        let rows = manifest.rooms.map { target in
            let seen = manifest.seen(by: target).map { "`\($0)`" }
            let purpose = (target.purpose ?? "").split(separator: "|").joined(separator: "\\|")
            return "| `\(target.name)` | \(purpose) | \(seen.isEmpty ? "–" : seen.joined(separator: ", ")) |"
        }
        return (["| room | holds | sees |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// The page with another table between the marks; nil where the marks are missing or doubled.
    static func page(_ page: String, with table: String) -> String? {
        let starts = page.ranges(of: start)
        let ends = page.ranges(of: end)
        guard starts.count == 1, ends.count == 1, starts[0].upperBound <= ends[0].lowerBound else { return nil }
        return page[..<starts[0].upperBound] + "\n\n\(table)\n\n" + page[ends[0].lowerBound...]
    }

    /// Rooms without a purpose.
    static func unexplained(_ manifest: Manifest) -> [Fault] {
        manifest.rooms.filter { $0.purpose == nil }.map {
            Fault(
                path: "Package.swift", line: $0.line,
                message: "\($0.name) says nowhere what it holds: write a sentence with /// right above it")
        }
    }

    /// Folders under Sources that no target is made of.
    static func unmapped(_ manifest: Manifest, folders: [String]) -> [String] {
        let paths = Set(manifest.rooms.map(\.path))
        return folders.map { "Sources/\($0)" }.filter { !paths.contains($0) }
    }

    /// Dependencies that no file of their target imports.
    static func unused(_ manifest: Manifest, imports: (Manifest.Target) -> Set<String>) -> [Fault] {
        manifest.targets.filter { $0.kind != .system }.flatMap { target in
            let imported = imports(target)
            // The compiler knows `sim-cli` as `sim_cli`.
            let unused = target.dependencies.filter { !imported.contains(String($0.map { $0 == "-" ? "_" : $0 })) }
            return unused.map {
                Fault(
                    path: "Package.swift", line: target.line,
                    message: "\(target.name) declares \($0) and never imports it")
            }
        }
    }
}
