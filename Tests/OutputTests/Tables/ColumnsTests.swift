import NumericalMethods
import Output
import Testing

@Suite("Columns, declared once and printed in three ways")
struct ColumnsTests {
    private struct Ball {
        let name: String
        let size: Double?
        let count: Int
        let rolls: Bool?
    }

    private let balls = [
        Ball(name: "marble", size: 0.016, count: 1200, rolls: true),
        Ball(name: "cube", size: nil, count: 3, rolls: nil),
    ]

    private var columns: Columns<Ball> {
        [
            .string("name", "what it is called") { $0.name }.shown("ball"),
            .number("size", "diameter in metres") { $0.size }.json("diameter").shown("size", decimals: 2, missing: "?"),
            .integer("count", "how many") { $0.count }.formatted("many") { "\(Int($0))x" },
            .boolean("rolls", "whether it rolls") { $0.rolls }.shown(missing: "who knows"),
        ]
    }

    private func table(_ columns: Columns<Ball>) -> TidyTable { columns.table("balls", title: "Balls", rows: balls) }

    @Test("A file, a list of JSON and lines say the same; what is missing is empty, null, or what is said for it")
    func agreement() throws {
        let table = table(columns)
        #expect(table.csv == "name,size,count,rolls\r\nmarble,0.016,1200,true\r\ncube,,3,\r\n")
        #expect(table.columns.map(\.kind) == [.string, .number, .integer, .boolean])
        #expect(table.columns[1].description == "diameter in metres")
        #expect(
            try columns.json(balls).text()
                == #"[{"count":1200,"diameter":0.016,"name":"marble","rolls":true},"#
                + #"{"count":3,"diameter":null,"name":"cube","rolls":null}]"#)
        #expect(
            columns.text(balls)
                == "ball    size   many      rolls\nmarble  0.02  1200x       true\ncube       ?     3x  who knows\n")
    }

    @Test("A column stands only where it is said to stand")
    func places() {
        let columns: Columns<Ball> = [
            .string("name", "what it is called") { $0.name }.notInJSON,
            .integer("count", "how many") { $0.count }.notInFiles.shown(),
            .member("list") { .strings([$0.name]) }, .text("note") { "\($0.count)!" },
        ]
        #expect(table(columns).csv == "name\r\nmarble\r\ncube\r\n")
        #expect(columns.members(balls[1]) == ["count": .integer(3), "list": .strings(["cube"])])
        #expect(columns.text(balls.suffix(1)) == "count  note\n    3    3!\n")
    }

    @Test("JSON may have another value, and leave a member out of some objects")
    func members() {
        let columns: Columns<Ball> = [
            .string("name", "what it is called") { $0.name }.json { .strings([$0.name, "ball"]) },
            .number("size", "metres") { $0.size }.json("diameter").inJSON { $0.size != nil },
            .member("many") { $0.count > 10 ? .bool(true) : nil },
        ]
        #expect(
            columns.json(balls)
                == .array([
                    .object([
                        "name": .strings(["marble", "ball"]), "diameter": .number(0.016), "many": .bool(true),
                    ]),
                    .object(["name": .strings(["cube", "ball"])]),
                ]))
        #expect(table(columns).csv == "name,size\r\nmarble,0.016\r\ncube,\r\n")
        #expect(columns.json(balls) { $0.name }["cube"] == .object(["name": .strings(["cube", "ball"])]))
    }

    @Test("Texts are set to the left and all else to the right, also in JSON only; either may be said")
    func sides() {
        let columns: Columns<Ball> = [
            .string("a", "text") { $0.name }.shown(), .integer("b", "number") { $0.count }.shown(left: true),
            .string("c", "text") { $0.name }.shown(left: false), .string("d", "text") { $0.name }.notInFiles.shown(),
            .text("e") { $0.name }, .text("f", left: true) { $0.name },
        ]
        #expect(
            columns.text(balls)
                == "a       b          c  d            e  f\nmarble  1200  marble  marble  marble  marble\n"
                + "cube    3       cube  cube      cube  cube\n")
    }

    @Test("An indent stands before every line, and where nothing is shown there are no lines")
    func indent() {
        let columns: Columns<Ball> = [.string("name", "what it is called") { $0.name }.shown()]
        #expect(columns.text(balls, indent: "  ") == "  name\n  marble\n  cube\n")
        let silent: Columns<Ball> = [.string("name", "what it is called") { $0.name }]
        #expect(silent.text(balls, indent: "  ").isEmpty)
    }

    @Test("Columns serve rows that hold such rows, in all three ways, with more columns around them")
    func lifting() throws {
        typealias Row = (box: String, ball: Ball)
        let box: Columns<Row> = [.string("box", "where it lies") { $0.box }.shown()]
        let lifted = box.followed(by: columns.of { $0.ball }).followed(by: [.text("end") { _ in "." }])
        let rows = balls.map { ("red", $0) as Row }
        let plain = table(columns).csv.split(separator: "\r\n")
        #expect(
            lifted.table("balls", title: "Balls", rows: rows).csv.split(separator: "\r\n")
                == ["box,\(plain[0])", "red,\(plain[1])", "red,\(plain[2])"])
        for (row, ball) in zip(rows, balls) {
            var members = columns.members(ball)
            members["box"] = .string("red")
            #expect(lifted.members(row) == members)
        }
        let lines = columns.text(balls).split(separator: "\n")
        #expect(
            lifted.text(rows).split(separator: "\n")
                == ["box  \(lines[0])  end", "red  \(lines[1])    .", "red  \(lines[2])    ."])
    }

    @Test("What is the same in every row comes first in files, and nowhere else")
    func constants() {
        let run: Columns<Void> = [.string("run_id", "names the run") { "r1" }, .integer("seed", "the seed") { nil }]
        let name: Columns<Ball> = [.string("name", "what it is called") { $0.name }.shown()]
        let table = name.table("balls", title: "Balls", rows: balls, within: run)
        #expect(table.csv == "run_id,seed,name\r\nr1,,marble\r\nr1,,cube\r\n")
        #expect(table.columns.map(\.description) == ["names the run", "the seed", "what it is called"])
        #expect(name.members(balls[0]) == ["name": .string("marble")])
    }

    @Test("An estimate has its error, interval and size; exact, only its value; never met, not even that")
    func estimates() throws {
        let share = try #require(Estimate(successes: 30, of: 100))
        let columns = Columns.estimate("share", "how many", json: "p")
        let table = columns.table("t", title: "T", rows: [share, Estimate(exact: 0.25), nil])
        let interval = try #require(share.interval)
        let error = try #require(share.standardError)
        #expect(
            table.csv
                == "share,standard_error,ci_low,ci_high,n,how\r\n"
                + "0.3,\(error),\(interval.lowerBound),\(interval.upperBound),100,simulated\r\n"
                + "0.25,,,,,exact\r\n,,,,0,simulated\r\n")
        #expect(
            columns.members(share) == [
                "p": .number(0.3), "se": .number(error), "ci_low": .number(interval.lowerBound),
                "ci_high": .number(interval.upperBound), "n": .integer(100),
            ])
    }
}
