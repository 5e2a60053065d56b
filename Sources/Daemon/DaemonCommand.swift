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
      --train-every SECONDS  train again and publish at this interval, while answers go on
      --help               shows this

    JSON-RPC 2.0, one object a line. SIGTERM ends it once every call that was read is answered.

    """

  /// Runs the process's own command line.
  package static func main() -> Never {
    StopSignals.ignoreBrokenPipes()
    do {
      guard let (options, interval) = try arguments(Array(CommandLine.arguments.dropFirst())) else {
        _ = try? writeAll(1, Array(help.utf8))
        exit(0)
      }
      try serve(options, trainEvery: interval)
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
  private static func serve(_ options: Server.Options, trainEvery interval: Int?) throws {
    let server = try Server(options) { StopSignals.wasAsked }
    StopSignals.catchAll(waking: server.waker)
    let trainer = interval.map { Trainer(store: options.store, seconds: $0) }
    trainer?.start()
    Journal.note("listening", [("socket", options.socket), ("store", options.store)])
    try server.run()
    Journal.note("stopped")
  }

  /// The options typed; `nil` where help was asked for.
  static func arguments(_ words: [String]) throws -> (Server.Options, Int?)? {
    var values: [String: String] = [:]
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" { return nil }
      let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard ["--store", "--socket", "--socket-mode", "--train-every"].contains(halves[0]) else {
        throw Failure(.usage, "unknown option \(halves[0])", remedy: "Try attuned --help")
      }
      guard let value = halves.count == 2 ? halves[1] : rest.popFirst(), !value.isEmpty else {
        throw Failure(.usage, "\(halves[0]) has no value", remedy: "Try attuned --help")
      }
      values[halves[0]] = value
    }
    let fallback = unsafe getenv("ATTUNE_STORE").map { unsafe String(cString: $0) } ?? "store.attune"
    var options = Server.Options(store: values["--store"] ?? fallback)
    if let socket = values["--socket"] { options.socket = socket }
    if let text = values["--socket-mode"] {
      guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
        throw Failure(.usage, "'\(text)' are no permissions", at: "--socket-mode", expected: "octal, such as 660")
      }
      options.mode = mode
    }
    let interval = try values["--train-every"].map { text in
      guard let seconds = Int(text), seconds > 0 else {
        throw Failure(.usage, "'\(text)' is no interval", at: "--train-every", expected: "seconds, from 1")
      }
      return seconds
    }
    return (options, interval)
  }
}
