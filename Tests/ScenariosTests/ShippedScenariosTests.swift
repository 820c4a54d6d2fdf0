import Documents
import Foundation
import Scenarios
import Testing

/// The scenarios that come with the package.
@Suite struct ShippedScenariosTests {
    @Test(arguments: Fixtures.files(in: "scenarios", ending: ".yaml"))
    func isReadWithoutWarnings(url: URL) throws {
        let scenario = try Scenario.load(path: url.path(percentEncoded: false))
        #expect(scenario.warnings.map(\.rendered) == [])
        #expect("\(scenario.name).yaml" == url.lastPathComponent)
        #expect(scenario.sourceText.contains("name: \(scenario.name)"))
    }

    @Test func textsAndFilesAreReadAlike() throws {
        for url in Fixtures.files(in: "scenarios", ending: ".yaml") {
            let loaded = try Scenario.load(path: url.path(percentEncoded: false))
            let parsed = try Scenario.parse(try String(contentsOf: url, encoding: .utf8), file: url.lastPathComponent)
            #expect(loaded.fileHash == parsed.fileHash && loaded.gameHash == parsed.gameHash)
        }
    }
}
