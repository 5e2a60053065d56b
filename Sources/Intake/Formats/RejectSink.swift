import SystemIO
import Vocabulary

/// Where lines go that cannot be understood: counted by reason, and listed by position in a file.
package final class RejectSink {
  /// So many rejects are listed in the file; all are counted.
  package static let listed = 10_000

  private let input: String
  private let path: String?
  private let keepsLines: Bool
  private let isStrict: Bool
  private var lines: [UInt8] = []
  private var counts: [String: Int] = [:]
  package private(set) var count = 0

  /// - Parameters:
  ///   - input: The file's name, for messages.
  ///   - path: The rejects file; made when there is something to list. `nil` for none.
  ///   - keepsLines: Write the lines themselves as well, which may hold personal data.
  ///   - isStrict: Throw at the first reject.
  package init(input: String, path: String?, keepsLines: Bool, isStrict: Bool) {
    self.input = input
    self.path = path
    self.keepsLines = keepsLines
    self.isStrict = isStrict
  }

  /// Reasons with their counts, most frequent first, ties by reason.
  package var reasons: [(reason: String, count: Int)] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (reason: $0.key, count: $0.value) }
  }

  /// The rejects file, once something was listed in it.
  package var file: String? { count > 0 ? path : nil }

  /// Notes a line that cannot be understood.
  ///
  /// What was found is named by its sort, never by its content.
  func reject(line: Int, _ malformed: Malformed, text: @autoclosure () -> [UInt8]) throws {
    if isStrict {
      throw Failure(
        .badInput, malformed.found, at: "\(input):\(line):\(malformed.column)", expected: malformed.expected,
        remedy: "Mend the line, or leave --strict out to pass over lines like it")
    }
    count += 1
    counts["\(malformed.found) where \(malformed.expected) was expected", default: 0] += 1
    if path == nil || count > RejectSink.listed { return }
    var entry =
      "{\"file\":\(RejectSink.quoted(input)),\"line\":\(line),\"column\":\(malformed.column),"
      + "\"found\":\(RejectSink.quoted(malformed.found)),\"expected\":\(RejectSink.quoted(malformed.expected))"
    if keepsLines { entry += ",\"text\":\(RejectSink.quoted(String(decoding: text().prefix(10_000), as: UTF8.self)))" }
    lines += Array((entry + "}\n").utf8)
  }

  /// Writes the rejects file, if there is anything to list.
  package func close() throws {
    guard let path, count > 0 else { return }
    try Files.writeAtomically(path, lines)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// What a reader has met so far.
package struct ReadCounts: Sendable {
  /// Records, headers left out.
  package var read = 0
  /// Left out on purpose.
  package var ignored = 0
  package var rejected = 0
  package var format = ""
  package var unusedColumns: [String] = []
}
