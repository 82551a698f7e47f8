/** Which pages are listed. The rule is that of `policy/lookup.py`: a host without a port stands for all its ports. */

/**
 * The host of a page as the policy writes it, if it is listed; "" otherwise.
 * @param {string | undefined} address An address or an origin.
 * @param {string[]} sites
 * @returns {string}
 */
export function listed(address, sites) {
  if (!address || !/^https?:/.test(address)) return "";
  const { host, hostname } = new URL(address);
  return sites.includes(host) || sites.includes(hostname) ? host : "";
}

/**
 * The match patterns of the listed hosts.
 * @param {string[]} sites
 */
export function patterns(sites) {
  return sites.map((site) => `*://${site}/*`);
}
