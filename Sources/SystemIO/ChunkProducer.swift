import CSystem
import Glibc
import Vocabulary

/// The reading side of a ``ChunkReader``: takes a file's bytes, unpacks them and feeds them to the consumer.
final class ChunkProducer {
  private var file: Descriptor
  private let name: String
  private let follow, isReplaceable, isRegular: Bool
  private let feed: Feed
  /// Bytes taken from the present file, and the last of them.
  private var position: Int64 = 0
  private var last: UInt8 = 10
  private static let pause: Int32 = 200  // ms

  /// - Parameters:
  ///   - isReplaceable: Whether the path may come to name another file, which is then read next.
  ///   - isRegular: Whether reading cannot block.
  init(file: Descriptor, follow: Bool, isReplaceable: Bool, isRegular: Bool, feed: Feed) {
    self.file = file
    name = file.path
    self.follow = follow
    self.isReplaceable = isReplaceable
    self.isRegular = isRegular
    self.feed = feed
  }

  /// Reads up to the end, or until the feed is stopped.
  func run() {
    do {
      try read()
      feed.put(.end)
    } catch let failure as Failure {
      feed.put(.failure(failure))
    } catch {
      feed.put(.failure(Failure(.system, "reading failed", at: name)))
    }
  }

  private func read() throws {
    guard let start = try first() else { return }
    if start.starts(with: [0x1F, 0x8B]) {
      try unpack(start)
    } else {
      feed.put(.chunk(start))
      while let bytes = try more() { feed.put(.chunk(bytes)) }
    }
  }

  /// The first bytes, enough of them to tell a compressed file: a pipe may give a single one.
  private func first() throws -> [UInt8]? {
    guard var bytes = try more() else { return nil }
    while bytes == [0x1F], let next = try more() { bytes += next }
    return bytes
  }

  private func unpack(_ start: [UInt8]) throws {
    let inflater = Inflater(path: name)
    var bytes: [UInt8]? = start
    while let packed = bytes {
      try inflater.inflate(packed) { feed.put(.chunk($0)) }
      bytes = try take()
      if bytes?.isEmpty == true { bytes = nil }
    }
    if !inflater.isComplete, !feed.isStopped {
      throw Failure(
        .badInput, "the compressed data ends too early", at: name, expected: "a complete gzip file",
        remedy: "Fetch or make the file again")
    }
  }

  /// The next bytes, where need be after the file has grown; `nil` at the end.
  private func more() throws -> [UInt8]? {
    while let bytes = try take() {
      if !bytes.isEmpty { return bytes }
      // Standard input ends where it ends; a file or a named pipe may get more.
      if !follow || name == "standard input" { return nil }
      if isReplaceable, let rest = try turnOver() { return rest }
      feed.noteCaughtUp()
      usleep(UInt32(ChunkProducer.pause) * 1000)
    }
    return nil
  }

  /// The next bytes; empty at the end of the file, `nil` once stopped.
  private func take() throws -> [UInt8]? {
    while !feed.isStopped {
      if !isRegular, !file.isReadable(within: ChunkProducer.pause) {
        if follow { feed.noteCaughtUp() }
        continue
      }
      let bytes = try file.read(1 << 20)
      feed.note(rawBytes: bytes.count)
      position += Int64(bytes.count)
      last = bytes.last ?? last
      return bytes
    }
    return nil
  }

  /// Goes to the start of the file that stands in the old one's place, if any; gives what ends the old one's last line.
  private func turnOver() throws -> [UInt8]? {
    let old = try file.status()
    if old.st_size < position {
      lseek(file.number, 0, SEEK_SET)
    } else {
      // Between the old file's going and the new one's coming there may be none.
      guard let new = try? Descriptor(opening: name, O_RDONLY), let status = try? new.status(),
        status.st_ino != old.st_ino || status.st_dev != old.st_dev
      else { return nil }
      // What was written to the old one since its end was seen.
      if let rest = try take(), !rest.isEmpty { return rest }
      file = new
    }
    position = 0
    if last == 10 { return try more() }
    last = 10
    return [10]
  }
}

/// A bounded queue between the reading thread and the consumer.
final class Feed: @unchecked Sendable {  // unchecked: every field that changes is touched under `condition` only
  enum Element {
    case chunk([UInt8])
    /// Nothing follows.
    case end
    /// Nothing follows.
    case failure(Failure)
  }

  private let condition = Condition()
  private let shouldStop: @Sendable () -> Bool
  private var queue: [Element] = []
  private var stopped = false
  private var caughtUp = false
  /// Whether the consumer has been told that it has caught up.
  private var isAnnounced = false
  private var raw: Int64 = 0
  private static let capacity = 4

  init(shouldStop: @escaping @Sendable () -> Bool) { self.shouldStop = shouldStop }

  /// Waits for room, which after ``stop()`` is without bound.
  func put(_ element: Element) {
    condition.locked {
      while queue.count >= Feed.capacity && !stopped { condition.wait() }
      queue.append(element)
      caughtUp = false
      isAnnounced = false
      condition.broadcast()
    }
  }

  /// The next element; an empty chunk, once, where the consumer has caught up with a file that is followed.
  func take() -> Element {
    condition.locked {
      while queue.isEmpty {
        if caughtUp, !isAnnounced {
          isAnnounced = true
          return .chunk([])
        }
        condition.wait()
      }
      defer { condition.broadcast() }
      return queue.removeFirst()
    }
  }

  func waitForMore() -> Bool {
    condition.locked {
      while queue.isEmpty { condition.wait() }
      if case .end = queue[0] { return false }
      return true
    }
  }

  func stop() {
    condition.locked {
      stopped = true
      condition.broadcast()
    }
  }

  var isStopped: Bool { shouldStop() || condition.locked { stopped } }
  var isCaughtUp: Bool { condition.locked { caughtUp && queue.isEmpty } }
  var rawBytes: Int64 { condition.locked { raw } }
  func note(rawBytes: Int) { condition.locked { raw += Int64(rawBytes) } }

  func noteCaughtUp() {
    condition.locked {
      caughtUp = true
      condition.broadcast()
    }
  }
}
