import type { Recording } from './wav.ts';

export const decibels = (ratio: number): number => 20 * Math.log10(ratio);
export const ratioOf = (dB: number): number => 10 ** (dB / 20);

/** Frames of this length decide what is speech and what is pause. */
const frameSeconds = 0.02;
/** A frame this far below the loudest one is a pause and does not count, as in the gate of ITU-R BS.1770. */
const gateDb = -25;

/** Mean square of each whole frame. */
export function frames({ rate, samples }: Recording): number[] {
  const length = Math.round(rate * frameSeconds);
  return Array.from({ length: Math.floor(samples.length / length) }, (_, frame) => {
    const part = samples.subarray(frame * length, (frame + 1) * length);
    return part.reduce((sum, sample) => sum + sample * sample, 0) / length;
  });
}

/** Loudness of the speech in a recording: RMS without its pauses, in dB below full scale; silence is -Infinity. */
export function speechLevel(recording: Recording): number {
  const squares = frames(recording);
  const gate = Math.max(0, ...squares) * 10 ** (gateDb / 10);
  const speech = squares.filter((square) => square > 0 && square >= gate);
  if (speech.length === 0) return -Infinity;
  return 10 * Math.log10(speech.reduce((sum, square) => sum + square, 0) / speech.length);
}

/** Largest sample, in dB below full scale. */
export function peakLevel({ samples }: Recording): number {
  return decibels(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0));
}
