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
}

/// The processes of this machine.
package enum Processes {
  /// Whose rights this process has.
  package static var userID: UInt32 { geteuid() }
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
