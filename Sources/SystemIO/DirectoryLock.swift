import CSystem
import Glibc
import Vocabulary

/// An exclusive lock on a folder, held while this object lives and freed by the kernel if the process dies.
package final class DirectoryLock {
  private let folder: Descriptor

  /// - Throws: ``Failure`` with `busy` at once where another process, or another lock of this one, holds it.
  package init(path: String) throws {
    folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
    if flock(folder.number, LOCK_EX | LOCK_NB) == 0 { return }
    if errno == EWOULDBLOCK {
      throw Failure(
        .busy, "another process is writing to the store", at: path,
        remedy: "Wait until its import or training has ended, then run the command again")
    }
    throw SystemCall.failure(errno, "flock", path: path)
  }
}
