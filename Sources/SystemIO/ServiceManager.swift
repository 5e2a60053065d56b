import CSystem
import Glibc

/// What systemd, or another manager of services that speaks its protocol, hands to a process and wants to hear of it.
package enum ServiceManager {
  /// The descriptors that were handed on (`LISTEN_FDS`); empty where none were, or they are for another process.
  package static func inheritedDescriptors() -> Range<Int32> {
    let first: Int32 = 3
    guard let process = Environment["LISTEN_PID"].flatMap({ Int32($0) }), process == getpid(),
      let count = Environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...1000).contains(count)
    else { return first..<first }
    return first..<first + count
  }

  /// Tells the manager the process's state, such as `READY=1`; nothing where nobody wants to know (`NOTIFY_SOCKET`).
  ///
  /// - Throws: ``Failure`` where the manager named a socket that cannot be written to.
  package static func notify(_ state: String) throws {
    guard let path = Environment["NOTIFY_SOCKET"], !path.isEmpty else { return }
    let socket = Descriptor(
      owning: Int32(
        try SystemCall.run("socket", path: path) {
          Int(Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        }), path: path)
    var address = try SocketAddress(path, mayBeAbstract: true)
    let bytes = Array(state.utf8)
    _ = try SystemCall.run("sendto", path: path) {
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe Int(
          address.withPointer {
            unsafe Int32(
              sendto(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), $0, $1))
          })
      }
    }
  }
}
