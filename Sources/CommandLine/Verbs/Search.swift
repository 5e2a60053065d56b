import Attune
import Vocabulary

extension Verb {
  static let search = Verb(
    name: "search", summary: "finds items by words, for a person or the same for everybody",
    synopsis: ["\"WORDS\" [--subject S] [--sort SORT] [options]"],
    details: """
      Items with all the words come first, then those with most of them. "Words in quotes" stand side by side, \
      field:value keeps items with a tag, price:10..50 those in a range, and what begins with - is not wanted. Words \
      that no item has are replaced by the nearest that some have.
      With the person's consent to search, their tags and history add to the order; every sort but personal reads \
      nothing about anybody and is the same for all, but for what a person has blocked.
      """,
    options: [
      OptionSpec("subject", short: "s", .required("S"), "The person who searches; without it nobody is named."),
      OptionSpec(
        "sort", .required("SORT"), "What comes first: personal (without it), general, sales, price, -price or newest."),
      OptionSpec("count", short: "n", .required("N"), "How many items, 1 to 1000. Without it 10."),
      OptionSpec("offset", .required("N"), "Leave out the first N places, for paging."),
      OptionSpec("tag", .required("TAG"), repeats: true, "Only items with this tag, such as brand:acme."),
      OptionSpec("price", .required("RANGE"), "Only items at a price in this range: 10..50, ..50, 10.. or one price."),
      OptionSpec("facet", .required("FIELD,…"), repeats: true, "Count the matches by the values of these tag fields."),
      OptionSpec(
        "context", .required("ITEM,…"), repeats: true, "Items being looked at now; they count, and are not stored."),
      OptionSpec("exclude", .required("ITEM,…"), repeats: true, "Items not wanted this time."),
      OptionSpec("among", .required("ITEM,…"), repeats: true, "Search exactly these items instead of the catalogue."),
      .explain,
    ],
    operands: 1...64,
    examples: [
      "attune search \"canvas tent\" -n 5", "attune search tent --subject u0042 --explain",
      "attune search \"tent -gas brand:juniper price:..200\" --sort price --facet brand,color",
    ],
    run: { call in
      let arguments = call.arguments
      var request = SearchRequest(arguments.operands.joined(separator: " "), subject: arguments.value("subject"))
      if let word = arguments.value("sort") {
        guard let sort = SearchRequest.Sort(rawValue: word) else {
          let names = SearchRequest.Sort.allCases.map(\.rawValue)
          throw call.usage("“\(DisplayText.safe(word))” is no sort", expected: Wording.list(names, "or"))
        }
        request.sort = sort
      }
      request.count = try arguments.number("count", in: 1...1000, standard: 10)
      request.offset = try arguments.number("offset", in: 0...1_000_000, standard: 0)
      request.tags = arguments.values("tag")
      request.price = arguments.value("price")
      request.facets = arguments.list("facet")
      request.context = arguments.list("context")
      request.exclude = arguments.list("exclude")
      request.among = arguments.has("among") ? arguments.list("among") : nil
      try call.checkExplain()
      let service = try call.service()
      let answer = try service.answer(.search(request))
      try call.show(answer) { SearchText(answer: $0, isExplained: call.isExplaining).lines($1) }
      try call.explainIfAsked(service) { try answer.content.list.decision }
      return .done
    })
}
