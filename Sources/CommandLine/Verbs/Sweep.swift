import Vocabulary

extension Verb {
  static let sweep = Verb(
    name: "sweep", summary: "deletes what has been kept for as long as the policy says",
    synopsis: ["[--fixed-clock on|off]"],
    details: """
      What is out of use serves no answer from that very moment; a sweep deletes it and wipes the files. The daemon \
      sweeps every hour. Transactions that the law has kept longer are only kept: shown to the person, exported, never \
      read for an answer or a model. Whoever had something learned from them that is out of use leaves the model until \
      the next training.
      A store with a fixed clock, as research logs have, keeps everything unless --fixed-clock on was asked for once.
      """,
    options: [
      OptionSpec("fixed-clock", .required("on|off"), "Whether what is kept grows old by the store's fixed clock.")
    ],
    examples: ["attune sweep"],
    run: { call in
      let byFixedClock: Bool? =
        switch call.arguments.value("fixed-clock") {
        case nil: nil
        case "on": true
        case "off": false
        case let word?:
          throw call.usage("“\(DisplayText.safe(word))” is neither on nor off", expected: "--fixed-clock on or off")
        }
      try call.show(try call.service().answer(.sweep(byFixedClock: byFixedClock))) { SweepText(report: $0).lines($1) }
      return .done
    })
}
