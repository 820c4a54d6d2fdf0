import Calibration
import CalibrationFiles
import Foundation
import Scenarios

/// Files of a test.
enum Support {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The folder with observed conversations, which is not part of the project; nil where NACRE_DATA does not name one.
    static let data = ProcessInfo.processInfo.environment["NACRE_DATA"].flatMap { folder in
        FileManager.default.fileExists(atPath: "\(folder)/annomi_transitions.csv") ? folder : nil
    }

    /// A Python with numpy and statsmodels; nil where NACRE_PYTHON does not name one.
    static let python = ProcessInfo.processInfo.environment["NACRE_PYTHON"]

    static func mapping(_ text: String) throws -> CalibrationMapping {
        try CalibrationMapping.parse(Array(text.utf8), file: "map.yaml")
    }

    static func table(_ text: String, file: String = "data.csv") throws -> ObservationTable {
        try ObservationTable.parse(Array(text.utf8), file: file)
    }

    static func read(_ data: String, _ mapping: String, file: String = "data.csv") throws -> ReadObservations {
        try ObservationReader.read(table(data, file: file), self.mapping(mapping))
    }

    /// A shipped mapping with its observations and one of its models.
    static func shipped(_ name: String, file: String) throws -> (CalibrationMapping, ReadObservations) {
        let mapping = try CalibrationMapping.load(path: "\(root)/calibrations/\(name).yaml")
        let table = try ObservationTable.load(path: "\(data ?? "")/\(file)")
        return (mapping, try ObservationReader.read(table, mapping))
    }
}
