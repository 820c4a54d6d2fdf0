import Foundation
import GRDB
import RunStore
import Testing

@Suite("Where stores are: names that are no addresses, no pipes, read-only places, and files that go away")
struct PlacesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A store with one run, closed.
    private func closedStore(_ name: String = "runs.sqlite") throws -> String {
        let path = folder.file(name)
        let store = try Store(path: path, access: .write)
        _ = try store.begin(Fixture.run(), names: Fixture.names)
        try store.close()
        return path
    }

    @Test(
        "A path is the name of a file, whatever it looks like",
        arguments: ["file:runs.sqlite", "file:runs.sqlite?mode=memory", ":memory:", "a b?#%41.sqlite", "é"])
    func names(name: String) throws {
        let path = try closedStore(name)
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try Store(path: path, access: .read).runs().count == 1)
    }

    @Test("A blank name is none", arguments: ["", " ", "\t"])
    func blank(name: String) throws {
        for access in [Store.Access.read, .write] {
            #expect(throws: StoreError.self) { try Store(path: name, access: access) }
        }
    }

    @Test("Pipes and devices are refused at once, and stay")
    func special() throws {
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, kind) in [(pipe, "a pipe"), ("/dev/null", "a device"), ("/dev/zero", "a device")] {
            for access in [Store.Access.read, .write] {
                let error = #expect(throws: StoreError.self) { try Store(path: path, access: access) }
                #expect(error?.kind == .notAStore)
                #expect(error?.problem.hasPrefix("is \(kind);") == true)
            }
        }
    }

    @Test("A path through a file is named")
    func throughFile() throws {
        let error = #expect(throws: StoreError.self) { try Store(path: closedStore() + "/x", access: .write) }
        #expect(error?.kind == .unavailable)
    }

    @Test("A store that was removed, replaced or moved while it was written to is no store that was recorded in")
    func gone() throws {
        for way in 0..<3 {
            let path = folder.file("\(way).sqlite")
            let store = try Store(path: path, access: .write)
            let permit = try store.begin(Fixture.run(), names: Fixture.names)
            switch way {
            case 0: try FileManager.default.removeItem(atPath: path)
            case 1:
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.copyItem(atPath: closedStore("other\(way)"), toPath: path)
            default: try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
            }
            let error = #expect(throws: StoreError.self) { try store.finish(permit, Fixture.results, at: "t") }
            #expect(error?.kind == .unavailable)
            #expect(error?.problem.contains("removed, moved or replaced") == true)
        }
    }

    @Test("With an unfinished transaction beside it, a store is read from a copy; store and journal stay")
    func hotJournal() throws {
        let path = try closedStore()
        let (hot, journal) = (folder.file("hot.sqlite"), folder.file("hot.sqlite-journal"))
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1")
            try db.inTransaction {
                try db.execute(sql: "UPDATE runs SET scenario = 'torn'")
                for number in 0..<5_000 {
                    try db.execute(
                        sql: "INSERT INTO names VALUES (1, 'user', ?, 'torn')", arguments: [1_000 + number])
                }
                // What a kill leaves now: pages of the transaction in the file, and the journal that undoes them.
                try FileManager.default.copyItem(atPath: path, toPath: hot)
                try FileManager.default.copyItem(atPath: path + "-journal", toPath: journal)
                return .rollback
            }
        }
        let before = (FileManager.default.contents(atPath: hot), FileManager.default.contents(atPath: journal))
        let store = try Store(path: hot, access: .read)
        #expect(try store.runs().map(\.scenario) == ["sleeping-pills"])
        #expect(try store.run(RunID(1)).names == Fixture.names)
        #expect(store.note?.contains("a copy is read") == true)
        #expect(FileManager.default.contents(atPath: hot) == before.0)
        #expect(FileManager.default.contents(atPath: journal) == before.1)
    }

    @Test(
        "In a folder that may not be written to, a store is read as it stands; so are batches that are still in its log",
        .enabled(if: geteuid() != 0, "permissions do not bind root"), arguments: [false, true])
    func readOnlyFolder(hasLog: Bool) throws {
        let path = try closedStore()
        let inner = folder.file("inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        let writer = try Store(path: path, access: .write)
        _ = try writer.begin(Fixture.run(), names: Fixture.names)
        for ending in hasLog ? ["", "-wal"] : [] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: inner + "/s.sqlite" + ending)
        }
        try writer.close()
        if !hasLog { try FileManager.default.copyItem(atPath: path, toPath: inner + "/s.sqlite") }
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: inner)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: inner) }
        let store = try Store(path: inner + "/s.sqlite", access: .read)
        #expect(try store.runs().count == 2)
        #expect(store.note != nil)
    }
}
