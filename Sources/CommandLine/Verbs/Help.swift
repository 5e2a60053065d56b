import Vocabulary

extension Verb {
  static let help = Verb(
    name: "help", summary: "shows the verbs, or one verb's options", synopsis: ["[VERB]"], usesStore: false,
    operands: 0...1,
    run: { call in
      if let name = call.arguments.operands.first {
        try call.console.lines(AttuneCommand.verb(named: name).help(call.console.style))
      } else {
        try call.console.lines(AttuneCommand.overview(call.console.style))
      }
      return .done
    })
}
