import Attune
import SystemIO
import Vocabulary

extension Verb {
  static let demo = Verb(
    name: "demo", summary: "shows everything once, on a shop that it makes up itself", synopsis: ["[--keep DIR]"],
    details: """
      Needs no file and no network. The people, the goods and the log come from a seeded generator; the store lives in \
      a temporary folder that is removed at the end. With --json each step's result is one line.
      """,
    options: [OptionSpec("keep", .required("DIR"), "Make the files and the store in this new folder, and keep them.")],
    usesStore: false,
    run: { call in
      let started = Clock.monotonicNanoseconds()
      let kept = call.arguments.value("keep")
      if let kept {
        guard !Files.exists(kept) else {
          throw Failure(
            .refused, "\(DisplayText.safe(kept)) exists already", at: "--keep", expected: "a folder to be made")
        }
        try Files.makeDirectory(kept)
      }
      let folder = try kept ?? Files.temporaryDirectory(prefix: "attune-demo-")
      defer { if kept == nil { try? Files.removeTree(folder) } }
      try DemoTour(folder: folder, console: call.console).run()
      if call.console.isJSON { return .done }
      try call.console.line()
      let seconds = Double(Clock.monotonicNanoseconds() - started) / 1e9
      try call.console.line("All of this took \(Wording.duration(seconds: seconds)).")
      if let kept {
        try call.console.line("To go on with this shop: export ATTUNE_STORE=\(DisplayText.safe(kept))/shop.attune")
      } else {
        try call.console.line("To keep the shop and go on with it: attune demo --keep DIR")
      }
      return .done
    })
}
