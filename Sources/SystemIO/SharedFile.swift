import CSystem
import Glibc
import Vocabulary

/// A small file that several processes append to and cut, each while it holds the file's lock.
///
/// The lock belongs to this object: two of them exclude each other in one process as in two. The kernel frees it when
/// the process dies.
package final class SharedFile {
  private let file: Descriptor

  /// Opens the file, made empty and its owner's alone where there is none.
  package init(path: String) throws { file = try Descriptor(opening: path, O_RDWR | O_CREAT) }

  package var path: String { file.path }

  /// Takes the lock.
  ///
  /// - Parameter patience: How long to wait for whoever holds it, in milliseconds.
  /// - Throws: ``Failure`` with `busy` where somebody still holds it then.
  package func lock(patience: Int) throws {
    let deadline = Clock.monotonicNanoseconds() + UInt64(patience) * 1_000_000
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw SystemCall.failure(errno, "flock", path: path) }
      guard Clock.monotonicNanoseconds() < deadline else {
        throw Failure(
          .busy, "another process holds the file", at: path, remedy: "Run the command again when it has gone on")
      }
      usleep(100)
    }
  }

  package func unlock() { _ = flock(file.number, LOCK_UN) }

  /// In bytes.
  package func size() throws -> Int64 { Int64(try file.status().st_size) }

  /// Up to `count` bytes from a place on; fewer only where the file ends.
  package func read(at place: Int64, count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let read = try SystemCall.run("pread", path: path) {
          unsafe pread(file.number, buffer.baseAddress?.advanced(by: filled), count - filled, Int(place) + filled)
        }
        if read == 0 { return }
        filled += read
      }
    }
  }

  /// Writes all of the bytes from a place on.
  package func write(_ bytes: [UInt8], at place: Int64) throws {
    try unsafe bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        done += try SystemCall.run("pwrite", path: path, mayFail: true) {
          unsafe pwrite(file.number, bytes.baseAddress?.advanced(by: done), bytes.count - done, Int(place) + done)
        }
      }
    }
  }

  /// Cuts the file off.
  package func truncate(to size: Int64) throws {
    _ = try SystemCall.run("ftruncate", path: path, mayFail: true) { Int(ftruncate(file.number, Int(size))) }
  }

  /// Waits until what was written and cut survives a loss of power.
  package func synchronize() throws { try file.synchronize() }
}
