import Attune
import AttuneClient
import Vocabulary

extension Call {
  /// Whoever answers for the store: the daemon that serves it, else the store itself, opened here.
  ///
  /// - Parameters:
  ///   - create: Make the store where there is none, and no daemon serves one.
  ///   - options: How to open the store itself.
  func service(create: Bool = false, options: Engine.Options = Engine.Options()) throws -> Service {
    try Service(daemon: daemon()) { try engine(create: create, options: options) }
  }

  /// Where the store's daemon listens: `--socket`, else the place in the store's folder.
  ///
  /// `$ATTUNE_SOCKET` belongs to the store of the environment, so a `--store` that was typed outweighs it.
  var socketPath: String {
    if let typed = arguments.value("socket") { return typed }
    if arguments.value("store") == nil, let socket = Host.environment("ATTUNE_SOCKET") { return socket }
    return storePath + "/attuned.sock"
  }

  /// A connection to the daemon; `nil` where none listens.
  ///
  /// - Throws: ``Failure`` where somebody listens who does not let us in, or `--socket` names no possible place.
  private func daemon() throws -> AttuneClient? {
    do { return try AttuneClient(socket: socketPath) } catch let failure as Failure {
      // Where no socket can be, as below a file or at a path too long for one, no daemon listens.
      let isNobody = failure.code == .notFound || failure.code == .badInput && !arguments.has("socket")
      if isNobody { return nil }
      throw failure
    }
  }
}
