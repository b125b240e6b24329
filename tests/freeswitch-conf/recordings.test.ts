import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { frames, peakLevel, speechLevel } from '../../scripts/prompts/loudness.ts';
import { speechTargetDb } from '../../scripts/prompts/shape.ts';
import { readWav } from '../../scripts/prompts/wav.ts';
import { freeswitchConf } from './copy-tree.ts';

const folder = join(freeswitchConf, 'sounds', 'en', 'billing');
const recordings = [8000, 16000].flatMap((rate) =>
  readdirSync(join(folder, String(rate))).map((file): [string, number] => [`${rate}/${file}`, rate]),
);

describe.each(recordings)('%s', (file, rate) => {
  const recording = readWav(file, readFileSync(join(folder, file)));
  const { samples } = recording;
  const seconds = samples.length / rate;

  it('is 16-bit mono PCM at the rate of its folder', () => {
    expect(recording).toMatchObject({ format: 1, channels: 1, bits: 16, rate });
  });

  it('is as loud as every other', () => {
    expect(Math.abs(speechLevel(recording) - speechTargetDb)).toBeLessThanOrEqual(1.5);
  });

  it('is not clipped', () => {
    expect(peakLevel(recording)).toBeLessThan(-3);
  });

  it('begins and ends in silence, so that it does not click', () => {
    const edge = Math.round(rate * 0.002);
    for (const part of [samples.subarray(0, edge), samples.subarray(-edge)]) {
      expect(peakLevel({ rate, samples: part })).toBeLessThan(-60);
    }
    expect(Math.abs(samples.reduce((sum, sample) => sum + sample, 0) / samples.length)).toBeLessThan(0.001);
  });

  it('has no word cut off at either end, and no long silence', () => {
    const loud = frames(recording).map((square) => 10 * Math.log10(square) > -50);
    expect(loud.indexOf(true)).toBeGreaterThan(0);
    expect(loud.indexOf(true)).toBeLessThan(10);
    expect(loud.length - 1 - loud.lastIndexOf(true)).toBeGreaterThanOrEqual(3);
    expect(loud.length - 1 - loud.lastIndexOf(true)).toBeLessThan(20);
  });

  it('is as long as its sentence', () => {
    const longest = file.includes('/digit-') ? 0.9 : 6;
    expect(seconds).toBeGreaterThan(0.3);
    expect(seconds).toBeLessThan(longest);
  });
});

describe('the recordings', () => {
  it('are small in total', () => {
    const sizes = recordings.map(([file]) => readFileSync(join(folder, file)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4_000_000);
  });

  it('are equally long at both sample rates', () => {
    for (const [file] of recordings.filter(([, rate]) => rate === 8000)) {
      const wide = file.replace('8000/', '16000/');
      const secondsOf = (name: string, rate: number): number =>
        readWav(name, readFileSync(join(folder, name))).samples.length / rate;
      expect(secondsOf(wide, 16000)).toBeCloseTo(secondsOf(file, 8000), 2);
    }
  });
});
