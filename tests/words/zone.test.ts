import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zoneNamed } from '../../src/words/zone.ts';
import { runs } from '../support/random.ts';

/** As the runtime says, without anything that is kept. */
function offsetMs(name: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(atMs);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(atMs / 1000) * 1000;
}

const zones = [
  ...['America/Denver', 'Europe/Berlin', 'Europe/Dublin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'],
  ...['Africa/Casablanca', 'Pacific/Apia', 'America/Sao_Paulo', 'Asia/Tehran', 'Antarctica/Troll', 'Africa/Monrovia'],
];
const fromMs = Date.UTC(1971, 0, 1);
const untilMs = Date.UTC(2040, 0, 1);

/** The moments, to the second, at which the clocks of a zone change. */
function changes(name: string, years: readonly [number, number]): number[] {
  const found: number[] = [];
  const dayMs = 86_400_000;
  for (let day = Date.UTC(years[0], 0, 1); day < Date.UTC(years[1], 0, 1); day += dayMs) {
    const before = offsetMs(name, day);
    if (before === offsetMs(name, day + dayMs)) continue;
    let [low, high] = [day, day + dayMs];
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (offsetMs(name, middle) === before) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

describe('the offset of a zone', () => {
  it('is what the runtime says, whatever was asked for before', () => {
    const kept = zones.map(zoneNamed);
    const any = fc.tuple(fc.constantFrom(...kept), fc.integer({ min: fromMs, max: untilMs }));
    fc.assert(
      fc.property(fc.array(any, { minLength: 50, maxLength: 50 }), (asked) => {
        for (const [zone, atMs] of asked) expect(zone.offsetMs(atMs)).toBe(offsetMs(zone.name, atMs));
      }),
      { numRuns: runs(10) },
    );
  });

  it.each<[string, [number, number]]>([
    ['America/Denver', [2025, 2029]],
    ['Australia/Lord_Howe', [2025, 2029]],
    ['Africa/Monrovia', [1971, 1973]],
  ])('changes at the second at which clocks in %s change, and not on the whole day', (name, years) => {
    const zone = zoneNamed(name);
    const all = changes(name, years);
    expect(all.length).toBeGreaterThan(0);
    for (const atMs of all) {
      for (const offMs of [-3_600_000, -1000, -1, 0, 1000, 3_600_000])
        expect([atMs, offMs, zone.offsetMs(atMs + offMs)]).toEqual([atMs, offMs, offsetMs(name, atMs + offMs)]);
    }
  });

  it('is kept of so many days only, and right for all of them', () => {
    const zone = zoneNamed('Europe/Berlin');
    const days = Array.from({ length: 9_000 }, (_, day) => day * 86_400_000 + 43_200_000);
    const first = days.map((atMs) => zone.offsetMs(atMs));
    expect(new Set(first)).toEqual(new Set([3_600_000, 7_200_000]));
    expect(days.map((atMs) => zone.offsetMs(atMs))).toEqual(first);
  });
});
