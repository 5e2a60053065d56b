import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import SystemIO

@Suite("Pipes, clocks and the process")
struct ProcessesTests {
  @Test("everything reaches a slow reader, also through a pipe that does not wait", arguments: [0, O_NONBLOCK])
  func slowReaders(flags: Int32) throws {
    final class Box: @unchecked Sendable { var bytes: [UInt8] = [] }  // unchecked: read after `done` only
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    _ = fcntl(ends[1], F_SETFL, flags)
    var random = SplitMix64(seed: 61)
    let bytes = random.bytes(300_000)
    let box = Box()
    let done = Condition()
    let reader = ends[0]
    Thread.start {
      var part = [UInt8](repeating: 0, count: 10_000)
      var all: [UInt8] = []
      while case let count = unsafe read(reader, &part, part.count), count > 0 {
        all += part.prefix(count)
        usleep(1000)
      }
      done.locked {
        box.bytes = all + [1]
        done.broadcast()
      }
    }
    #expect(try writeAll(ends[1], bytes))
    close(ends[1])
    done.locked { while box.bytes.isEmpty { done.wait() } }
    close(ends[0])
    #expect(box.bytes == bytes + [1])
  }

  @Test("a reader that has gone is no failure; a descriptor that is none is one")
  func goneReaders() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [0, 0]
      guard unsafe pipe(&ends) == 0 else { exit(2) }
      close(ends[0])
      guard try writeAll(ends[1], [1, 2, 3]) == false else { exit(3) }
      close(ends[1])
      guard failure({ _ = try writeAll(ends[1], [1]) })?.code == .system else { exit(4) }
    }
  }

  @Test("clocks go forward and agree with the system's")
  func clocks() {
    let wall = Clock.now()
    #expect(abs(wall.milliseconds / 1000 - Int64(time(nil))) <= 1)
    var before = Clock.monotonicNanoseconds()
    for _ in 0..<1000 {
      let now = Clock.monotonicNanoseconds()
      #expect(now >= before)
      before = now
    }
    let start = Clock.monotonicNanoseconds()
    usleep(20_000)
    #expect(Clock.monotonicNanoseconds() - start >= 20_000_000)
  }

  @Test("the peak of memory counts what was touched")
  func memory() {
    let bytes = [UInt8](repeating: 1, count: 100_000_000)
    #expect(bytes[bytes.count - 1] == 1)
    #expect(Memory.peakResidentBytes() > 100_000_000)
    #expect(Processors.count >= 1)
    #expect(Terminal.width > 0)
  }

  @Test("what the usual error numbers mean to a person")
  func failures() {
    #expect(SystemCall.failure(ENOENT, "open", path: "/x").code == .notFound)
    #expect(SystemCall.failure(ENOTDIR, "open", path: "/x").code == .badInput)
    let full = SystemCall.failure(ENOSPC, "write", path: "/x")
    #expect(full.code == .system && "\(full)".hasPrefix("/x: No space left on device (write). Free some space"))
    #expect("\(SystemCall.failure(EIO, "read", path: "/x"))" == "/x: Input/output error (read)")
  }
}
