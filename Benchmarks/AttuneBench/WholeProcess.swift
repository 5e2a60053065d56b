import Glibc
import SystemIO
import Vocabulary

/// `attune recommend` as a whole process: start, open, answer, record, exit.
enum WholeProcess {
  static func run(_ options: BenchOptions) throws {
    let command = [
      try options.value("attune"), "recommend", try options.value("subject"), "--store", try options.value("store"),
      "--json",
    ]
    try spawn(command)
    let times = try (0..<max(20, options.runs)).map { _ in Double(try nanoseconds { try spawn(command) }) / 1e6 }
    print("attune recommend, whole process, ms: \(Spread(times))")
  }

  private static func spawn(_ command: [String]) throws {
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
    for word in command { unsafe arguments.append(strdup(word)) }
    unsafe arguments.append(nil)
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    var status: Int32 = 0
    guard unsafe posix_spawn(&child, command[0], &actions, nil, &arguments, environ) == 0,
      unsafe waitpid(child, &status, 0) == child, status == 0
    else { throw Failure(.system, "the command failed", at: command.joined(separator: " ")) }
  }
}
