import type { DoctorSite, Edit, Plant } from './site.ts';

/** A fault, and what the doctor finds then: each check that is not ok, and no other. */
export type Fault = {
  what: string;
  plant: readonly Edit[] | ((site: DoctorSite) => Plant | Promise<Plant>);
  checks: readonly string[];
  /** Of the first of these checks. */
  found: RegExp;
  /** What it says to do about that. */
  toDo?: RegExp;
  /** False: warnings alone. */
  isFault?: false;
};

export const value = (name: string, to: string): Edit => ({
  ...{ file: 'vars_billing.xml', from: new RegExp(`data="billing_${name}=[^"]*"`), to: `data="billing_${name}=${to}"` },
});
export const dialplan = (from: string, to: string): Edit => ({ file: 'dialplan/billing.xml', from, to });
export const profile = (name: string, to: string): Edit => ({
  ...{ file: 'sip_profiles/billing.xml', from: new RegExp(`name="${name}" value="[^"]*"`) },
  to: `name="${name}" value="${to}"`,
});
export const before = (extension: string, xml: string): Edit =>
  dialplan(`<extension name="${extension}"`, `${xml}\n<extension name="${extension}"`);
export const extension = (name: string, expression: string, action: string): string =>
  `<extension name="${name}"><condition field="destination_number" expression="${expression}"><action ${action}/></condition></extension>`;
export const env = (variables: Record<string, string>) => (): Plant => ({ env: variables });
