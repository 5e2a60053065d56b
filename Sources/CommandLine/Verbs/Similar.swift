import Vocabulary

extension Verb {
  static let similar = Verb(
    name: "similar", summary: "lists the items most like one item, the same for everybody",
    synopsis: ["ITEM [-n 10] [--offset N] [--explain]"],
    options: [
      OptionSpec("count", short: "n", .required("N"), "How many items, 1 to 1000. Without it 10."),
      OptionSpec("offset", .required("N"), "Leave out the first N places, for paging."),
      .explain,
    ],
    operands: 1...1, examples: ["attune similar i0042 -n 5"],
    run: { call in
      let item = try call.operand(0, "ITEM")
      let count = try call.arguments.number("count", in: 1...1000, standard: 10)
      let offset = try call.arguments.number("offset", in: 0...1_000_000, standard: 0)
      let service = try call.service()
      return try call.show(
        service.answer(.similar(to: item, count: count, offset: offset)), of: service, similarTo: item)
    })
}
