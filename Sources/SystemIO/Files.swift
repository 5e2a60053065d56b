import CSystem
import Glibc
import Vocabulary

/// One file among all there are at a time, and its length.
///
/// It stays that file's alone for as long as the file is open or mapped.
package struct FileIdentity: Equatable, Sendable {
  private let device: UInt64
  private let number: UInt64
  /// Bytes.
  package var size: Int

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    size = Int(status.st_size)
  }
}

/// Whole files and folders.
package enum Files {
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  package static func isDirectory(_ path: String) -> Bool {
    (try? status(path)).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  /// Bytes.
  package static func size(of path: String) throws -> Int64 { Int64(try status(path).st_size) }

  /// Whether the path is a file with a length, rather than a pipe or a device.
  package static func isRegular(_ path: String) -> Bool {
    (try? status(path)).map { $0.st_mode & S_IFMT == S_IFREG } ?? false
  }

  /// The path from the root, whatever the current folder; names are not looked up.
  package static func absolutePath(_ path: String) throws -> String {
    if path.hasPrefix("/") { return path }
    guard let folder = unsafe getcwd(nil, 0) else { throw SystemCall.failure(errno, "getcwd", path: path) }
    defer { unsafe free(folder) }
    return unsafe String(cString: folder) + "/" + path
  }

  /// Whether two paths lead to one file that exists.
  package static func areSame(_ a: String, _ b: String) -> Bool {
    guard let first = try? status(a), let second = try? status(b) else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// The permission bits of a file.
  package static func mode(of path: String) throws -> UInt32 { UInt32(try status(path).st_mode) & 0o777 }

  /// Which file a path leads to now, and how long it is.
  package static func identity(of path: String) throws -> FileIdentity { FileIdentity(try status(path)) }

  private static func status(_ path: String) throws -> stat {
    var status = stat()
    _ = try SystemCall.run("stat", path: path) { unsafe Int(stat(path, &status)) }
    return status
  }

  package static func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws {
    _ = try SystemCall.run("mkdir", path: path, mayFail: true) { unsafe Int(mkdir(path, mode)) }
  }

  package static func remove(_ path: String) throws {
    _ = try SystemCall.run("unlink", path: path, mayFail: true) { unsafe Int(unlink(path)) }
  }

  /// Removes a file, or a folder with everything in it; links are removed, not followed.
  package static func removeTree(_ path: String) throws {
    var info = stat()
    _ = try SystemCall.run("lstat", path: path) { unsafe Int(lstat(path, &info)) }
    if info.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try removeTree(path + "/" + name) }
      _ = try SystemCall.run("rmdir", path: path) { unsafe Int(rmdir(path)) }
    } else {
      try remove(path)
    }
  }

  /// The names in a folder, ascending.
  package static func names(in path: String) throws -> [String] {
    guard let folder = unsafe opendir(path) else { throw SystemCall.failure(errno, "opendir", path: path) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  package static func read(_ path: String) throws -> [UInt8] {
    var all: [UInt8] = []
    try forEachChunk(path) { all += $0 }
    return all
  }

  /// Hands a file's bytes to `body` a mebibyte at a time.
  package static func forEachChunk(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
    let file = try Descriptor(opening: path, O_RDONLY)
    while true {
      let chunk = try file.read(1 << 20)
      if chunk.isEmpty { return }
      try body(chunk)
    }
  }

  /// Adds bytes to the end of a file that is there; not durable when it returns.
  ///
  /// - Throws: ``Failure``; part of the bytes may then stand there.
  package static func append(_ path: String, _ bytes: [UInt8]) throws {
    let file = try Descriptor(opening: path, O_WRONLY | O_APPEND)
    try unsafe bytes.withUnsafeBytes { try unsafe file.write($0) }
  }

  /// Replaces a file at once: readers see the old bytes or the new, also after a loss of power.
  package static func writeAtomically(_ path: String, _ bytes: [UInt8]) throws {
    let file = try AtomicFile(path: path)
    try file.append(bytes)
    try file.commit()
  }

  /// Makes a folder of our own under `$TMPDIR` or `/tmp`.
  package static func temporaryDirectory(prefix: String) throws -> String {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/\(prefix).XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    guard let made else { throw SystemCall.failure(errno, "mkdtemp", path: base) }
    return made
  }

  /// Makes a rename in a folder survive a loss of power.
  static func synchronizeFolder(of path: String) throws {
    try Descriptor(opening: split(path).folder, O_RDONLY | O_DIRECTORY).synchronize()
  }

  /// A path's folder and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }
}
