import CSystem
import Dispatch
import Glibc
import Vocabulary

/// Reads a log, plain or gzip, from a file or standard input, ahead of its consumer.
///
/// A thread of its own reads and unpacks into a queue of at most four chunks, so that inflating overlaps parsing.
package final class ChunkReader {
  /// Bytes in the file; `nil` for standard input and pipes.
  package let totalBytes: Int64?
  private let feed: Feed
  private var isAtEnd = false

  /// - Parameters:
  ///   - path: A file, or `-` for standard input.
  ///   - follow: At the end of a plain file, wait for more until ``stop()``.
  package init(path: String, follow: Bool = false) throws {
    let name = path == "-" ? "standard input" : path
    if path != "-", Files.isDirectory(path) {
      throw Failure(.badInput, "this is a folder", at: path, expected: "a file")
    }
    let file = try Descriptor(opening: path == "-" ? "/dev/stdin" : path, O_RDONLY)
    totalBytes = path != "-" && Files.isRegular(path) ? try Files.size(of: path) : nil
    let feed = Feed()
    self.feed = feed
    Thread.start { ChunkReader.produce(file, name, follow, into: feed) }
  }

  deinit { feed.stop() }

  /// The next bytes, not cut at lines; `nil` at the end.
  ///
  /// - Throws: ``Failure`` where reading fails or compressed data is damaged or ends too early.
  package func next() throws -> [UInt8]? {
    if isAtEnd { return nil }
    switch feed.take() {
    case .chunk(let chunk): return chunk
    case .end:
      isAtEnd = true
      return nil
    case .failure(let failure):
      isAtEnd = true
      throw failure
    }
  }

  /// Bytes of the file taken so far, before unpacking.
  package var rawBytesRead: Int64 { feed.rawBytes }

  /// Ends a followed file; what was read before is still handed out.
  package func stop() { feed.stop() }

  private static func produce(_ file: Descriptor, _ name: String, _ follow: Bool, into feed: Feed) {
    do {
      var inflater: Inflater?
      var isFirst = true
      while !feed.isStopped {
        let bytes = try file.read(1 << 20)
        if bytes.isEmpty {
          if follow, inflater == nil {
            usleep(200_000)
            continue
          }
          if let inflater, !inflater.isComplete {
            throw Failure(
              .badInput, "the compressed data ends too early", at: name, expected: "a complete gzip file",
              remedy: "Fetch or make the file again")
          }
          break
        }
        feed.note(rawBytes: bytes.count)
        if isFirst, bytes.starts(with: [0x1F, 0x8B]) { inflater = Inflater(path: name) }
        isFirst = false
        if let inflater {
          try inflater.inflate(bytes) { feed.put(.chunk($0)) }
        } else {
          feed.put(.chunk(bytes))
        }
      }
      feed.put(.end)
    } catch let failure as Failure {
      feed.put(.failure(failure))
    } catch {
      feed.put(.failure(Failure(.system, "reading failed", at: name)))
    }
  }
}

/// A bounded queue between the reading thread and the consumer.
private final class Feed: @unchecked Sendable {  // unchecked: every field is touched under `condition` only
  enum Element {
    case chunk([UInt8])
    case end
    case failure(Failure)
  }

  private let condition = Condition()
  private var queue: [Element] = []
  private var stopped = false
  private var raw: Int64 = 0
  private static let capacity = 4

  func put(_ element: Element) {
    condition.locked {
      while queue.count >= Feed.capacity && !stopped { condition.wait() }
      queue.append(element)
      condition.broadcast()
    }
  }

  func take() -> Element {
    condition.locked {
      while queue.isEmpty && !stopped { condition.wait() }
      defer { condition.broadcast() }
      return queue.isEmpty ? .end : queue.removeFirst()
    }
  }

  func stop() {
    condition.locked {
      stopped = true
      condition.broadcast()
    }
  }

  var isStopped: Bool { condition.locked { stopped } }
  var rawBytes: Int64 { condition.locked { raw } }
  func note(rawBytes: Int) { condition.locked { raw += Int64(rawBytes) } }
}
