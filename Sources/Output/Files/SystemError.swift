internal import Foundation

/// What the system answered to a call that failed, as a reason that people understand.
package struct SystemError: Error, Equatable {
    package let code: Int32

    init(_ code: Int32) { self.code = code }

    /// The error of the call that has just failed.
    static var last: SystemError { SystemError(errno) }

    var reason: String {
        switch code {
        case ENOSPC: "the disk is full (\(system))"
        case EDQUOT: "the quota is used up (\(system))"
        case EROFS: "the file system is read-only"
        case EACCES, EPERM: "permission is denied"
        case ENOENT: "a folder of its path is missing"
        case ENOTDIR: "a part of its path is not a folder"
        case EISDIR: "it is a folder"
        case ENAMETOOLONG: "its name is too long"
        case ELOOP: "its symbolic links lead in a circle"
        case EEXIST: "it exists already"
        case EBUSY: "it is a mount point, or in use"
        case ENXIO: "nobody reads from it"
        default: system
        }
    }

    private var system: String { String(cString: strerror(code)) }
}

/// Why a file or folder cannot be read or written: which, what was found and what was needed.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// - Parameters:
    ///   - path: the file or folder, as people named it.
    ///   - what: what could not be done to it, such as "cannot be written".
    init(_ path: String, _ what: String, _ error: SystemError, at place: String? = nil) {
        self.init("\(path) \(what): \(error.reason)\(place.map { $0 == path ? "" : " (\($0))" } ?? "")")
    }

    /// - Parameters:
    ///   - wanted: the file or folder and what could not be done to it.
    ///   - place: where the error was met.
    init(_ wanted: String, _ error: SystemError, at place: String) {
        self.init("\(wanted): \(error.reason)\(wanted.hasPrefix(place + " ") ? "" : " (\(place))")")
    }
}

/// Calls the system until no signal interrupts the call.
///
/// - Throws: ``SystemError`` where it answers −1.
@discardableResult
func system<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        guard errno == EINTR else { throw .last }
    }
}
