import { expect, test } from '@jest/globals';
import { escapeCell } from '../../../../src/reports/render/xlsx/xml.ts';

test.each([
  ['<a> & "b"', '&lt;a&gt; &amp; &quot;b&quot;'],
  ['\u0000\u001f\ufffe', '���'],
  // A spreadsheet would show an A.
  ['_x0041_', '_x005F_x0041_'],
  ['_x_ x0041_', '_x_ x0041_'],
  ['a\r\nb', 'a_x000D_\nb'],
])('the text %j is written as %j', (text, written) => {
  expect(escapeCell(text)).toBe(written);
});
