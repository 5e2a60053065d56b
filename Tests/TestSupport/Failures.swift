public import Vocabulary

/// The failure that `body` throws; `nil` where it throws none or another error.
public func failure(_ body: () throws -> Void) -> Failure? {
  do { try body() } catch { return error as? Failure }
  return nil
}
