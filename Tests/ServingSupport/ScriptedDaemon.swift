import Glibc
import Synchronization
import SystemIO
import Vocabulary

/// Something that listens like a daemon and answers every line as a test says.
package final class ScriptedDaemon: Sendable {
  private let stop = Atomic<Bool>(false)
  private let taken = Mutex<[[UInt8]]>([])

  /// The lines that have come so far.
  package var lines: [[UInt8]] { taken.withLock { $0 } }

  /// - Parameter answer: What to send for a line; `nil` ends the connection at once, and half a line may be sent too.
  package init(socket path: String, answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) throws {
    // One thread makes it and uses it.
    nonisolated(unsafe) let listener = try UnixListener(path: path)
    Threads.start { [self] in
      while !stop.load(ordering: .relaxed) {
        if let connection = try? unsafe listener.accept() { serve(connection, answer) } else { usleep(2000) }
      }
      unsafe listener.close()
    }
  }

  package func end() { stop.store(true, ordering: .relaxed) }

  private func serve(_ connection: UnixSocket, _ answer: ([UInt8]) -> [UInt8]?) {
    var incoming: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !stop.load(ordering: .relaxed) {
      guard let count = try? unsafe buffer.withUnsafeMutableBytes({ try unsafe connection.read(into: $0) }) else {
        usleep(1000)
        continue
      }
      if count == 0 { return }
      incoming += buffer[..<count]
      while let end = incoming.firstIndex(of: 10) {
        let line = Array(incoming[..<end])
        incoming.removeFirst(end + 1)
        taken.withLock { $0.append(line) }
        guard let bytes = answer(line) else { return }
        _ = try? unsafe bytes.withUnsafeBytes { try unsafe connection.write($0) }
      }
    }
  }
}
