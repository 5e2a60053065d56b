import CSystem
import Glibc
import Synchronization
import Vocabulary

/// A file written aside and put in its place at once.
///
/// Until ``commit()`` returns, readers see what was there before; a file never committed leaves nothing behind. After
/// an error nothing is left to commit.
package final class AtomicFile {
  private let path: String
  private let temporary: String
  private let file: Descriptor
  private var isOpen = true
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 20
  private static let made = Atomic<Int>(0)

  package init(path: String) throws {
    self.path = path
    // The process and a count, so that two writers of one file never share what they write into.
    temporary = "\(path).new-\(getpid())-\(AtomicFile.made.add(1, ordering: .relaxed).newValue)"
    file = try Descriptor(opening: temporary, O_WRONLY | O_CREAT | O_TRUNC)
  }

  deinit { discard() }

  package func append(_ bytes: [UInt8]) throws {
    if bytes.count < AtomicFile.bufferSize {
      buffer += bytes
      if buffer.count >= AtomicFile.bufferSize { try flush() }
    } else {
      try unsafe bytes.withUnsafeBytes { try unsafe append($0) }
    }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    try flush()
    try orDiscard { try unsafe file.write(bytes) }
  }

  /// Makes the bytes durable and puts the file in its place.
  ///
  /// - Throws: ``Failure``. The old file is then still there, whole, unless only the folder could not be made durable.
  package func commit() throws {
    guard isOpen else { throw Failure(.system, "an earlier write failed", at: path) }
    try flush()
    try orDiscard {
      try file.synchronize()
      _ = try SystemCall.run("rename", path: path, mayFail: true) { unsafe Int(rename(temporary, path)) }
      isOpen = false
      try Files.synchronizeFolder(of: path)
    }
  }

  private func flush() throws {
    if buffer.isEmpty { return }
    try orDiscard { try unsafe buffer.withUnsafeBytes { try unsafe file.write($0) } }
    buffer.removeAll(keepingCapacity: true)
  }

  private func orDiscard(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      discard()
      throw error
    }
  }

  private func discard() {
    if isOpen { unsafe unlink(temporary) }
    isOpen = false
  }
}
