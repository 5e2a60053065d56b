import CSystem
import Glibc
package import Vocabulary

/// The wall clock and one that never goes back.
package enum Clock {
  package static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  package static func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What this process uses.
package enum Memory {
  /// The most bytes that were resident at once.
  package static func peakResidentBytes() -> Int64 {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss) * 1024
  }

  /// The bytes that are resident now, of this process or another; `nil` where the kernel does not say.
  package static func residentBytes(of process: Int32? = nil) -> Int64? {
    let path = "/proc/\(process.map { "\($0)" } ?? "self")/statm"
    guard let text = try? String(decoding: Files.read(path), as: UTF8.self) else { return nil }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? Int64(fields[1]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) } : nil
  }
}

/// The processes of this machine.
package enum Processes {
  /// Whose rights this process has.
  package static var userID: UInt32 { geteuid() }
  package static var id: Int32 { getpid() }
}

/// The users and groups of this machine.
package enum Accounts {
  /// The number of a user by name; `nil` where there is none.
  package static func user(named name: String) -> UInt32? { unsafe getpwnam(name)?.pointee.pw_uid }

  /// The number of a group by name; `nil` where there is none.
  package static func group(named name: String) -> UInt32? { unsafe getgrnam(name)?.pointee.gr_gid }
}

/// What was set for the process by whoever started it.
package enum Environment {
  package static subscript(name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }
}

/// The processors this process may run on.
package enum Processors {
  package static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// Standard input, output and error as a person sees them.
package enum Terminal {
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal on standard output; 80 where there is none.
  package static var width: Int {
    var size = winsize()
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// Writes all bytes to a descriptor, such as 1 for standard output.
///
/// - Returns: False where the reader has gone away (a closed pipe), which is no failure.
/// - Throws: ``Failure``.
package func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws -> Bool {
  var start = 0
  while start < bytes.count {
    let written = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress.map { unsafe $0 + start }, bytes.count - start)
    }
    if written >= 0 {
      start += written
    } else if errno == EPIPE {
      return false
    } else if errno == EAGAIN {
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      unsafe poll(&request, 1, -1)
    } else if errno != EINTR {
      throw SystemCall.failure(errno, "write", path: descriptor == 2 ? "standard error" : "standard output")
    }
  }
  return true
}
