import Attune

extension Verb {
  static let train = Verb(
    name: "train", summary: "learns related items from what people permit, and publishes the model",
    synopsis: ["[--model FILE|NAME] [--set KEY=VALUE]…"],
    details: """
      The model file says what events weigh, how far apart two items may lie to count as related, and how a ranking is \
      put together. Without --model the store's last one is used, at first the shipped one for shops.
      """,
    options: ModelChoice.options,
    examples: ["attune train", "attune train --model mine.json --set timeline.window=10"],
    run: { call in
      let changes = try ModelChoice.changes(call)
      let model = try ModelChoice.text(call)
      let service = try call.service()
      let progress = ProgressLine(call.console)
      defer { progress.end() }
      if service.isRemote { progress.show("the daemon is training") }
      let answer = try service.answer(.train(model: model, set: changes, progress: progress.show))
      progress.end()
      try call.show(answer) { $0.lines($1) }
      return .done
    })
}
