import { z } from 'zod';
import { isSigningSecret, isWebhookUrl } from '../notify/webhook.ts';
import { hookKinds } from '../words/hook.ts';

const target = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'must be letters, digits, dots and dashes'),
  url: z.string().refine(isWebhookUrl, 'must be an http or https URL without user name and password'),
  /** Signs each post. */
  secret: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be visible characters')
    .refine(
      isSigningSecret,
      'must be whsec_ and Base64 of at least 24 bytes, or any other text of at least 16 characters',
    ),
  /** Default: all. */
  events: z
    .array(z.enum(hookKinds))
    .min(1)
    .default([...hookKinds]),
  /** Whether it gets billing codes as they are; masked otherwise. */
  codes: z.enum(['masked', 'plain']).default('masked'),
});

/** A program that is told of calls. */
export type HookTargetSettings = z.infer<typeof target>;

/** Of the configuration. Throws an `Error` of one line that names the target and what is wrong with it. */
export function readHookTargets(given: readonly unknown[]): HookTargetSettings[] {
  const names = new Set<string>();
  return given.map((one, at) => {
    const parsed = target.safeParse(one);
    const wrong = (what: string): Error => new Error(`webhooks.targets, ${nameOf(one) ?? `number ${at + 1}`}: ${what}`);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const path = issue?.path.join('.') ?? '';
      throw wrong(`${path === '' ? '' : `"${path}": `}${issue?.message ?? 'is not a target'}`);
    }
    const { name } = parsed.data;
    if (names.has(name)) throw wrong('there are two with this name');
    names.add(name);
    return parsed.data;
  });
}

function nameOf(given: unknown): string | null {
  const hasName = typeof given === 'object' && given !== null && 'name' in given;
  return hasName && typeof given.name === 'string' ? `"${given.name}"` : null;
}
