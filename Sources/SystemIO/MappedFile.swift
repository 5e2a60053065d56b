import CSystem
import Glibc
import Vocabulary

/// A file's bytes, mapped for reading.
///
/// The mapping stays whole if the file is replaced, as all our files are.
@safe package final class MappedFile: @unchecked Sendable {  // unchecked: written to by its first owner only
  package let count: Int
  package let identity: FileIdentity
  /// Valid as long as this object lives.
  @unsafe package let bytes: UnsafeRawBufferPointer

  package init(path: String) throws {
    let file = try Descriptor(opening: path, O_RDONLY)
    identity = FileIdentity(try file.status())
    count = identity.size
    if count == 0 {
      unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    // A page of it that is overwritten becomes our own; all others stay those of every process.
    let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.number, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw SystemCall.failure(errno, "mmap", path: path)
    }
    unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Writes over the mapping, not the file; before anybody else has it.
  package func overwrite(_ offset: Int, with new: [UInt8]) {
    precondition(offset >= 0 && offset <= count - new.count, "outside the mapping")
    guard let start = unsafe bytes.baseAddress else { return }
    unsafe UnsafeMutableRawPointer(mutating: start).advanced(by: offset).copyMemory(from: new, byteCount: new.count)
  }

  deinit {
    if let start = unsafe bytes.baseAddress {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    }
  }
}
