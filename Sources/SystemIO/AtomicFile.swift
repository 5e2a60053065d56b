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

  /// Removes what writers of a file that were killed have left beside it.
  ///
  /// Only for whoever holds the lock that every writer of this file holds: nobody else can be writing one now. Process
  /// numbers are not asked, because they are given out anew, and mean nothing to a store that several machines share.
  package static func removeAbandoned(_ path: String) throws {
    let (folder, name) = Files.split(path)
    for left in try Files.names(in: folder) where left.hasPrefix(name + ".new-") {
      let numbers = left.dropFirst(name.count + 5).split(separator: "-", omittingEmptySubsequences: false)
      // One that cannot go stops nobody from writing.
      if numbers.count == 2, numbers.allSatisfy({ Int($0) != nil }) { try? Files.remove(folder + "/" + left) }
    }
  }

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
