import { peakLevel, ratioOf, speechLevel } from './loudness.ts';
import type { Recording } from './wav.ts';

/** The level of the speech in every prompt, in dB below full scale. */
export const speechTargetDb = -20;

/** What is quieter than this below the peak, at either end, is silence; the weakest "f" is about 40 dB below it. */
const silenceDb = -45;
const leadSeconds = 0.03;
const fadeSeconds = 0.008;

/**
 * Cuts the silence at both ends down to a short lead and a tail of the length that is asked for. To be done at the full rate:
 * at 8 kHz little is left of an "s", and a cut by level would take it for silence.
 */
export function trim({ rate, samples }: Recording, tailSeconds: number): Recording {
  const quiet = ratioOf(peakLevel({ rate, samples }) + silenceDb);
  const first = samples.findIndex((sample) => Math.abs(sample) > quiet);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > quiet);
  const lead = Math.round(leadSeconds * rate);
  const tail = Math.round(tailSeconds * rate);
  const trimmed = new Float64Array(lead + (last - first + 1) + tail);
  const from = Math.max(0, first - lead);
  trimmed.set(samples.subarray(from, Math.min(samples.length, last + 1 + tail)), lead - (first - from));
  return { rate, samples: trimmed };
}

/** Removes a constant offset and brings the speech to the common level. */
export function level({ rate, samples }: Recording): Recording {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const centred = samples.map((sample) => sample - mean);
  const gain = ratioOf(speechTargetDb - speechLevel({ rate, samples: centred }));
  return { rate, samples: centred.map((sample) => sample * gain) };
}

/** Lets both ends rise from nothing and fall to nothing, so that they do not click. */
export function fade({ rate, samples }: Recording): Recording {
  const length = Math.round(fadeSeconds * rate);
  const gain = (i: number): number => {
    const fromEnd = Math.min(i, samples.length - 1 - i);
    return fromEnd >= length ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * fromEnd) / length);
  };
  return { rate, samples: samples.map((sample, i) => sample * gain(i)) };
}
