// Colours live in CSS; the canvas reads them once for each scheme.

const channels = (colour) => {
  const hex = colour.trim().replace('#', '');
  return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
};

// `colour` painted at `weight` on `ground`, as an opaque colour.
export function mix(colour, ground, weight) {
  const a = channels(colour),
    b = channels(ground);
  return `#${a
    .map((v, i) =>
      Math.round(v * weight + b[i] * (1 - weight))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

export const clear = (colour, alpha) => `rgba(${channels(colour).join(',')},${alpha})`;

// Families of regions take the two colours of washes in turn, whatever the atlas calls them.
const WASHES = ['region_first', 'region_second'];

export function readPalette(node, roles, families = []) {
  const css = getComputedStyle(node),
    out = {};
  for (const role of roles) {
    const name = `--${role.replaceAll('_', '-')}`,
      value = css.getPropertyValue(name).trim();
    out[role] = role.endsWith('_opacity') ? Number(value) : value;
  }
  families.forEach(({ id }, i) => {
    const role = WASHES.includes(id) ? id : WASHES[i % WASHES.length];
    out[id] = out[role];
    out[`${id}_opacity`] = out[`${role}_opacity`];
    // One of the two has a texture too, so that they differ without colour.
    out[`${id}_dot`] = role === 'region_second' ? mix(out[role], out.ink, 0.62) : '';
  });
  // A ground darker than middle grey.
  out.dark = channels(out.sea).reduce((sum, value) => sum + value) < 384;
  out.stripe = mix(out.overlap, out.restricted, 0.25);
  return out;
}
