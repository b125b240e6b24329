/** MS-TDS 2.2.3.1: type, status, length (both bytes with the header), spid, packet number, window. */
const headerBytes = 8;
const bulkLoad = 7;
const endOfMessage = 1;

/**
 * Spoils the last token of bulk loads that go by, so that the server takes them for malformed and hangs up, as long as `next` says so. Answers
 * functions for connections of their own.
 */
export function spoiledLoads(next: () => boolean): () => (chunk: Buffer) => Buffer {
  return () => {
    let header: number[] = [];
    let left = 0;
    return (chunk) => {
      const changed = Buffer.from(chunk);
      for (let at = 0; at < changed.length; at += 1) {
        if (left === 0) {
          header.push(changed[at] ?? 0);
          if (header.length < headerBytes) continue;
          left = (((header[2] ?? 0) << 8) | (header[3] ?? 0)) - headerBytes;
          continue;
        }
        // DONE: its token and twelve bytes.
        if (left === 13 && header[0] === bulkLoad && header[1] === endOfMessage && changed[at] === 0xfd && next())
          changed[at] = 0;
        left -= 1;
        if (left === 0) header = [];
      }
      return changed;
    };
  };
}
