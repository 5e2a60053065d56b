import CSystem
import Glibc
import Vocabulary

/// A connected stream of bytes between two processes of this machine.
package final class UnixSocket {
  let descriptor: Descriptor
  /// What ``Poller`` knows it by.
  package var number: Int32 { descriptor.number }

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Connects to whoever listens at a path.
  ///
  /// - Throws: ``Failure``: `notFound` where nobody does.
  package init(connectingTo path: String) throws {
    descriptor = try Descriptor(socketFor: path)
    var address = try SocketAddress(path)
    _ = try SystemCall.run("connect", path: path) {
      unsafe Int(address.withPointer { unsafe connect(descriptor.number, $0, $1) })
    }
  }

  /// Reads what has come, up to `buffer.count` bytes.
  ///
  /// - Returns: How many; 0 at the end; `nil` where nothing has come yet, on a socket that does not wait.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int? {
    while true {
      let count = unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN: return nil
      case ECONNRESET: return 0
      default: throw SystemCall.failure(errno, "read", path: descriptor.path)
      }
    }
  }

  /// Writes as much as goes without waiting.
  ///
  /// - Returns: How many bytes; `nil` where the other side has gone.
  package func write(_ bytes: UnsafeRawBufferPointer) throws -> Int? {
    while true {
      let count = unsafe send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN: return 0
      case EPIPE, ECONNRESET: return nil
      default: throw SystemCall.failure(errno, "send", path: descriptor.path)
      }
    }
  }

  /// Says that nothing more will be written; what is on its way still arrives.
  package func finishWriting() { shutdown(number, Int32(SHUT_WR)) }

  /// Who is at the other end, as the kernel knows it.
  package func peer() throws -> Peer {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
    _ = try SystemCall.run("getsockopt", path: descriptor.path) {
      unsafe Int(socket_peer(number, &process, &user, &group))
    }
    // More groups than anybody has; where the kernel does not say, the first one is known all the same.
    var groups = [UInt32](repeating: 0, count: 1024)
    let count = unsafe socket_peer_groups(number, &groups, Int32(groups.count))
    return Peer(user: user, groups: Set(groups.prefix(Int(max(0, count))) + [group]), process: process)
  }

  /// The process at the other end of a socket.
  package struct Peer: Hashable, Sendable {
    package let user: UInt32
    package let groups: Set<UInt32>
    package let process: Int32

    package init(user: UInt32, groups: Set<UInt32>, process: Int32) {
      self.user = user
      self.groups = groups
      self.process = process
    }
  }
}

