import { isNear } from '../guessing/near.ts';

/**
 * Finds for each code another one that one slip of the finger makes of it; -1: there is none. Two codes that differ in one place are equal
 * without that place, and so are two in which neighbours are swapped, once those are in order: each place takes one sort of numbers, so that
 * a million codes take seconds.
 */
export function nearEachOther(codes: readonly string[]): Int32Array {
  const near = new Int32Array(codes.length).fill(-1);
  const lengths = new Map<number, number[]>();
  codes.forEach((code, at) => {
    const group = lengths.get(code.length);
    if (group === undefined) lengths.set(code.length, [at]);
    else group.push(at);
  });
  for (const [length, places] of lengths) {
    const group = groupOf(codes, places, length);
    for (let at = 0; at < length; at += 1) {
      markEqual(codes, places, near, keysWithout(group, at));
      if (at + 1 < length) markEqual(codes, places, near, keysInOrder(group, at));
    }
    markShorter(codes, places, lengths.get(length - 1) ?? [], near);
  }
  return near;
}

/** Of each place and digit, and of each pair of digits: 52 random bits in two halves, by which sets of digits are told apart. */
const longest = 20;
const table = randomTable(longest * 10 * 2);
const pairs = randomTable(longest * 100 * 2);

/** A fixed generator (xorshift32): what it makes need only be spread well, and equal keys are looked at again. */
function randomTable(size: number): Uint32Array {
  let state = 0x9e3779b9;
  return Uint32Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  });
}

const half = (of: Uint32Array, index: number): number => of[index] ?? 0;

/** Codes of one length: their places among all, their digits one after another, and the two halves of their hashes. */
type Group = { places: readonly number[]; length: number; digits: Uint8Array; high: Uint32Array; low: Uint32Array };

function groupOf(codes: readonly string[], places: readonly number[], length: number): Group {
  const count = places.length;
  const [digits, high, low] = [new Uint8Array(count * length), new Uint32Array(count), new Uint32Array(count)];
  for (let index = 0; index < count; index += 1) {
    const code = codes[places[index] ?? 0] ?? '';
    let [h, l] = [0, 0];
    for (let at = 0; at < length; at += 1) {
      const digit = code.charCodeAt(at) - 48;
      digits[index * length + at] = digit;
      const entry = (at * 10 + digit) * 2;
      h ^= half(table, entry);
      l ^= half(table, entry + 1);
    }
    high[index] = h;
    low[index] = l;
  }
  return { places, length, digits, high, low };
}

/** 20 bits of one half and all of the other: exact in a double. */
const keyOf = (high: number, low: number): number => (high & 0xfffff) * 2 ** 32 + (low >>> 0);

function keysWithout({ places, length, digits, high, low }: Group, at: number): Float64Array {
  const keys = new Float64Array(places.length);
  for (let index = 0; index < keys.length; index += 1) {
    const entry = (at * 10 + (digits[index * length + at] ?? 0)) * 2;
    keys[index] = keyOf(half(high, index) ^ half(table, entry), half(low, index) ^ half(table, entry + 1));
  }
  return keys;
}

function keysInOrder({ places, length, digits, high, low }: Group, at: number): Float64Array {
  const keys = new Float64Array(places.length);
  for (let index = 0; index < keys.length; index += 1) {
    const [one, other] = [digits[index * length + at] ?? 0, digits[index * length + at + 1] ?? 0];
    const [first, second] = [(at * 10 + one) * 2, ((at + 1) * 10 + other) * 2];
    const pair = (at * 100 + Math.min(one, other) * 10 + Math.max(one, other)) * 2;
    keys[index] = keyOf(
      half(high, index) ^ half(table, first) ^ half(table, second) ^ half(pairs, pair),
      half(low, index) ^ half(table, first + 1) ^ half(table, second + 1) ^ half(pairs, pair + 1),
    );
  }
  return keys;
}

/** Codes whose keys are equal are near each other, once they were looked at. */
function markEqual(codes: readonly string[], places: readonly number[], near: Int32Array, keys: Float64Array): void {
  const repeated = repeatedIn(keys);
  if (repeated.size === 0) return;
  const firstOf = new Map<number, number>();
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? 0;
    if (!repeated.has(key)) continue;
    const place = places[index] ?? 0;
    const other = firstOf.get(key);
    if (other === undefined) firstOf.set(key, place);
    else mark(codes, near, place, other);
  }
}

function mark(codes: readonly string[], near: Int32Array, place: number, other: number): void {
  if (!isNear(codes[place] ?? '', codes[other] ?? '')) return;
  if (near[place] === -1) near[place] = other;
  if (near[other] === -1) near[other] = place;
}

function repeatedIn(keys: Float64Array): Set<number> {
  const sorted = keys.slice().sort();
  const repeated = new Set<number>();
  for (let at = 1; at < sorted.length; at += 1) {
    const key = sorted[at] ?? 0;
    if (key === sorted[at - 1]) repeated.add(key);
  }
  return repeated;
}

/** A digit left out of one of these makes one of the others, which are a digit shorter. */
function markShorter(
  codes: readonly string[],
  longer: readonly number[],
  shorter: readonly number[],
  near: Int32Array,
): void {
  if (shorter.length === 0) return;
  const byCode = new Map(shorter.map((place) => [codes[place] ?? '', place]));
  for (const place of longer) {
    const code = codes[place] ?? '';
    for (let at = 0; at < code.length; at += 1) {
      const other = byCode.get(code.slice(0, at) + code.slice(at + 1));
      if (other !== undefined) mark(codes, near, place, other);
    }
  }
}
