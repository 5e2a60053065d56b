import SystemIO

/// One caller's stream: what has come and is not a line yet, and what is still to go out.
final class Connection {
  let socket: UnixSocket
  let peer: UnixSocket.Peer
  var role: Role
  /// What the poller was asked to tell.
  var interest: Poller.Interest = .reading
  /// Calls that came and are not answered yet.
  var openCalls = 0
  private var incoming: [UInt8] = []
  private var start = 0
  private var outgoing: [UInt8] = []
  private var sent = 0
  /// Nothing more will come.
  private(set) var hasEnded = false
  /// The other side is gone, or broke the rules; what is left to send goes out where it can.
  var isClosing = false
  /// Whole lines may have come that are not answered yet.
  private(set) var mayHaveLine = false
  /// A recorded event waits for the disk; the caller's next line waits for it, so that it sees the event.
  var isWaiting = false

  /// The longest line, in bytes.
  static let lineLimit = 1 << 20
  /// With so much still to send a caller is not read from.
  static let backlog = 4 << 20

  init(_ socket: UnixSocket, peer: UnixSocket.Peer, role: Role) {
    self.socket = socket
    self.peer = peer
    self.role = role
  }

  /// Whether lines that have come can be answered now.
  var canAnswer: Bool { mayHaveLine && !isFull && !isWaiting && !isClosing }
  var isFull: Bool { outgoing.count - sent > Connection.backlog }
  var hasOutput: Bool { sent < outgoing.count }
  var wantsReading: Bool { !hasEnded && !isClosing && !isFull && incoming.count - start <= Connection.lineLimit }

  /// Takes in what has come, as much as there is room for.
  func receive(_ buffer: UnsafeMutableRawBufferPointer) throws {
    mayHaveLine = true
    while wantsReading {
      guard let count = try unsafe socket.read(into: buffer) else { return }
      if count == 0 {
        hasEnded = true
        return
      }
      unsafe incoming.append(contentsOf: buffer[..<count])
      if count < buffer.count { return }
    }
  }

  /// The next whole line without its end, or the rest of a stream that has ended.
  func nextLine() -> ArraySlice<UInt8>? {
    if let end = incoming[start...].firstIndex(of: 10) {
      defer { start = end + 1 }
      var line = incoming[start..<end]
      if line.last == 13 { line = line.dropLast() }
      return line
    }
    if start > 0 {
      incoming.removeFirst(start)
      start = 0
    }
    guard hasEnded, !incoming.isEmpty else {
      mayHaveLine = false
      return nil
    }
    defer { incoming = [] }
    return incoming[...]
  }

  /// Whether the line that is coming is too long already.
  var isOverlong: Bool {
    incoming.count - start > Connection.lineLimit && !incoming[start...].contains(10)
  }

  func send(_ line: [UInt8]) {
    outgoing += line
    outgoing.append(10)
  }

  /// Sends what goes without waiting; false where the other side has gone.
  func flush() throws -> Bool {
    while hasOutput {
      let count = try unsafe outgoing.withUnsafeBytes {
        try unsafe socket.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
      }
      guard let count else { return false }
      if count == 0 { break }
      sent += count
    }
    if sent == outgoing.count {
      outgoing.removeAll(keepingCapacity: outgoing.count < 1 << 16)
      sent = 0
    }
    return true
  }
}
