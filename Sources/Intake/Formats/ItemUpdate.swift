import Vocabulary

/// What one line of a catalogue file says of an item.
///
/// What a line leaves open stays as an earlier one said, so that prices, titles and tags may come from different files.
package struct ItemUpdate: Sendable {
  package var record: ItemRecord
  /// The fields whose tags the line tells in full; `nil` for every field.
  package var tagFields: Set<String>?

  package init(record: ItemRecord, tagFields: Set<String>?) {
    self.record = record
    self.tagFields = tagFields
  }

  /// The item's record from now on.
  ///
  /// - Parameters:
  ///   - old: What was known of it.
  ///   - addsTags: An earlier line of the same import spoke of the item too: then tags add up, as in a file with one
  ///     line a tag.
  /// - Complexity: linear in the tags.
  package func applied(to old: ItemRecord?, addsTags: Bool) -> ItemRecord {
    guard let old else { return record }
    var new = record
    new.title = record.title ?? old.title
    new.text = record.text ?? old.text
    new.price = record.price ?? old.price
    new.seller = record.seller ?? old.seller
    if record.category.isEmpty { new.category = old.category }
    new.available = record.available ?? old.available
    let kept =
      addsTags ? old.tags : old.tags.filter { tag in !(tagFields?.contains(String(Tag.field(of: tag))) ?? true) }
    var known = Set(kept.map { ExactText($0) })
    new.tags = kept + record.tags.filter { known.insert(ExactText($0)).inserted }
    return new
  }
}
