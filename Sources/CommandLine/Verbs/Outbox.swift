import Vocabulary

extension Verb {
  static let outbox = Verb(
    name: "outbox", summary: "lists whom to tell that somebody is erased, corrected or no longer consents",
    synopsis: ["", "done NUMBER…"],
    details: """
      Who was given somebody's data (attune export --partner) has to be told when it is erased, corrected, forgotten in \
      part, or no longer to be used. Each notice names the person only by the handle that this recipient has for them. \
      The engine sends nothing; done deletes notices once their recipients have been told, and searches the files that \
      nothing of them is left.
      """,
    operands: 0...1001, examples: ["attune outbox", "attune outbox done 1 2"],
    run: { call in
      let operands = call.arguments.operands
      if operands.isEmpty {
        try call.show(call.service().answer(.outbox)) { OutboxText(report: $0).lines($1) }
        return .done
      }
      let numbers = operands.dropFirst().compactMap { Int($0) }.filter { $0 > 0 }
      guard operands[0] == "done", !numbers.isEmpty, numbers.count == operands.count - 1 else {
        throw call.usage("this is nothing to do with the outbox", expected: "done and the numbers of notices")
      }
      try call.show(call.service().answer(.noticesDone(numbers))) { report, style in
        let left = Wording.count(report.notices.count, "notice")
        let done = numbers.count == 1 ? "Notice \(numbers[0]) is" : "\(Wording.count(numbers.count, "notice")) are"
        return [style.paint("\(done) done; \(left) left.", .bold)]
      }
      return .done
    })
}
