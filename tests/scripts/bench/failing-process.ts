// Loaded into every process of a benchmark: makes the one that FAILING names fail while it works.
if (process.argv[1]?.endsWith(process.env['FAILING'] ?? '') === true) {
  setTimeout(() => {
    throw new Error('broken on purpose');
  }, 1_000);
}
