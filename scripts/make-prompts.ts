// Makes the recordings of the prompts from their sentences, with a free voice:
//
//   node scripts/run.mjs --file scripts/make-prompts.ts
//
// Needs flite and sox (Debian: apt-get install flite sox). Reads freeswitch-conf/sounds/en/billing/prompts.json, writes
// 8000/*.wav and 16000/*.wav beside it, and removes recordings that no sentence has any more. The same versions of both
// programs make the same files, byte for byte.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peakLevel, speechLevel } from './prompts/loudness.ts';
import { fade, level, trim } from './prompts/shape.ts';
import { readWav, writeWav } from './prompts/wav.ts';

const folder = join(import.meta.dirname, '..', 'freeswitch-conf', 'sounds', 'en', 'billing');
const rates = [8000, 16000];
const voice = 'slt';
/** Length of the sounds against the voice's own: callers are in a hurry. */
const pace = 0.92;
/** In dB below full scale. */
const peakLimitDb = -3;
/** Digits are read one after the other; sentences end with a breath. */
const tailSeconds = (id: string): number => (id.startsWith('digit-') ? 0.1 : 0.15);

/** The sentences by id. */
function readSentences(file: string): Map<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${file}: expected an object of id and sentence`);
  const sentences = new Map<string, string>();
  for (const [id, sentence] of Object.entries(parsed)) {
    if (!/^[a-z0-9-]+$/.test(id) || typeof sentence !== 'string') {
      throw new Error(`${file}: "${id}": expected an id of a-z, 0-9 and "-", and a sentence`);
    }
    sentences.set(id, sentence);
  }
  return sentences;
}

function run(program: string, args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new Error(`${program} failed; it is in Debian's package of that name: apt-get install flite sox`, {
      cause: error,
    });
  }
}

function makePrompts(): void {
  const sentences = readSentences(join(folder, 'prompts.json'));
  for (const rate of rates) {
    mkdirSync(join(folder, String(rate)), { recursive: true });
    for (const file of readdirSync(join(folder, String(rate)))) {
      if (!sentences.has(file.replace(/\.wav$/, ''))) rmSync(join(folder, String(rate), file));
    }
  }
  const scratch = mkdtempSync(join(tmpdir(), 'billing-prompts-'));
  try {
    for (const [id, sentence] of sentences) makePrompt(id, sentence, scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function makePrompt(id: string, sentence: string, scratch: string): void {
  const spoken = join(scratch, 'spoken.wav');
  const trimmed = join(scratch, 'trimmed.wav');
  const resampled = join(scratch, 'resampled.wav');
  run('flite', ['-voice', voice, '--setf', `duration_stretch=${pace}`, '-t', sentence, '-o', spoken]);
  writeFileSync(trimmed, writeWav(trim(readWav(id, readFileSync(spoken)), tailSeconds(id))));
  for (const rate of rates) {
    // 100 Hz: a telephone passes nothing below it, and a rumble would count as loudness. -v 0.5: room for the resampler's
    // overshoot. -D: no dither, so no randomness.
    const shape = ['highpass', '100', 'rate', '-v', String(rate)];
    run('sox', ['-D', '-v', '0.5', trimmed, '-b', '16', resampled, ...shape]);
    const prompt = fade(level(readWav(id, readFileSync(resampled))));
    const peak = peakLevel(prompt);
    if (peak > peakLimitDb) throw new Error(`${id}: peak at ${peak.toFixed(1)} dB; lower speechTargetDb in shape.ts`);
    writeFileSync(join(folder, String(rate), `${id}.wav`), writeWav(prompt));
    const seconds = (prompt.samples.length / rate).toFixed(2).padStart(5);
    const levels = `${speechLevel(prompt).toFixed(1)} dB, peak ${peak.toFixed(1)} dB`;
    process.stdout.write(`${rate}/${id}.wav`.padEnd(34) + `${seconds} s  ${levels}\n`);
  }
}

makePrompts();
