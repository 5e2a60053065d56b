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

  func text(connections: Int, modelAge: Int?) -> String {
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
      "# HELP attune_connections Open connections.", "# TYPE attune_connections gauge",
      "attune_connections \(connections)",
    ]
    if let modelAge {
      lines += [
        "# HELP attune_model_age_seconds Since the model was published.", "# TYPE attune_model_age_seconds gauge",
        "attune_model_age_seconds \(modelAge)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
