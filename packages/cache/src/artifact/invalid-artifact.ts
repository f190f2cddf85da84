/** The bytes are not an artifact that may be restored. Leaves this package only as a value with its reason. */
export class InvalidArtifact extends Error {
  override readonly name = 'InvalidArtifact';
}
