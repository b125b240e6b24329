import { describe, expect, it } from '@jest/globals';
import { parseDialString } from '../../src/simulator/dial-string.ts';
import { expand, separate } from '../../src/simulator/tokens.ts';

function variablesOf(text: string): Record<string, string> {
  return Object.fromEntries(parseDialString(text)?.[0]?.variables ?? []);
}

describe('dial strings', () => {
  it('names gateway, profile, number and host', () => {
    expect(parseDialString('sofia/gateway/carrier/18016424655')).toEqual([
      {
        ...{ text: 'sofia/gateway/carrier/18016424655', profile: null, gateway: 'carrier' },
        ...{ number: '18016424655', host: '', variables: new Map() },
      },
    ]);
    expect(parseDialString('{a=1}sofia/external/9190@127.0.0.1:5080')).toMatchObject([
      { profile: 'external', gateway: null, number: '9190', host: '127.0.0.1:5080' },
    ]);
    expect(parseDialString('user/201')).toMatchObject([{ profile: null, gateway: null, number: '201' }]);
  });

  it('reads variables in order, of which a later one replaces an earlier one', () => {
    expect(Object.entries(variablesOf('{origination_uuid=u,b=2,a=1,b=3}x/y'))).toEqual([
      ['origination_uuid', 'u'],
      ['a', '1'],
      ['b', '3'],
    ]);
  });

  it.each([
    ["{execute_on_answer='sched_hangup +60 ALLOTTED_TIMEOUT',b=2}x/y", 'sched_hangup +60 ALLOTTED_TIMEOUT'],
    ["{execute_on_answer='a,b',b=2}x/y", 'a,b'],
    ['{execute_on_answer=a\\,b,b=2}x/y', 'a,b'],
    ['{^^:execute_on_answer=a,b:b=2}x/y', 'a,b'],
    ['{execute_on_answer=a=b=c,b=2}x/y', 'a=b=c'],
    ['{execute_on_answer= a b ,b=2}x/y', 'a b'],
    ["{execute_on_answer=it's,b=2}x/y", "it's"],
    ['{execute_on_answer=é 💶,b=2}x/y', 'é 💶'],
  ])('reads the value in %s', (text, value) => {
    expect(variablesOf(text)).toEqual({ execute_on_answer: value, b: '2' });
  });

  it('ends at the first closing brace, quoted or not, as FreeSWITCH does', () => {
    expect(parseDialString("{a='x}y',b=2}sofia/gateway/g/1")).toMatchObject([{ text: "y',b=2}sofia/gateway/g/1" }]);
  });

  it('takes several endpoints, each with its own variables over the shared ones', () => {
    const endpoints = parseDialString('{a=1}[b=2]sofia/gateway/g/1|[a=3]sofia/gateway/h/1');
    expect(endpoints?.map(({ gateway, variables }) => [gateway, ...variables])).toEqual([
      ['g', ['a', '1'], ['b', '2']],
      ['h', ['a', '3']],
    ]);
  });

  it.each(['', '{a=1}', '{a=1', 'sofia/gateway/g/1|', '[a=1'])('finds nothing to dial in %p', (text) => {
    expect(parseDialString(text)).toBeNull();
  });
});

describe('separate', () => {
  it('keeps quoted and escaped delimiters', () => {
    expect(separate("3 64 '#' 'a b'  c\\ d", ' ')).toEqual(['3', '64', '#', 'a b', 'c\\ d']);
    expect(separate("a;'b;c';d\\;e", ';')).toEqual(['a', 'b;c', 'd;e']);
  });
  it('puts all the rest into the last part allowed', () => {
    expect(separate('uuid name some value', ' ', 3)).toEqual(['uuid', 'name', 'some value']);
  });
});

describe('expand', () => {
  const variable = (name: string): string | null => (name === 'code' ? '12345' : null);
  it.each([
    ['plain', 'plain'],
    ['${code}#', '12345#'],
    ['<${nothing}>', '<>'],
    ['\\${code}', '${code}'],
    ["it\\'s", 'its'],
    ['a\\\\b ${code}', 'a\\b 12345'],
    ['$5 {code}', '$5 {code}'],
  ])('%s', (text, expanded) => {
    expect(expand(text, variable)).toBe(expanded);
  });
});
