import CSystem
import Glibc
import Vocabulary

/// An exclusive lock on a folder, held while this object lives and freed by the kernel if the process dies.
package final class DirectoryLock {
  private let folder: Descriptor

  /// - Parameter patience: How long to wait for whoever holds it, in seconds.
  /// - Throws: ``Failure`` with `busy` where another process, or another lock of this one, still holds it then.
  package init(path: String, patience: Int = 0) throws {
    folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
    let deadline = Clock.monotonicNanoseconds() + UInt64(patience) * 1_000_000_000
    while flock(folder.number, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw SystemCall.failure(errno, "flock", path: path) }
      if errno == EINTR { continue }
      if Clock.monotonicNanoseconds() < deadline {
        usleep(20_000)
        continue
      }
      throw Failure(
        .busy, "another process is writing to the store", at: path,
        remedy: "Wait until its import or training has ended, then run the command again")
    }
  }
}
