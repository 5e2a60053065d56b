import Attune
import AttuneClient
import Protocol
import Vocabulary

/// Answers questions about one store: through the daemon that serves it, else from the store itself.
final class Service {
  /// Who is asked.
  private enum Party {
    case daemon(AttuneClient, opening: () throws -> Engine)
    case store(Engine)
  }

  private var party: Party

  /// - Parameters:
  ///   - daemon: The daemon that serves the store; `nil` where none does.
  ///   - opening: Opens the store itself; with a daemon only for what the daemon cannot do.
  init(daemon: AttuneClient?, opening: @escaping () throws -> Engine) throws {
    if let daemon { party = .daemon(daemon, opening: opening) } else { party = .store(try opening()) }
  }

  /// Whether a daemon is asked.
  var isRemote: Bool { if case .daemon = party { true } else { false } }

  /// Asks, and waits for the answer.
  ///
  /// A daemon that does not know the method is an older one; several processes may use a store, so it is done beside
  /// the daemon then. A refusal of the daemon stands.
  func answer<Content>(_ question: Question<Content>) throws -> Answer<Content> {
    switch party {
    case .store(let engine): return Answer(json: try question.inStore(engine))
    case .daemon(let client, let opening):
      switch try client.outcome(of: question.method, question.parameters) {
      case .success(let json): return Answer(json: json)
      case .failure(let error) where error.code == CallError.methodNotFound:
        let engine = try opening()
        party = .store(engine)
        return Answer(json: try question.inStore(engine))
      case .failure(let error): throw Failure(error)
      }
    }
  }
}
