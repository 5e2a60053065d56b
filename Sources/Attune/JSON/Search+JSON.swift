import Vocabulary

extension SearchAnswer: JSONWritable {
  /// The answer as one JSON object in UTF-8, in a recommendation's form with what was searched for and found besides.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      list.writeMembers(to: &$0)
      $0.member("query", text)
      $0.member("sort", sort.rawValue)
      $0.member("corrections", corrections)
      $0.member("matches", matches)
      $0.member("facets", facets)
    }
  }
}

extension SearchAnswer.Correction: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("word", word)
      $0.member("instead", instead)
    }
  }
}

extension SearchAnswer.Facet: JSONWritable {
  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("field", field)
      $0.key("values")
      $0.array { list in
        for (value, items) in values {
          list.object {
            $0.member("value", value)
            $0.member("items", items)
          }
        }
      }
    }
  }
}
