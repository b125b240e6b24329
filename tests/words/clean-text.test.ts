import { describe, expect, it } from '@jest/globals';
import { csvText, oneLine, terminalText, visibleJson, visibleText, xmlText } from '../../src/words/clean-text.ts';

/** Every code point of Unicode, lone surrogates among them. */
function* everyCharacter(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1)
    yield code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

const isHidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** What draws nothing, nothing of its own, or only white. */
const isBlank = /[\s\p{Cc}\p{Cf}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]/u;
/** The first character that does not keep the rule; null: all of Unicode keeps it. */
function breach(keeps: (character: string) => boolean): string | null {
  for (const character of everyCharacter()) if (!keeps(character)) return JSON.stringify(character);
  return null;
}

describe('text on its way out', () => {
  it('draws nothing on a terminal and ends no line, whatever character of Unicode is in it', () => {
    expect(breach((character) => !isHidden.test(visibleText(`a${character}b`)))).toBeNull();
    expect(breach((character) => !isHidden.test(oneLine(`a${character}b`)))).toBeNull();
    expect(breach((character) => !isHidden.test(terminalText(`a${character}b`).replaceAll('\n', '')))).toBeNull();
  });

  it('keeps what a person would write', () => {
    for (const text of ['Müller & Søn', '株式会社', 'نمی‌دانم', '👩‍👩‍👧', 'a\u0301', "O'Brien – ½"]) {
      expect([visibleText(text), csvText(text), xmlText(text)]).toEqual([text, text, text]);
    }
  });

  it('means the same in JSON, and shows every byte of it', () => {
    expect(
      breach((character) => {
        const json = visibleJson(JSON.stringify(`a${character}b`));
        return !isHidden.test(json) && JSON.parse(json) === `a${character}b`;
      }),
    ).toBeNull();
  });

  it('is no formula to a spreadsheet, whatever comes before the sign', () => {
    const isHarmless = (text: string): boolean => /^(?:'|[^\s\p{Cc}=+\-@＝＋－＠])/u.test(csvText(text));
    expect(breach((character) => isHarmless(`${character}=1+1`))).toBeNull();
    const blanks = [...everyCharacter()].filter((character) => isBlank.test(character));
    for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
      expect(blanks.filter((character) => !isHarmless(`${character}${sign}1+1`))).toEqual([]);
      expect(csvText(`${sign}1+1`)).toBe(`'${sign}1+1`);
    }
    expect(csvText('+15551234567')).toBe('+15551234567');
  });

  it('has in a CSV no control but tabs and line breaks', () => {
    expect(breach((character) => !/(?![\t\n\r])\p{Cc}/u.test(csvText(`a${character}b`)))).toBeNull();
  });

  it('has in XML only what XML allows', () => {
    // XML 1.0, 2.2
    const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
    expect(breach((character) => allowed.test(xmlText(`a${character}b`)))).toBeNull();
  });
});
