/// Names of runs in files: the same command gives the same identifier.
package enum RunName {
    package static func make(_ parts: [String]) -> String {
        String(ContentHash.short(parts.joined(separator: "\n")).prefix(12))
    }
}
