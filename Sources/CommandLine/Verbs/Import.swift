import Attune
import SystemIO
import Vocabulary

extension Verb {
  static let importing = Verb(
    name: "import", summary: "reads items or events from files, or from standard input",
    synopsis: ["--items FILE… [options]", "--events FILE… [options]", "--export FILE"],
    details: """
      NDJSON, CSV and TSV with a header line, and the Combined Log Format of web servers, plain or gzip; - is standard \
      input. Several files may be given in one call; options that describe files hold for the files of one kind named \
      just before them, and for all files where they come before the first.
      An event that its person has not consented to leaves no trace but a count. A line that cannot be understood is \
      counted and its position and reason written to the rejects file.
      The files are read here, also where a daemon serves the store; its next answer knows what came in.
      """,
    options: [
      OptionSpec("items", .required("FILE"), repeats: true, "The catalogue: ids, titles, tags, prices, availability."),
      OptionSpec("events", .required("FILE"), repeats: true, "What people did: views, searches, purchases and more."),
      OptionSpec("export", .required("FILE"), "A person, as attune export gave them elsewhere; alone in the call."),
    ] + ImportPlan.describing + [
      OptionSpec(
        "consent", .required("HOW"),
        "ledger (without it): admit what each person's consent allows. granted: the log was collected under consent "
          + "for every purpose, as research data is; granted=PURPOSE,… for these alone."),
      OptionSpec("source", .required("NAME"), "Where the events come from, as kept with each."),
      OptionSpec(
        "rejects", .required("FILE"),
        "Write rejected lines' positions and reasons here. Without it FILE.rejects.ndjson."),
      OptionSpec(flag: "keep-lines", "Write the rejected lines themselves too; they may hold personal data."),
      OptionSpec(flag: "strict", "Stop at the first line that cannot be understood, and keep nothing of the file."),
      OptionSpec(
        flag: "again",
        "Import a file even if the very same was imported before; events without ids (--map event=COLUMN) count twice."),
      OptionSpec(
        flag: "follow",
        "Read the file from its start and on as it grows, until interrupted; one file only. Started again, it counts "
          + "events without ids (--map event=COLUMN) twice."),
      OptionSpec(
        "as-of", .required("TIME"),
        "Fix the store's clock at this time (ISO 8601), for logs of the past; now lets it go by the wall clock. Without "
          + "it logs that come with --consent granted fix it at their newest event."),
    ],
    operands: 0...100_000,
    examples: [
      "attune import --items items.ndjson",
      "attune import --events events.csv.gz --map subject=user,item=sku,kind=action,time=at",
      "attune import --events ratings.csv --map subject=userId,item=movieId,kind=:rate,value=rating "
        + "--consent granted",
      "attune import --events access.log --format combined --item-pattern '/product/([^/?]+)' --follow",
    ],
    run: { call in
      if let path = call.arguments.value("export") {
        guard call.arguments.words.count == 1 || !call.arguments.has("items") && !call.arguments.has("events") else {
          throw call.usage("--export stands alone", expected: "no --items and no --events beside it")
        }
        try importPerson(path, call)
        return .done
      }
      let plan = try ImportPlan(call)
      var options = Engine.Options()
      let asOf = call.arguments.value("as-of")
      options.releasesClock = asOf == "now"
      options.asOf = try asOf.flatMap { $0 == "now" ? nil : try ImportPlan.time($0, call) }
      try plan.checkFiles(call)
      let service = try plan.isForDaemon ? call.service(create: true, options: options) : nil
      let engine = try service == nil ? call.engine(create: true, options: options) : nil
      if call.arguments.has("follow") {
        StopSignals.catchAll()
        try call.console.message("following \(DisplayText.safe(plan.steps[0].input.path)); Ctrl-C ends it")
      }
      for step in plan.steps {
        let progress = ProgressLine(call.console)
        defer { progress.end() }
        let question = try Question.importing(step, options, progress: progress.show)
        let answer = try service?.answer(question) ?? Answer(json: question.inStore(engine ?? call.engine()))
        progress.end()
        try call.show(answer) { $0.lines($1) }
        try call.console.flush()
      }
      return .done
    })
}
