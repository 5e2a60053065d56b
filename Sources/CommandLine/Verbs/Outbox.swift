import Vocabulary

extension Verb {
  static let outbox = Verb(
    name: "outbox", summary: "lists whom to tell that somebody is erased, corrected or no longer consents",
    synopsis: ["", "done NUMBER"],
    details: """
      Who was given somebody's data (attune export --partner) has to be told when it is erased, corrected, forgotten in \
      part, or no longer to be used. Each notice names the person only by the handle that this recipient has for them. \
      The engine sends nothing; done deletes a notice once its recipient has been told.
      """,
    operands: 0...2, examples: ["attune outbox", "attune outbox done 1"],
    run: { call in
      let operands = call.arguments.operands
      if operands.isEmpty {
        try call.show(call.service().answer(.outbox)) { OutboxText(report: $0).lines($1) }
        return .done
      }
      guard operands.count == 2, operands[0] == "done", let number = Int(operands[1]), number > 0 else {
        throw call.usage("this is nothing to do with the outbox", expected: "done and the number of a notice")
      }
      try call.show(call.service().answer(.noticeDone(number))) { report, style in
        [style.paint("Notice \(number) is done; \(Wording.count(report.notices.count, "notice")) left.", .bold)]
      }
      return .done
    })
}
