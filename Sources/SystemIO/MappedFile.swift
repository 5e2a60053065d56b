import CSystem
import Glibc
import Vocabulary

/// A file's bytes, mapped for reading.
///
/// The mapping stays whole if the file is replaced, as all our files are.
@safe package final class MappedFile: @unchecked Sendable {  // unchecked: immutable after init, mapping read only
  package let count: Int
  /// Valid as long as this object lives.
  @unsafe package let bytes: UnsafeRawBufferPointer

  package init(path: String) throws {
    let file = try Descriptor(opening: path, O_RDONLY)
    count = Int(try file.status().st_size)
    if count == 0 {
      unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, file.number, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw SystemCall.failure(errno, "mmap", path: path)
    }
    unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = unsafe bytes.baseAddress {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    }
  }
}
