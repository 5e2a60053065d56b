/// The ranking models that come with the program.
package enum ShippedModel {
  /// For shops whose visitors have histories: views, carts and purchases over weeks.
  package static var storefront: [UInt8] { PackageResources.storefront_json }
}
