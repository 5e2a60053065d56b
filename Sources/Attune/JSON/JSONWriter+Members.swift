package import Vocabulary

/// Something with a form in JSON.
package protocol JSONWritable {
  func write(to json: inout JSONWriter)
}

extension JSONWritable {
  /// The value's JSON in UTF-8, without a line end.
  package var bytesOfJSON: [UInt8] {
    var json = JSONWriter()
    write(to: &json)
    return json.bytes
  }
}

/// Members of an object: a key with its value. A member without a value (`nil`) is left out.
extension JSONWriter {
  package mutating func member(_ name: String, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  package mutating func member(_ name: String, _ number: (some FixedWidthInteger)?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  package mutating func member(_ name: String, _ number: Double) {
    key(name)
    value(number)
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  /// A time in ISO 8601, UTC; a place in a file that stands for a time is none, and is left out.
  package mutating func member(_ name: String, _ time: Timestamp?) {
    guard let time, time.isClock else { return }
    key(name)
    value(time.text)
  }

  package mutating func member(_ name: String, _ texts: [String]) {
    key(name)
    array { list in for text in texts { list.value(text) } }
  }

  package mutating func member(_ name: String, _ elements: [some JSONWritable]) {
    key(name)
    array { list in for element in elements { element.write(to: &list) } }
  }

  /// Counts under their names, as an object in the given order.
  package mutating func member(counts name: String, _ counts: [(name: String, count: Int)]) {
    key(name)
    object { inner in for (name, count) in counts { inner.member(name, count) } }
  }
}
