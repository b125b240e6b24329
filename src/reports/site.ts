/** What reports say of the site, and how they are written there. Empty texts: not said. */
export type ReportSite = {
  name: string;
  address: readonly string[];
  /** A PNG or JPEG file. */
  logo: string;
  /** What the tax on calls is called, e.g. `VAT`. */
  taxName: string;
  /** Percent, e.g. `8.1`; empty: statements have no tax. */
  taxPercent: string;
  /** The site's number with the tax office. */
  taxNumber: string;
  paper: Paper;
  /** BCP 47, e.g. `de-CH`; empty: dates as in ISO 8601, decimals with a point. */
  locale: string;
  /** `04-06`: the day on which fiscal years begin. */
  fiscalYearStart: string;
  /** Fonts for what the program's own have no letters for: TrueType or OpenType files. */
  fonts: readonly string[];
};

export const papers = ['A4', 'Letter'] as const;
export type Paper = (typeof papers)[number];

/** A site that says nothing. */
export const plainSite: ReportSite = {
  ...{ name: '', address: [], logo: '', taxName: 'Tax', taxPercent: '', taxNumber: '' },
  ...{ paper: 'A4', locale: '', fiscalYearStart: '01-01', fonts: [] },
};
