import Foundation
import GRDB
import NumericalMethods
import RunStore
import Testing

@Suite("What people say of runs, and what runs found in short")
struct LabelTests {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("runs.sqlite"), access: .write)
    }

    private func run(_ results: RunResults = Fixture.results) throws -> RunID {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try store.finish(permit, results, at: "t")
        return permit.run
    }

    @Test("Complete runs get tags and notes, which change nothing else of them")
    func labels() throws {
        let run = try run()
        let before = try store.run(run)
        try store.tag(run, with: ["b", "a", "é"])
        try store.tag(run, with: ["a"])
        #expect(try store.overview(of: run).tags == ["a", "b", "é"])
        #expect(try store.untag(run, ["b", "c"]) == ["c"])
        try store.note(run, "first")
        try store.note(run, "it's \"second\"; DROP TABLE runs")
        let overview = try store.overview(of: run)
        #expect(overview.tags == ["a", "é"])
        #expect(overview.note == "it's \"second\"; DROP TABLE runs")
        try store.note(run, nil)
        #expect(try store.overview(of: run).note == nil)
        #expect(try store.run(run) == before)
    }

    @Test("Lists can be asked for tags: all of them must be there")
    func filter() throws {
        let runs = try (0..<3).map { _ in try run() }
        try store.tag(runs[0], with: ["x"])
        try store.tag(runs[1], with: ["x", "y"])
        #expect(try store.overviews(tags: ["x"]).map(\.summary.id) == [runs[0], runs[1]])
        #expect(try store.overviews(tags: ["x", "y"]).map(\.summary.id) == [runs[1]])
        #expect(try store.overviews(tags: ["z"]).isEmpty)
        #expect(try store.overviews().count == 3)
    }

    @Test("A run that is not there gets nothing; a removed run takes its labels with it")
    func missing() throws {
        for change in [
            { try store.tag(RunID(9), with: ["x"]) }, { _ = try store.untag(RunID(9), ["x"]) },
            { try store.note(RunID(9), "x") },
        ] {
            #expect((#expect(throws: StoreError.self) { try change() })?.kind == .noSuchRun)
        }
        let run = try run(RunResults(documents: [RunDocument(name: "result.json", text: "{}")]))
        try store.tag(run, with: ["x"])
        try store.note(run, "n")
        try store.remove(run)
        let counts = try store.tableCounts()
        #expect(counts["tags"] == 0 && counts["notes"] == 0 && counts["documents"] == 0)
    }

    @Test(
        "What was found in short: figures with their errors, and the verdict on the limits",
        arguments: RunVerdict.allCases)
    func found(verdict: RunVerdict) throws {
        var results = Fixture.results
        results.verdict = verdict
        let overview = try store.overview(of: try run(results))
        #expect(overview.verdict == verdict)
        #expect(overview.payoff?.value == -0.25 && overview.payoff?.count == 1)
        #expect(overview.safe == Estimate(exact: 0.79))
        #expect(try store.texts("SELECT verdict, safe FROM runs_readable") == ["\(verdict.rawValue) | 0.79"])
    }

    @Test("Documents come back as they were; a run that is taken up again finds them anew")
    func documents() throws {
        let documents = [RunDocument(name: "a.txt", text: "é\n\u{0}x"), RunDocument(name: "b.json", text: "{}")]
        let permit = try store.begin(Fixture.run(.frontier), names: RunNames())
        try store.interrupt(permit, RunResults(documents: documents), at: "t")
        #expect(try store.documents(of: permit.run).map(\.name) == ["a.txt", "b.json"])
        let resumed = try store.resume(permit.run, at: "t")
        #expect(try store.documents(of: permit.run).isEmpty)
        try store.finish(resumed.permit, RunResults(documents: [documents[1]]), at: "t")
        #expect(try store.documents(of: permit.run) == [documents[1]])
    }

    @Test("A verdict, a tag or a note that no version writes is damage")
    func damage() throws {
        let run = try run()
        for (sql, found) in [
            ("UPDATE runs SET verdict = 7", "in the column verdict"),
            ("INSERT INTO tags VALUES (1, x'00')", "in the column tag"),
            ("INSERT INTO notes VALUES (1, x'00')", "in the column note"),
        ] {
            try store.writeUnguarded { db in try db.execute(sql: "PRAGMA ignore_check_constraints = ON; " + sql) }
            let error = #expect(throws: StoreError.self) { try store.overview(of: run) }
            #expect(error?.kind == .damaged)
            #expect(error?.description.contains(found) == true, "\(error?.description ?? "")")
            #expect(try store.problems().contains { $0.contains(found) })
            try store.writeUnguarded { db in
                try db.execute(sql: "UPDATE runs SET verdict = NULL; DELETE FROM tags; DELETE FROM notes")
            }
        }
    }

    @Test("A store that vanishes is noticed by whoever removes runs from it, too")
    func gone() throws {
        let run = try run()
        try FileManager.default.removeItem(atPath: store.path)
        #expect((#expect(throws: StoreError.self) { try store.remove(run) })?.kind == .unavailable)
        #expect((#expect(throws: StoreError.self) { try store.tag(run, with: ["x"]) })?.kind == .unavailable)
    }
}
