import Glibc
import Vocabulary

/// A process started for measuring, with standard output thrown away.
final class ChildProcess {
  let id: pid_t
  private let command: [String]
  private var status: Int32?

  init(_ command: [String]) throws {
    self.command = command
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
    for word in command { unsafe arguments.append(strdup(word)) }
    unsafe arguments.append(nil)
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    guard unsafe posix_spawn(&child, command[0], &actions, nil, &arguments, environ) == 0 else {
      throw Failure(.system, "the command does not start", at: command.joined(separator: " "))
    }
    id = child
  }

  deinit {
    if status == nil {
      kill(id, SIGKILL)
      try? wait()
    }
  }

  func terminate() { kill(id, SIGTERM) }

  /// Waits for the end.
  ///
  /// - Throws: ``Failure`` where the process did not exit with 0.
  func wait() throws {
    var status: Int32 = 0
    guard unsafe waitpid(id, &status, 0) == id else { throw Failure(.system, "the process is gone") }
    self.status = status
    guard status == 0 else { throw Failure(.system, "the command failed", at: command.joined(separator: " ")) }
  }
}
