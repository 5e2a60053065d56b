import CSQLite

/// A value that a statement can take.
protocol Bindable {
  func bind(to binder: inout Binder)
}

/// Hands values to a statement, one position after the other.
@safe
struct Binder {
  private let handle: OpaquePointer
  private var position: Int32
  /// `SQLITE_OK`, or the first error.
  private(set) var code = SQLITE_OK

  /// - Parameter position: How many positions are taken already.
  init(_ handle: OpaquePointer, after position: Int32 = 0) {
    unsafe self.handle = handle
    self.position = position
  }

  mutating func bind(_ value: some Bindable) {
    position += 1
    value.bind(to: &self)
  }

  mutating func null() { note(unsafe sqlite3_bind_null(handle, position)) }

  mutating func integer(_ value: Int64) { note(unsafe sqlite3_bind_int64(handle, position, value)) }

  mutating func text(_ value: String) {
    note(unsafe sqlite3_bind_text64(handle, position, value, UInt64(value.utf8.count), transient, UInt8(SQLITE_UTF8)))
  }

  mutating func blob(_ bytes: UnsafeRawBufferPointer) {
    // A blob without an address would be NULL.
    guard let start = bytes.baseAddress else { return note(unsafe sqlite3_bind_zeroblob(handle, position, 0)) }
    note(unsafe sqlite3_bind_blob64(handle, position, start, UInt64(bytes.count), transient))
  }

  private mutating func note(_ result: Int32) { if code == SQLITE_OK { code = result } }
}

/// `SQLITE_TRANSIENT`, which is not imported: SQLite copies the bytes before the call returns.
private var transient: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension Int64: Bindable {
  func bind(to binder: inout Binder) { binder.integer(self) }
}

extension String: Bindable {
  func bind(to binder: inout Binder) { binder.text(self) }
}

extension [UInt8]: Bindable {
  func bind(to binder: inout Binder) { unsafe withUnsafeBytes { unsafe binder.blob($0) } }
}

extension Optional: Bindable where Wrapped: Bindable {
  func bind(to binder: inout Binder) {
    guard let self else { return binder.null() }
    self.bind(to: &binder)
  }
}
