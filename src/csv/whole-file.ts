import { open } from 'node:fs/promises';

const chunkBytes = 1_048_576;

/** All of a file, which may be a device or a pipe without an end. Rejects where it is larger, or cannot be read. */
export async function readWhole(file: string, maximumBytes: number): Promise<Buffer> {
  const handle = await open(file);
  const chunks: Buffer[] = [];
  try {
    for (let bytes = 0; ;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      bytes += bytesRead;
      if (bytes > maximumBytes) throw new RangeError(`it is larger than ${maximumBytes} bytes`);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
