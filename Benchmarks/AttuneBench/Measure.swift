import Glibc
import SystemIO

/// Nanoseconds that a body takes.
func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
  let start = Clock.monotonicNanoseconds()
  try body()
  return Clock.monotonicNanoseconds() - start
}

/// Nanoseconds of processor time that a body takes of this thread: what is left of a busy machine's noise.
func processorNanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
  func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
  let start = now()
  try body()
  return now() - start
}

/// Minimum, median and maximum of repeated figures.
struct Spread: CustomStringConvertible {
  var sorted: [Double]

  init(_ figures: [Double]) { sorted = figures.sorted() }

  /// The figure below which the part `q` (0…1) of them lies: the nearest rank.
  func quantile(_ q: Double) -> Double {
    sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, max(0, Int((q * Double(sorted.count)).rounded(.up)) - 1))]
  }

  var description: String {
    "median \(rounded(quantile(0.5))) (min \(rounded(sorted.first ?? .nan)), max \(rounded(sorted.last ?? .nan)))"
  }
}

/// Three significant digits or whole numbers, without Foundation's formats.
func rounded(_ figure: Double) -> String {
  if figure.isNaN { return "-" }
  if figure.magnitude >= 1000 { return "\(Int(figure.rounded()))" }
  let factor: Double = figure.magnitude >= 100 ? 10 : figure.magnitude >= 10 ? 100 : 1000
  return "\((figure * factor).rounded() / factor)"
}

/// What the figures were measured on.
enum Machine {
  static var description: String {
    let info = (try? Files.read("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores,\(model ?? " unknown processor")"
  }
}
