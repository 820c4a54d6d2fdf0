internal import ArgumentParser
internal import Nacre

/// `--svg`: a picture of how conversations end, beside the tables.
struct PictureOption: ParsableArguments {
    @Option(
        name: .long, help: "Also draw how conversations end, by user type, into this SVG file.",
        completion: .file(extensions: ["svg"]))
    var svg: String?

    func validate() throws {
        if let svg, !svg.hasSuffix(".svg") { throw ValidationError("--svg is \(svg); it must end in .svg.") }
    }

    /// The file, if one was named: one that cannot be written is better known before the work than after it.
    func file(replaces: Bool) throws -> OutputFile? {
        try svg.map { try OutputFile(path: $0, replaces: replaces, makesFolders: true) }
    }
}
