import Consent
import Vocabulary

/// Lines of a log before the gate, in columns, with ids as local numbers.
///
/// Not visible outside this module: nothing that holds an outside id leaves it.
struct RawBatch {
  var subjects = ByteInterner()
  var items = ByteInterner()
  /// One entry a line.
  var subject: [UInt32] = []
  /// `.max` for none.
  var item: [UInt32] = []
  var kind: [EventKind] = []
  /// Milliseconds; `.min` for none.
  var time: [Int64] = []
  /// Thousandths.
  var value: [Int32] = []
  /// A hash of the session's id; 0 for none.
  var session: [UInt32] = []
  /// An index into ``details``; `.max` for none.
  var detail: [UInt32] = []
  var details: [RawDetail] = []

  var count: Int { subject.count }
}

/// The rarer fields of a line.
struct RawDetail {
  var query: String?
  var tags: [String] = []
  var source: String?
  var decision: String?
  /// Where it happened, as the log says.
  var place: String?
  /// The circumstances of the visit, as the log says them.
  var context: [(field: EventField, text: String)] = []
  /// Whether the event carries `Sec-GPC`, or something in its place that cannot be read.
  var isSignalled = false
  /// The log's own id of the event.
  var eventID: [UInt8]?

  var isEmpty: Bool {
    query == nil && tags.isEmpty && source == nil && decision == nil && eventID == nil
      && place == nil && context.isEmpty && !isSignalled
  }
}
