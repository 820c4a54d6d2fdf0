extension OutputFolder {
    /// Path and SHA-256 of every file so far, as manifests list them.
    package var hashes: JSONValue {
        .array(files.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) })
    }
}
