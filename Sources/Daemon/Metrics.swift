/// What the daemon counts, without anybody's name: the text of Prometheus.
struct Metrics {
  private var calls: [String: Int] = [:]
  private var latencies: [String: [Int]] = [:]
  private var sums: [String: UInt64] = [:]

  /// Upper bounds of the latency buckets, in microseconds.
  static let bounds = [50, 100, 200, 500, 1000, 5000, 20_000, 100_000, 1_000_000]

  mutating func note(_ method: String, outcome: String, nanoseconds: UInt64) {
    calls["\(method)\u{0}\(outcome)", default: 0] += 1
    let bucket = Metrics.bounds.firstIndex { nanoseconds <= UInt64($0) * 1000 } ?? Metrics.bounds.count
    latencies[method, default: [Int](repeating: 0, count: Metrics.bounds.count + 1)][bucket] += 1
    sums[method, default: 0] += nanoseconds
  }

  /// Of all answered `recommend` calls, the share whose person had opted out; `nil` before the first.
  private var optedOutShare: Double? {
    let answered = calls.filter { $0.key.hasPrefix("recommend\u{0}") && !$0.key.hasPrefix("recommend\u{0}-") }
    let all = answered.values.reduce(0, +)
    return all == 0 ? nil : Double(calls["recommend\u{0}opted-out"] ?? 0) / Double(all)
  }

  func text(
    connections: Int, jobs: Int, people: Int, training: Int, searches: Int, modelAge: Int?, resident: Int64?
  ) -> String {
    var lines = [
      "# HELP attune_calls_total Calls by method and outcome.", "# TYPE attune_calls_total counter",
    ]
    for (key, count) in calls.sorted(by: { $0.key < $1.key }) {
      let parts = key.split(separator: "\u{0}")
      lines.append("attune_calls_total{method=\"\(parts[0])\",outcome=\"\(parts[1])\"} \(count)")
    }
    lines += [
      "# HELP attune_call_seconds Time from reading a call to having its answer.",
      "# TYPE attune_call_seconds histogram",
    ]
    for (method, buckets) in latencies.sorted(by: { $0.key < $1.key }) {
      var total = 0
      for (index, count) in buckets.enumerated() {
        total += count
        let bound = index < Metrics.bounds.count ? "\(Double(Metrics.bounds[index]) / 1e6)" : "+Inf"
        lines.append("attune_call_seconds_bucket{method=\"\(method)\",le=\"\(bound)\"} \(total)")
      }
      lines.append("attune_call_seconds_sum{method=\"\(method)\"} \(Double(sums[method] ?? 0) / 1e9)")
      lines.append("attune_call_seconds_count{method=\"\(method)\"} \(total)")
    }
    lines += [
      "# HELP attune_file_searches_total Searches of the store's files for what was erased.",
      "# TYPE attune_file_searches_total counter", "attune_file_searches_total \(searches)",
    ]
    var gauges: [(name: String, help: String, value: String)] = [
      ("attune_connections", "Open connections.", "\(connections)"),
      ("attune_jobs", "Long calls under way or waiting.", "\(jobs)"),
      ("attune_people_cached", "People whose folded profiles are in memory.", "\(people)"),
      ("attune_people_in_training", "People whose timelines are in memory for the next erasure.", "\(training)"),
    ]
    if let share = optedOutShare {
      gauges.append(("attune_opted_out_ratio", "Share of recommend calls whose person had opted out.", "\(share)"))
    }
    if let modelAge {
      gauges.append(("attune_model_age_seconds", "Since the model was published.", "\(modelAge)"))
    }
    if let resident { gauges.append(("process_resident_memory_bytes", "Resident memory.", "\(resident)")) }
    for gauge in gauges {
      lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
