import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countryNames } from '../../src/numbers/country-names.ts';
import { prefixPlaces } from '../../src/numbers/prefix-places.ts';
import { worldMayBegin } from '../../src/numbers/world.ts';

describe('the places of a prefix', () => {
  it.each([
    ['4420', ['GB']],
    ['1416', ['CA']],
    ['1876', ['JM']],
    ['77', ['KZ']],
    ['3906', ['IT', 'VA']],
    ['44020', []],
    ['999', []],
  ])('%s: %j', (prefix, expected) => expect([...prefixPlaces()(prefix).countries]).toEqual(expected));

  it('are none where no number begins with it, in whatever order prefixes come', () => {
    const places = prefixPlaces();
    const prefix = fc.stringMatching(/^[1-9]\d{0,9}$/);
    fc.assert(
      fc.property(prefix, (digits) => {
        expect(places(digits).countries.size > 0).toBe(worldMayBegin(digits));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the countries that a destination names', () => {
  it.each([
    ['UK mobile', ['GB']],
    ['USA - CA', ['US']],
    ['Papua New Guinea', ['PG']],
    ['Guinea', ['GN']],
    ['Niger', ['NE']],
    ['Nigeria - Mobile', ['NG']],
    ['Côte d’Ivoire', ['CI']],
    ['Korea, South', ['KR']],
    ['Bosnia & Herzegovina', ['BA']],
    ['St. Lucia', ['LC']],
    ['Trinidad and Tobago', ['TT']],
    ['USA/Canada', ['US', 'CA']],
    ['New Jersey', []],
    ['Toronto, Ontario', []],
    ['Christmas Island', ['CX']],
  ])('%s: %j', (destination, expected) => expect([...countryNames()(destination)]).toEqual(expected));

  it('may be in the language of a locale, too', () => {
    expect([...countryNames('de')('Ägypten Mobil')]).toEqual(['EG']);
    expect([...countryNames('de')('Egypt Mobile')]).toEqual(['EG']);
    expect([...countryNames()('Ägypten Mobil')]).toEqual([]);
  });
});
