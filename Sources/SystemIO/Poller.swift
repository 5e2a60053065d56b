import CSystem
import Glibc

/// Tells which of many descriptors can be read or written (epoll).
package final class Poller {
  /// What to wait for.
  package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let reading = Interest(rawValue: 1)
    package static let writing = Interest(rawValue: 2)
  }

  package struct Event: Sendable {
    package var number: Int32
    package var canRead: Bool
    package var canWrite: Bool
  }

  private let descriptor: Descriptor
  private let wake: Descriptor
  private var numbers = [Int32](repeating: 0, count: 256)
  private var bits = [UInt32](repeating: 0, count: 256)

  package init() throws {
    descriptor = Descriptor(
      owning: Int32(try SystemCall.run("epoll_create1", path: "epoll") { Int(epoll_create1(O_CLOEXEC)) }), path: "epoll"
    )
    wake = Descriptor(
      owning: Int32(try SystemCall.run("eventfd", path: "eventfd") { Int(eventfd(0, O_CLOEXEC | O_NONBLOCK)) }),
      path: "eventfd")
    try set(wake.number, .reading, EPOLL_CTL_ADD)
  }

  package func add(_ number: Int32, _ interest: Interest) throws { try set(number, interest, EPOLL_CTL_ADD) }
  package func change(_ number: Int32, _ interest: Interest) throws { try set(number, interest, EPOLL_CTL_MOD) }
  package func remove(_ number: Int32) { _ = epoll_set(descriptor.number, EPOLL_CTL_DEL, number, 0) }

  private func set(_ number: Int32, _ interest: Interest, _ operation: Int32) throws {
    let events =
      (interest.contains(.reading) ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0)
      | (interest.contains(.writing) ? EPOLLOUT.rawValue : 0)
    _ = try SystemCall.run("epoll_ctl", path: "epoll") {
      Int(epoll_set(descriptor.number, operation, number, events))
    }
  }

  /// Waits for something to happen, at most `milliseconds` (−1 for ever); empty where it did not, or ``waker`` was
  /// used.
  package func wait(_ milliseconds: Int32) throws -> [Event] {
    let count = unsafe epoll_take(descriptor.number, &numbers, &bits, milliseconds)
    if count < 0 {
      if errno == EINTR { return [] }
      throw SystemCall.failure(errno, "epoll_wait", path: "epoll")
    }
    var events: [Event] = []
    for index in 0..<Int(count) {
      if numbers[index] == wake.number {
        var value: UInt64 = 0
        unsafe read(wake.number, &value, 8)
        continue
      }
      // An error or a hang-up shows itself when reading.
      let readable = EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue
      events.append(
        Event(
          number: numbers[index], canRead: bits[index] & readable != 0,
          canWrite: bits[index] & EPOLLOUT.rawValue != 0))
    }
    return events
  }

  /// Ends a wait; may be called from a signal handler or another thread.
  package var waker: Waker { Waker(number: wake.number) }

  /// Ends the wait of a poller, from anywhere, as long as the poller lives.
  package struct Waker: Sendable {
    let number: Int32

    package func wakeUp() {
      var one: UInt64 = 1
      unsafe write(number, &one, 8)
    }
  }
}
