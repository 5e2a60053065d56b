import Attune
import Vocabulary

extension Verb {
  static let block = Verb(
    name: "block", summary: "keeps items from a person for good: one, what is like it, or all with a tag",
    synopsis: ["SUBJECT", "SUBJECT [--item I] [--similar I] [--tag T] [--remove]"],
    details: """
      A block holds on every surface, general answers included, until it is removed. Categories and sellers are tags: \
      category:shoes, seller:acme. Without options the person's instructions are shown.
      """,
    options: [
      OptionSpec("item", .required("ITEM"), repeats: true, "Never show this item."),
      OptionSpec("similar", .required("ITEM"), repeats: true, "Never show this item and what is like it."),
      OptionSpec("tag", .required("TAG"), repeats: true, "Never show items with this tag, category or seller."),
      OptionSpec(flag: "remove", "Take these blocks away instead."),
    ],
    operands: 1...1,
    examples: ["attune block u0042 --tag category:toys", "attune block u0042 --item i7 --remove"],
    run: { call in
      let subject = try call.operand(0, "SUBJECT")
      let arguments = call.arguments
      let blocks: [Engine.Block] =
        arguments.values("item").map { .item($0) } + arguments.values("similar").map { .similar($0) }
        + arguments.values("tag").map { .tag($0) }
      if blocks.isEmpty, arguments.has("remove") {
        throw call.usage("--remove needs to know what", expected: "--item, --similar or --tag beside it")
      }
      let service = try call.service()
      var answer = blocks.isEmpty ? try service.answer(.instructions(of: subject)) : nil
      for block in blocks {
        answer = try service.answer(
          arguments.has("remove") ? .unblock(block, for: subject) : .block(block, for: subject))
      }
      if let answer { try call.show(answer) { InstructionsText(report: $0).lines($1) } }
      return .done
    })
}
