import Attune
import SystemIO
import Vocabulary

/// Trains at an interval on a thread and an engine of its own; the server finds each new model by itself.
///
/// A training that fails leaves the model in place that is served.
final class Trainer: Sendable {
  private let store: String
  private let seconds: Int

  init(store: String, seconds: Int) {
    self.store = store
    self.seconds = seconds
  }

  /// Begins; ends with the process.
  func start() {
    let (store, seconds) = (self.store, self.seconds)
    Threads.start {
      while true {
        Threads.pause(seconds: seconds)
        do {
          let report = try Engine.open(store).train()
          Journal.note("trained", [("digest", report.digest), ("seconds", "\(report.seconds)")])
        } catch {
          Journal.note("training failed", [("what", (error as? Failure)?.what ?? "unexpected")])
        }
      }
    }
  }
}
