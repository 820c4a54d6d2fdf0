import Foundation
import Output
import StubModels
import Synchronization

extension StubServer {
    /// Answers well, but for the question "bad": there with the replies in turn, the last one for ever.
    static func counting(_ replies: [Reply]) throws -> StubServer {
        let tries = Mutex(0)
        return try StubServer { request in
            guard request.question == "bad" else { return .chat("to \(request.question)") }
            let number = tries.withLock { tries in
                defer { tries += 1 }
                return tries
            }
            return replies[min(number, replies.count - 1)]
        }
    }
}

enum StubSchema {
    static func yesOrNo() throws -> JSONValue {
        try JSONValue(
            parsing: #"""
                {"title": "opinion", "type": "object", "required": ["answer"], "additionalProperties": false,
                "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}}}
                """#)
    }
}

/// A folder for one test, removed with the last reference.
final class ScratchFolder {
    let path = NSTemporaryDirectory() + "nacre-models-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of everything in the folder.
    func bytes() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            found[name] = FileManager.default.contents(atPath: "\(path)/\(name)")
        }
        return found
    }
}
