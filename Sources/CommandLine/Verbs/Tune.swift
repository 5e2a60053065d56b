import Attune
import Evaluation
import SystemIO

extension Verb {
  static let tune = Verb(
    name: "tune", summary: "searches a model's parameters on a training file, and writes a model file",
    synopsis: ["--train FILE --task TASK --out FILE [options]"],
    details: """
      Cuts a validation part from the training file and changes one number of the model at a time, keeping what ranks \
      better there (NDCG). No test file is read. Every trial is written to FILE.trials, whose first line says what was \
      searched; the same call goes on where an earlier one was broken off, and ends at the same model.
      The files and tasks are those of attune evaluate. rows.support, general.share and diversity.similarity are for \
      the search as evaluate assumes them, or as --set says, and stay in the model as they are.
      """,
    options: [
      OptionSpec("train", .required("FILE"), "What to learn from, and to cut the validation part from."),
      OptionSpec("task", .required("TASK"), "interactions or next-item."),
      OptionSpec("out", .required("FILE"), "Where to write the model file."),
      OptionSpec(
        "items", .required("FILE"), repeats: true,
        "A catalogue, as attune import reads it; tags.weight is then searched too."),
    ] + ImportPlan.describing.filter { $0.long != "kinds" } + ModelChoice.options + [
      OptionSpec("trials", .required("N"), "The most models to try. Without it 100."),
      OptionSpec("cases", .required("N"), "The most cases of the validation part. Without it 8000."),
      OptionSpec("count", short: "k", .required("K"), "The length of the lists, 1 to 1000. Without it 20."),
      OptionSpec(flag: "repeats", "With interactions: items of the history may be recommended again."),
      OptionSpec(
        "kinds", .required("WORD=KIND,…"), repeats: true,
        "Translate foreign event kinds; a word that names no kind counts as a view."),
      OptionSpec("threads", .required("N"), "Threads to learn and rank with. Without it one a processor."),
      OptionSpec("seed", .required("N"), "Of the cut and of the order of the search. Without it 1."),
    ],
    usesStore: false,
    examples: ["attune tune --train train.txt --task next-item --model sessions --out mine.json"],
    run: { call in
      let out = try EvaluationPlan.file("out", call)
      let train = try EvaluationPlan.file("train", call)
      let plan = try EvaluationPlan(call)
      let trials = try call.arguments.number("trials", in: 1...100_000, standard: 100)
      let cases = try call.arguments.number("cases", in: 1...10_000_000, standard: 8000)
      let progress = ProgressLine(call.console)
      defer { progress.end() }
      progress.show(Progress(stage: "reading", fraction: nil, count: 0))
      let catalogue = try LogPlan.catalogue(call, progress: progress.show)
      let data = try TaskReader.read(plan.task, train: train, kinds: plan.kinds, catalogue: catalogue)
      var options = plan.options(for: data)
      options.model = try options.changedModel()
      // What evaluate assumes is no part of the model, unless it is set: then the search holds to it.
      options.changes = options.changes.filter { change in Evaluator.assumptions.contains { $0.key == change.key } }
      var tuner = try Tuner(data, options, limit: cases, log: out + ".trials")
      let result = try tuner.run(trials: trials, progress: progress.show)
      try Files.writeAtomically(out, result.model + [UInt8(ascii: "\n")])
      progress.end()
      try call.show(result.json) { result.lines(out, $0) }
      return .done
    })
}
