/** How many days things are kept; 0: for ever. */
export type RetentionPeriods = {
  /** Whole numbers in call records. */
  numbersDays: number;
  /** Codes that were keyed, in call records. */
  digitsDays: number;
  recordsDays: number;
  /** CDR files that were taken or quarantined. */
  cdrDays: number;
  backupsDays: number;
};

export const retentionCountries = ['AT', 'CH', 'DE', 'FR', 'GB', 'US'] as const;
export type RetentionCountry = (typeof retentionCountries)[number];

const year = 365;
const shortLived = { digitsDays: 90, cdrDays: 90, backupsDays: 90 };

/** Starting points with their sources in docs/privacy.md, which a site has to check. */
export const usualPeriods: Readonly<Record<RetentionCountry, RetentionPeriods>> = {
  AT: { numbersDays: 90, recordsDays: 8 * year, ...shortLived },
  CH: { numbersDays: 180, recordsDays: 11 * year, ...shortLived },
  DE: { numbersDays: 180, recordsDays: 9 * year, ...shortLived },
  FR: { numbersDays: year, recordsDays: 11 * year, ...shortLived },
  GB: { numbersDays: year, recordsDays: 7 * year, ...shortLived },
  US: { numbersDays: 550, recordsDays: 7 * year, ...shortLived },
};
const forEver: RetentionPeriods = { numbersDays: 0, digitsDays: 0, recordsDays: 0, cdrDays: 0, backupsDays: 0 };

/** What applies: each setting, or where it is -1 what is usual in the country; without a country everything is kept. */
export function retentionPeriods(settings: RetentionPeriods & { country: RetentionCountry | '' }): RetentionPeriods {
  const usual = settings.country === '' ? forEver : usualPeriods[settings.country];
  const of = (name: keyof RetentionPeriods): number => (settings[name] === -1 ? usual[name] : settings[name]);
  return {
    ...{ numbersDays: of('numbersDays'), digitsDays: of('digitsDays'), recordsDays: of('recordsDays') },
    ...{ cdrDays: of('cdrDays'), backupsDays: of('backupsDays') },
  };
}
