import CSystem
import Glibc
import Vocabulary

/// A file written aside and put in its place at once.
///
/// Until ``commit()`` returns, readers see what was there before; a file never committed leaves nothing behind.
package final class AtomicFile {
  private let path: String
  private let temporary: String
  private let file: Descriptor
  private var isCommitted = false
  private var buffer: [UInt8] = []

  package init(path: String) throws {
    self.path = path
    temporary = "\(path).new-\(getpid())"
    file = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_TRUNC)
  }

  deinit { if !isCommitted { unsafe unlink(temporary) } }

  package func append(_ bytes: [UInt8]) throws {
    if bytes.count >= 1 << 16 {
      try flush()
      try unsafe bytes.withUnsafeBytes { try unsafe file.write($0) }
    } else {
      buffer += bytes
      if buffer.count >= 1 << 20 { try flush() }
    }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    try flush()
    try unsafe file.write(bytes)
  }

  private func flush() throws {
    if buffer.isEmpty { return }
    try unsafe buffer.withUnsafeBytes { try unsafe file.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes the bytes durable and puts the file in its place.
  package func commit() throws {
    try flush()
    try file.synchronize()
    _ = try SystemCall.run("rename", path: path, mayFail: true) { unsafe Int(rename(temporary, path)) }
    isCommitted = true
    try Files.synchronizeFolder(of: path)
  }
}
