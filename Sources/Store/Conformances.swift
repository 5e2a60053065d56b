import Consent
import Intake

// The store serves the targets above it through their own small protocols.
extension SQLiteStore: LedgerStorage {}
extension SQLiteStore: GateDirectory {}
