import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type Weight = 'regular' | 'bold';

/** A font file for each weight. */
export type Family = Readonly<Record<Weight, string>>;

const require = createRequire(import.meta.url);
const ours = join(import.meta.dirname, '..', 'fonts');

/** DejaVu 2.37: Latin, Greek, Cyrillic, Hebrew and Arabic. The fonts that every PDF reader has know western European letters only. */
export const baseFamily: Family = {
  regular: join(ours, 'DejaVuSansCondensed.ttf'),
  bold: join(ours, 'DejaVuSansCondensed-Bold.ttf'),
};

const inPackage = (name: string, file: string): Family => ({
  regular: require.resolve(`@expo-google-fonts/${name}/400Regular/${file}_400Regular.ttf`),
  bold: require.resolve(`@expo-google-fonts/${name}/700Bold/${file}_700Bold.ttf`),
});

/** For what the base has no letters for, in this order: those of the site first. */
export const fallbackFamilies = (siteFonts: readonly string[]): Family[] => [
  ...siteFonts.map((file) => ({ regular: file, bold: file })),
  inPackage('noto-sans-thai', 'NotoSansThai'),
  inPackage('noto-emoji', 'NotoEmoji'),
];

/** The first file that is not there; null: all are. */
export const missingFont = (siteFonts: readonly string[]): string | null =>
  siteFonts.find((file) => !existsSync(file)) ?? null;
