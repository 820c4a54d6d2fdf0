import Foundation
import GameModel
import Labelling
import Output
import Testing

/// What scikit-learn makes of the same texts, where the environment names a Python that has it (`NACRE_SKLEARN_PYTHON`).
enum Sklearn {
    static let python = ProcessInfo.processInfo.environment["NACRE_SKLEARN_PYTHON"]

    static let script = """
        import json, sys, warnings
        warnings.filterwarnings("ignore")
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_union
        job = json.load(open(sys.argv[1]))
        vectoriser = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True))
        # A factor: ours are of length 1 together, theirs of length 1 each.
        train = vectoriser.fit_transform(job["train"]) * 0.5 ** 0.5
        asked = vectoriser.transform(job["asked"]) * 0.5 ** 0.5
        logistic = LogisticRegression(C=1 / job["penalty"], tol=1e-8, max_iter=10000).fit(train, job["names"])
        ridge = Ridge(alpha=job["penalty"], tol=1e-10).fit(train, job["amounts"])
        print(json.dumps([logistic.predict_proba(asked).tolist(), ridge.predict(asked).tolist()]))
        """

    static func ask(_ job: JSONValue) throws -> JSONValue {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appendingPathComponent("sklearn-\(UUID().uuidString).json")
        let answer = file.appendingPathExtension("out")
        defer { for path in [file, answer] { try? FileManager.default.removeItem(at: path) } }
        try Data(try job.bytes()).write(to: file)
        try Data().write(to: answer)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "")
        process.arguments = ["-c", script, file.path]
        process.standardOutput = try FileHandle(forWritingTo: answer)
        try process.run()
        process.waitUntilExit()
        return try JSONValue(strictly: Array(try Data(contentsOf: answer)))
    }
}

@Suite(
    "Beside scikit-learn", .enabled(if: Sklearn.python != nil, "NACRE_SKLEARN_PYTHON names no Python with scikit-learn")
)
struct SklearnTests {
    /// Two hundredths of a probability, or of a feature: what buckets that two pieces share may change where the penalty is weakest.
    private static let tolerance = 0.02

    @Test("The same texts give the same probabilities and the same amounts", arguments: [1.0, 0.1, 0.01])
    func same(_ penalty: Double) throws {
        let material = try LexicalLabellerTests.material()
        let training = TrainingText.answers(material)
        let asked = TrainingText.messages(material).map(\.content)
        let names = try training.map { try #require($0.label.response.map(NominalFigures.likeliest)) }
        let amounts = try training.map { try #require($0.label.features).map(\.mean) }
        let answer = try Sklearn.ask(
            .object([
                "train": .strings(training.map(\.content)), "asked": .strings(asked), "penalty": .number(penalty),
                "names": .array(names.map { .integer($0) }), "amounts": .array(amounts.map { .numbers($0) }),
            ]))
        let counts = training.map { NGramCounts($0.content) }
        let vocabulary = Vocabulary(counts)
        let vectors = (counts + asked.map { NGramCounts($0) }).map { vocabulary.vector($0) }
        let all = GramMatrix(vectors, slots: vocabulary.count)
        let (own, others) = (Array(training.indices), Array(training.count..<vectors.count))
        let products = all.part(rows: others, columns: own)
        let fit = SoftmaxRegression(
            all.restricted(to: own),
            targets: names.map { name in material.scheme.responses.indices.map { $0 == name ? 1 : 0 } },
            penalty: penalty, tolerance: 1e-8)
        let shares = fit.scores(products, texts: others.count).map { Softmax.probabilities($0, temperature: 1) }
        let theirs = try #require(answer.arrayValue?.first?.arrayValue)
        for (own, other) in zip(shares, theirs) {
            for (p, q) in zip(own, other.arrayValue ?? []) { #expect(abs(p - (q.doubleValue ?? -1)) < Self.tolerance) }
        }
        let ridges = try #require(answer.arrayValue?.last?.arrayValue)
        for feature in material.scheme.features.indices {
            let values = KernelRidge(all.restricted(to: own), targets: amounts.map { $0[feature] }, penalty: penalty)
                .values(products, texts: others.count)
            for (value, other) in zip(values, ridges) {
                #expect(abs(value - (other.arrayValue?[feature].doubleValue ?? -9)) < Self.tolerance)
            }
        }
    }
}