/// A socket at a path that others connect to.
package final class UnixListener {
  private let descriptor: Descriptor
  private let path: String
  /// What stands at the path, so that another's socket is never removed; `nil` for one that somebody else made.
  private let identity: (device: dev_t, inode: ino_t)?
  package var number: Int32 { descriptor.number }

  /// Listens at a path; a socket there that nobody serves any more is replaced.
  ///
  /// - Parameter mode: Who may connect: everybody with write permission.
  /// - Throws: ``Failure``: `busy` where somebody is serving there, `badInput` where something else stands there.
  package init(path: String, mode: UInt32 = 0o600) throws {
    self.path = path
    try UnixListener.clear(path)
    descriptor = try Descriptor(socketFor: path)
    // Made aside and put in its place when it listens, so that whoever finds it can connect.
    let aside = "\(path).\(getpid())"
    var address = try SocketAddress(aside)
    unsafe unlink(aside)
    let number = descriptor.number
    _ = try SystemCall.run("bind", path: path) {
      unsafe Int(address.withPointer { unsafe bind(number, $0, $1) })
    }
    do {
      // Before it listens nobody can connect. The process's mask would do too, but is every thread's.
      _ = try SystemCall.run("chmod", path: path) { unsafe Int(chmod(aside, mode)) }
      _ = try SystemCall.run("listen", path: path) { Int(listen(number, 1024)) }
      _ = try SystemCall.run("rename", path: path) { unsafe Int(rename(aside, path)) }
    } catch {
      unsafe unlink(aside)
      throw error
    }
    var status = stat()
    _ = try SystemCall.run("stat", path: path) { unsafe Int(stat(path, &status)) }
    identity = (status.st_dev, status.st_ino)
    descriptor.waits = false
  }

  /// Takes over a socket that listens already, as a service manager hands it on; its file is the manager's.
  ///
  /// - Throws: ``Failure`` where the descriptor is no listening socket of this machine.
  package init(inherited number: Int32) throws {
    path = "descriptor \(number)"
    descriptor = Descriptor(owning: number, path: path)
    identity = nil
    var listens: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    let asked = unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length)
    guard asked == 0, listens == 1 else {
      throw Failure(
        .badInput, "the descriptor handed on is no listening socket", at: path, expected: "one Unix stream socket",
        remedy: "Check the unit's ListenStream")
    }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    descriptor.waits = false
  }

  deinit { close() }

  /// Stops listening and takes the socket's file away.
  package func close() {
    var status = stat()
    if let identity, unsafe stat(path, &status) == 0, status.st_dev == identity.device,
      status.st_ino == identity.inode
    {
      unsafe unlink(path)
    }
  }

  /// The next connection, which does not wait; `nil` where none is there.
  ///
  /// - Throws: ``Failure`` where the system gives none, as when too many files are open.
  package func accept() throws -> UnixSocket? {
    while true {
      let number = Glibc.accept(descriptor.number, nil, nil)
      if number >= 0 {
        let connection = Descriptor(owning: number, path: path)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        connection.waits = false
        return UnixSocket(connection)
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EAGAIN: return nil
      default: throw SystemCall.failure(errno, "accept", path: path)
      }
    }
  }

  /// Makes room at a path, unless somebody serves there or it is no socket.
  private static func clear(_ path: String) throws {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw Failure(
        .badInput, "something that is no socket stands there", at: path, expected: "a free path",
        remedy: "Name another path with --socket")
    }
    if (try? UnixSocket(connectingTo: path)) != nil {
      throw Failure(
        .busy, "somebody is serving on this socket", at: path, remedy: "Stop that process, or name another --socket")
    }
    unsafe unlink(path)
  }
}

/// A socket's path as the kernel takes it.
@safe struct SocketAddress {
  private var address = sockaddr_un()
  private var length = socklen_t(MemoryLayout<sockaddr_un>.size)

  /// - Parameter mayBeAbstract: A name that starts with @ is in no folder.
  init(_ path: String, mayBeAbstract: Bool = false) throws {
    let bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard bytes.count <= room, !bytes.isEmpty, !bytes.contains(0) else {
      throw Failure(
        .badInput, "the path of a socket is too long", at: path, expected: "at most \(room) bytes",
        remedy: "Name a shorter one with --socket")
    }
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    // The kernel takes such a name with a zero instead, and to its very length.
    if mayBeAbstract, bytes[0] == UInt8(ascii: "@") {
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0[0] = 0 }
      length = socklen_t(MemoryLayout<sockaddr_un>.size - room - 1 + bytes.count)
    }
  }

  mutating func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    let length = self.length
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, length)
      }
    }
  }
}

extension Descriptor {
  /// A stream socket of this machine, not yet connected.
  convenience init(socketFor path: String) throws {
    let number = try SystemCall.run("socket", path: path) {
      Int(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    }
    self.init(owning: Int32(number), path: path)
  }

  /// Whether reading and writing wait.
  var waits: Bool {
    get { fcntl(number, F_GETFL, 0) & O_NONBLOCK == 0 }
    set {
      let flags = fcntl(number, F_GETFL, 0)
      _ = fcntl(number, F_SETFL, newValue ? flags & ~O_NONBLOCK : flags | O_NONBLOCK)
    }
  }
}
