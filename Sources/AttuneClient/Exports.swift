// JSONValue and Failure are part of what this library gives: one import brings them all.
@_exported public import Protocol
@_exported public import Vocabulary
