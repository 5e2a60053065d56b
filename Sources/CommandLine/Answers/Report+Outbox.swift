import Vocabulary

extension Report {
  /// What recipients of people's data have to be told.
  struct Outbox {
    var notices: [Notice]

    struct Notice {
      var number: Int
      var recipient: String
      var purpose: Purpose
      var handle: String
      var act: String
      var time: Timestamp?
    }
  }
}

extension Report.Outbox: ReadableResult {
  init(_ object: ResultObject) throws { notices = try object.list("notices") }
}

extension Report.Outbox.Notice: ReadableResult {
  init(_ object: ResultObject) throws {
    number = try object.count("notice")
    recipient = try object.text("recipient")
    purpose = try object.purpose("purpose")
    handle = try object.text("handle")
    act = try object.text("act")
    time = try object.timeIfAny("time")
  }
}
