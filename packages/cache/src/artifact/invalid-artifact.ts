/** The bytes are not an artifact that may be restored. Leaves this package only as a value with its reason. */
export class InvalidArtifact extends Error {
  override readonly name: string = 'InvalidArtifact';
}

/** An artifact that nobody vouches for whose key is pinned. */
export class UntrustedArtifact extends InvalidArtifact {
  override readonly name = 'UntrustedArtifact';
}
