import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attributes, given, html, type Html } from '../../src/web/html.ts';

const shown = (body: Html): string => body.toString();
/** Pieces are laid out in lines. */
const inOneLine = (body: Html): string => shown(body).replaceAll(/\n\s*/g, '');

describe('html', () => {
  it('escapes every text, in elements and in attributes', () => {
    const hostile = `<script>"'&</script>`;
    expect(shown(html`<p title="${hostile}">${hostile}</p>`)).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;">&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;</p>',
    );
  });

  it('takes pieces as they are, lists one after the other, and nothing for what is not there', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(
      inOneLine(
        html`<ul>
            ${items}
          </ul>
          ${null}${undefined}${false}${0}`,
      ),
    ).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>0');
  });

  it('does not compile where a text stands in the place of a piece', () => {
    const takesMarkup = (body: Html): string => body.toString();
    // @ts-expect-error -- a text was not escaped
    expect(takesMarkup('<b>')).toBe('<b>');
    // @ts-expect-error -- something that only looks like one was not made here
    expect(takesMarkup({ toString: () => '<b>' })).toBe('<b>');
  });

  it('shows what hides or turns the direction of writing', () => {
    expect(shown(html`${'\u202Eevil\u0000'}`)).toBe('�evil�');
    expect(shown(given('\u202Eevil'))).toBe('\u202Eevil');
  });

  it('leaves out attributes that are false or null', () => {
    expect(shown(attributes({ a: 'x"', b: true, c: false, d: null, e: 0 }))).toBe(' a="x&quot;" b e="0"');
  });

  it('lets no text out of its place, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const inside = shown(html`<p title="${text}">${text}</p>`).slice('<p title="'.length, -'</p>'.length);
        expect(inside.replace('">', '')).not.toMatch(/[<>"']/);
      }),
    );
  });
});
