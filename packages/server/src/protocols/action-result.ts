/**
 * The digests that an action result of Bazel's remote execution API names: `build.bazel.remote.execution.v2.
 * ActionResult`, of which an HTTP cache sees only the protobuf bytes. Field numbers are those of
 * https://github.com/bazelbuild/remote-apis. Null where the bytes are no such message: other tools keep what they
 * like under `ac/`.
 */
export function listReferencedDigests(message: Uint8Array): readonly string[] | null {
  const digests = new Set<string>();
  const isWhole = eachField(message, (field, value) => {
    if (value === null) return true;
    if (field === outputFile) return readNested(value, 2, digests);
    if (field === outputDirectory) return readNested(value, 3, digests);
    if (field === stdoutDigest || field === stderrDigest) return readDigest(value, digests);
    return true;
  });
  return isWhole ? [...digests] : null;
}

const outputFile = 2;
const outputDirectory = 3;
const stdoutDigest = 6;
const stderrDigest = 8;

function readNested(message: Uint8Array, digestField: number, digests: Set<string>): boolean {
  return eachField(message, (field, value) => field !== digestField || value === null || readDigest(value, digests));
}

const digestSyntax = /^[0-9a-f]{64}$/;

function readDigest(message: Uint8Array, digests: Set<string>): boolean {
  return eachField(message, (field, value) => {
    if (field !== 1 || value === null) return true;
    const hash = Buffer.from(value).toString('latin1');
    if (!digestSyntax.test(hash)) return false;
    digests.add(hash);
    return true;
  });
}

/**
 * Walks the fields of a protobuf message; bytes are given as they are, numbers as null. False where the message is
 * malformed or the visitor says so.
 */
function eachField(message: Uint8Array, visit: (field: number, value: Uint8Array | null) => boolean): boolean {
  let offset = 0;
  while (offset < message.length) {
    const tag = readVarint(message, offset);
    if (tag === null) return false;
    const found = readValue(message, tag.end, tag.value % 8);
    if (found === null || !visit(Math.floor(tag.value / 8), found.value)) return false;
    offset = found.end;
  }
  return true;
}

interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

function readValue(message: Uint8Array, offset: number, wireType: number): Read<Uint8Array | null> | null {
  if (wireType === 0) {
    const number = readVarint(message, offset);
    return number === null ? null : { value: null, end: number.end };
  }
  const length = wireType === 2 ? readVarint(message, offset) : fixedLength(wireType, offset);
  if (length === null) return null;
  const end = length.end + length.value;
  if (end > message.length) return null;
  return { value: wireType === 2 ? message.subarray(length.end, end) : null, end };
}

function fixedLength(wireType: number, offset: number): Read<number> | null {
  if (wireType === 1) return { value: 8, end: offset };
  return wireType === 5 ? { value: 4, end: offset } : null;
}

/** Ten bytes at most. Beyond 2^53 the value is inexact, which no length or field number is. */
function readVarint(message: Uint8Array, offset: number): Read<number> | null {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = message[offset + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: offset + index + 1 };
  }
  return null;
}
