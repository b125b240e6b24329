/** All codes that one slip of the finger makes of this one (`isNear`), itself among them. */
export function neighbourhood(code: string): string[] {
  const near = new Set([code]);
  for (let at = 0; at <= code.length; at += 1) {
    const [before, after] = [code.slice(0, at), code.slice(at)];
    for (let digit = 0; digit < 10; digit += 1) {
      near.add(`${before}${digit}${after}`);
      if (after !== '') near.add(`${before}${digit}${after.slice(1)}`);
    }
    if (after !== '' && code.length > 1) near.add(before + after.slice(1));
    if (after.length > 1) near.add(`${before}${after.charAt(1)}${after.charAt(0)}${after.slice(2)}`);
  }
  return [...near];
}
