import Vocabulary

/// What came of a campaign; what too few people stand behind is left out.
public struct CampaignReport: Sendable {
  public var campaign: String
  /// How many people stand behind every number, and every difference of numbers, at least.
  public var threshold: Int
  /// Everybody together.
  public var total: CampaignCounts
  /// By segment, those of the most people reached first.
  public var segments: [(segment: String, counts: CampaignCounts)]
  /// Those in no segment.
  public var others: CampaignCounts
}

/// Numbers of people; `nil` where they are too few, or would show that others are.
public struct CampaignCounts: Sendable {
  public var reached: Int?
  public var clicked: Int?
  public var bought: Int?
}

extension CampaignReport: JSONWritable {
  /// The report as one JSON object in UTF-8, without a line end.
  public var json: [UInt8] { bytesOfJSON }

  package func write(to json: inout JSONWriter) {
    json.object {
      $0.member("campaign", campaign)
      $0.member("threshold", threshold)
      $0.key("total")
      $0.object { total.writeMembers(to: &$0) }
      $0.key("segments")
      $0.array { list in
        for (segment, counts) in segments {
          list.object {
            $0.member("segment", segment)
            counts.writeMembers(to: &$0)
          }
        }
      }
      $0.key("others")
      $0.object { others.writeMembers(to: &$0) }
    }
  }
}

extension CampaignCounts {
  fileprivate func writeMembers(to object: inout JSONWriter) {
    object.member("reached", reached)
    object.member("clicked", clicked)
    object.member("bought", bought)
  }
}
