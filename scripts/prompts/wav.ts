/** A mono recording: samples from -1 to 1. */
export type Recording = { rate: number; samples: Float64Array };

/** What a RIFF file says of itself; `format` 1 is PCM (Microsoft "Multimedia Programming Interface", 1991, chapter 3). */
export type WavFormat = { format: number; channels: number; rate: number; bits: number };

const fullScale = 32768;

/** Reads a 16-bit mono PCM WAV file. Throws with a line that names the file where it is anything else. */
export function readWav(name: string, bytes: Buffer): Recording & WavFormat {
  const wrong = (why: string): Error => new Error(`${name}: ${why}`);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw wrong('not a RIFF WAVE file');
  }
  let described: WavFormat | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (body + size > bytes.length) throw wrong(`chunk "${id}" is cut short`);
    if (id === 'fmt ') {
      described = {
        format: bytes.readUInt16LE(body),
        channels: bytes.readUInt16LE(body + 2),
        rate: bytes.readUInt32LE(body + 4),
        bits: bytes.readUInt16LE(body + 14),
      };
    } else if (id === 'data') {
      if (described === null) throw wrong('data before its format');
      if (described.format !== 1 || described.channels !== 1 || described.bits !== 16) {
        throw wrong('not 16-bit mono PCM');
      }
      const samples = Float64Array.from({ length: size / 2 }, (_, i) => bytes.readInt16LE(body + 2 * i) / fullScale);
      return { ...described, samples };
    }
    at = body + size + (size % 2);
  }
  throw wrong('has no data');
}

/** A 16-bit mono PCM WAV file of a recording. */
export function writeWav({ rate, samples }: Recording): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => {
    const value = Math.max(-fullScale, Math.min(fullScale - 1, Math.round(sample * fullScale)));
    bytes.writeInt16LE(value, 44 + 2 * i);
  });
  return bytes;
}
