/// What `calibrate` is asked for beside the mapping.
package struct FitRequest: Sendable {
    package var folds: Int
    package var bootstraps: Int
    /// Times that whole conversations are played.
    package var checks: Int
    package var seed: UInt64
    package var threads: Int
    /// How often labels are mistaken for each other; none where they are read as they are.
    package var confusion: [ConfusionFile]

    package init(
        folds: Int, bootstraps: Int, checks: Int = 0, seed: UInt64, threads: Int, confusion: [ConfusionFile] = []
    ) {
        self.confusion = confusion
        self.folds = folds
        self.bootstraps = bootstraps
        self.checks = checks
        self.seed = seed
        self.threads = threads
    }
}
