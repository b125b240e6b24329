import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { account, startTestController } from '../../support/controller.ts';
import { spawnSync } from 'node:child_process';
import { runTool } from './tool.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'scripts', 'monitoring');
const from = 'Debian: apt-get install prometheus; or https://prometheus.io/download';
const promtool = (...args: string[]) => runTool('promtool', args, { from, cwd: folder });

describe('the alert rules', () => {
  it('are right, and raise what they should', () => {
    expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ code: 0 });
    const tested = promtool('test', 'rules', 'alerts.test.yml');
    expect(tested.output).toContain('SUCCESS');
    expect(tested.code).toBe(0);
  });

  it('have a test each', () => {
    const rules = [...readFileSync(join(folder, 'alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name,
    );
    const tests = readFileSync(join(folder, 'alerts.test.yml'), 'utf8');
    expect(rules.filter((name) => !tests.includes(`alertname="${name}"`))).toEqual([]);
  });
});

describe('what a controller says', () => {
  it('is what promtool takes for good metrics', async () => {
    runTool('promtool', ['--version'], { from });
    const controller = await startTestController({ 'http.port': '0' });
    try {
      await controller.store.addAccount(account('12345'));
      const { port } = controller.webAddress() ?? { port: 0 };
      const input = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      expect(checked).toMatchObject({ status: 0, stdout: '', stderr: '' });
    } finally {
      await controller.dispose();
    }
  });
});

describe('the dashboard', () => {
  it('has queries that parse', () => {
    const dashboard = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const rules = queries.map((expr, at) => ({
      record: `panel${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const input = JSON.stringify({ groups: [{ name: 'dashboard', rules }] });
    const there = mkdtempSync(join(tmpdir(), 'billing-codes-promtool-'));
    writeFileSync(join(there, 'rules.yml'), input);
    const checked = promtool('check', 'rules', join(there, 'rules.yml'));
    rmSync(there, { recursive: true });
    expect(checked).toEqual({ code: 0, output: expect.stringContaining(`${rules.length} rules found`) });
  });
});
