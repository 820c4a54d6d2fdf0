/// What `scripts/test --fast` leaves out, by name: `Target.Suite` or `Target.Suite/test`.
enum SlowSuites {
    static let path = "Tests/slow-suites.txt"

    /// The names of a list; `#` begins a remark.
    static func names(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split(separator: " ").joined(separator: " ")
        }.filter { !$0.isEmpty }
    }

    /// The names of all suites and tests of files under Tests, without argument labels.
    static func existing(in files: [SourceFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            let folders = file.path.split(separator: "/")
            guard folders.count > 2 else { continue }
            for test in file.declarations where test.kind == .function && test.attributes.contains("Test") {
                let target = "\(folders[1])."
                for depth in test.path.indices {
                    names.insert(target + test.path[...depth].joined(separator: "/"))
                }
                names.insert(target + (test.path + [test.name]).joined(separator: "/"))
            }
        }
        return names
    }
}
