// Says in one line how to get Chromium, where there is none.
import { messageOf } from '../../src/words/thrown.ts';
import { chromiumPath } from '../../scripts/console/chromium.ts';

try {
  process.stderr.write(`Chromium: ${chromiumPath()}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
