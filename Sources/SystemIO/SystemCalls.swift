import CSystem
import Glibc
package import Vocabulary

/// What a failed system call means to a person.
package enum SystemCall {
  /// The failure for an error number, with what to do about the usual ones.
  package static func failure(_ errno: Int32, _ call: StaticString, path: String) -> Failure {
    let (code, remedy): (Failure.Code, String?) =
      switch errno {
      case ENOSPC, EDQUOT: (.system, "Free some space and run the command again; nothing that was acknowledged is lost")
      case EACCES, EPERM, EROFS: (.system, "Check who owns it and its permissions")
      case ENOENT: (.notFound, "Check the path")
      case ECONNREFUSED: (.notFound, "Start whoever serves there")
      case EISDIR: (.badInput, "Name a file")
      case ENOTDIR: (.badInput, "Name a folder")
      case EMFILE, ENFILE: (.system, "Raise the limit on open files (ulimit -n)")
      default: (.system, nil)
      }
    return Failure(code, "\(unsafe String(cString: strerror(errno))) (\(call))", at: path, remedy: remedy)
  }

  /// Runs a call that answers −1 on failure, again where a signal interrupted it.
  ///
  /// - Parameter mayFail: Whether ``FaultInjection`` counts the call.
  static func run(_ name: StaticString, path: String, mayFail: Bool = false, _ body: () -> Int) throws -> Int {
    while true {
      let number: Int32
      if mayFail, let injected = FaultInjection.strike(path) {
        number = injected
      } else {
        let result = body()
        if result != -1 { return result }
        number = errno
      }
      if number != EINTR { throw failure(number, name, path: path) }
    }
  }
}

/// An open file descriptor, closed with its owner.
final class Descriptor {
  let number: Int32
  let path: String

  init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws {
    self.path = path
    number = Int32(
      try SystemCall.run("open", path: path, mayFail: flags & O_CREAT != 0) {
        unsafe Int(open(path, flags | O_CLOEXEC, mode))
      })
  }

  /// Takes over a descriptor that is open already.
  init(owning number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  /// A second descriptor of an open file, with the same position.
  init(duplicating number: Int32, path: String) throws {
    self.path = path
    self.number = Int32(try SystemCall.run("dup", path: path) { Int(fcntl(number, F_DUPFD_CLOEXEC, 0)) })
  }

  deinit { close(number) }

  /// What the system says about the open file; unlike a question by path, never about another that replaced it.
  func status() throws -> stat {
    var status = stat()
    _ = try SystemCall.run("fstat", path: path) { unsafe Int(fstat(number, &status)) }
    return status
  }

  /// Waits until reading would not block, at most `milliseconds`; true where it would not.
  func isReadable(within milliseconds: Int32) -> Bool {
    var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&request, 1, milliseconds) > 0
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let written = try SystemCall.run("write", path: path, mayFail: true) {
        unsafe Glibc.write(number, rest.baseAddress, rest.count)
      }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  func synchronize() throws {
    _ = try SystemCall.run("fsync", path: path, mayFail: true) { Int(fsync(number)) }
  }

  /// Reads up to `count` bytes; an empty result is the end.
  func read(_ count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try SystemCall.run("read", path: path) { unsafe Glibc.read(number, buffer.baseAddress, count) }
    }
  }
}
