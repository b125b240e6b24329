/** Whole numbers from 0 on, one after the other. */
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const kinds = [Uint8Array, Uint16Array, Uint32Array, Float64Array] as const;
const most = [0xff, 0xffff, 0xffff_ffff];
/** Says which kind. */
const headBytes = 1;

/**
 * Numbers in the narrowest kind that holds the largest, in the byte order of this machine: every one that Node runs on has
 * the same, little-endian. A number that is no whole one from 0 to 2^53 throws a `RangeError`.
 */
export function pack(values: readonly number[]): Buffer {
  let largest = 0;
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} cannot be packed`);
    if (value > largest) largest = value;
  }
  const kind = most.findIndex((limit) => largest <= limit);
  const place = kind === -1 ? 3 : kind;
  const packed = new (kinds[place] ?? Float64Array)(values);
  const bytes = Buffer.alloc(headBytes + packed.byteLength);
  bytes[0] = place;
  bytes.set(new Uint8Array(packed.buffer), headBytes);
  return bytes;
}

/** The inverse of `pack`. Throws where the bytes are no such thing. */
export function unpack(bytes: Uint8Array): Packed {
  const Kind = kinds[bytes[0] ?? kinds.length];
  const length = bytes.byteLength - headBytes;
  if (Kind === undefined || length < 0 || length % Kind.BYTES_PER_ELEMENT !== 0) {
    throw new RangeError('these bytes are no packed numbers');
  }
  // A copy lies at the beginning of a buffer of its own, where a typed array can be.
  return new Kind(new Uint8Array(bytes.subarray(headBytes)).buffer);
}
