import Attune
import Glibc
import Protocol
import SystemIO
import Vocabulary

/// The command `attuned`.
package enum DaemonCommand {
  private static let help = """
    attuned: serves one store to other programs over a Unix-domain socket

    Usage: attuned --store PATH [options]

      --store PATH         the store; without it $ATTUNE_STORE, else store.attune
      --socket PATH        where to listen; without it attuned.sock in the store's folder
      --socket-mode MODE   who may connect, as permissions in octal; without it 600
      --config FILE        who has which role, and limits; read again on SIGHUP
      --train-every SECONDS  train again and publish at this interval, while answers go on
      --help               shows this

    JSON-RPC 2.0, one object a line. SIGTERM ends it once every call that was read is answered.
    A socket handed on by a service manager (LISTEN_FDS) is served instead; readiness is told to NOTIFY_SOCKET.

    """

  /// Runs the process's own command line.
  package static func main() -> Never {
    StopSignals.ignoreBrokenPipes()
    do {
      guard let options = try arguments(Array(CommandLine.arguments.dropFirst())) else {
        _ = try? writeAll(1, Array(help.utf8))
        exit(0)
      }
      try serve(options)
      exit(0)
    } catch let failure as Failure {
      _ = try? writeAll(2, Array("attuned: \(failure)\n".utf8))
      exit(failure.code == .usage ? 2 : 1)
    } catch {
      _ = try? writeAll(2, Array("attuned: unexpected failure\n".utf8))
      exit(1)
    }
  }

  /// Serves until a signal asks to stop.
  private static func serve(_ options: Server.Options) throws {
    var options = options
    let inherited = ServiceManager.inheritedDescriptors()
    guard inherited.count <= 1 else {
      throw Failure(.badInput, "\(inherited.count) sockets were handed on", at: "LISTEN_FDS", expected: "one")
    }
    options.inherited = inherited.first
    let server = try Server(
      options, Server.Signals(shouldStop: { StopSignals.wasAsked }, shouldReload: { StopSignals.takeReload() }))
    StopSignals.catchAll(waking: server.waker)
    StopSignals.catchReload()
    Journal.note(
      "listening", [("socket", inherited.isEmpty ? options.socket : "handed on"), ("store", options.store)])
    try ServiceManager.notify("READY=1")
    try server.run()
    Journal.note("stopped")
  }

  /// The options typed; `nil` where help was asked for.
  static func arguments(_ words: [String]) throws -> Server.Options? {
    var values: [String: String] = [:]
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" { return nil }
      let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard ["--store", "--socket", "--socket-mode", "--config", "--train-every"].contains(halves[0]) else {
        throw Failure(.usage, "unknown option \(halves[0])", remedy: "Try attuned --help")
      }
      guard let value = halves.count == 2 ? halves[1] : rest.popFirst(), !value.isEmpty else {
        throw Failure(.usage, "\(halves[0]) has no value", remedy: "Try attuned --help")
      }
      values[halves[0]] = value
    }
    var options = Server.Options(store: values["--store"] ?? Environment["ATTUNE_STORE"] ?? "store.attune")
    options.configuration = values["--config"]
    if let socket = values["--socket"] { options.socket = socket }
    if let text = values["--socket-mode"] {
      guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
        throw Failure(.usage, "'\(text)' are no permissions", at: "--socket-mode", expected: "octal, such as 660")
      }
      options.mode = mode
    }
    options.trainEvery = try values["--train-every"].map { text in
      guard let seconds = Int(text), seconds > 0 else {
        throw Failure(.usage, "'\(text)' is no interval", at: "--train-every", expected: "seconds, from 1")
      }
      return seconds
    }
    return options
  }
}
