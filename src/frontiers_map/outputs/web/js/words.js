// The page's own words, numbers, dates and units in each language.

const MONTHS = {
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  it: 'gen feb mar apr mag giu lug ago set ott nov dic'.split(' '),
};

// What parts thousands, and what the decimals. Intl knows more languages, but its first number
// costs as much as three frames of the map.
const POINTS = { en: [',', '.'], it: ['.', ','], ja: [',', '.'] };

// A number as Intl.NumberFormat writes it: halves away from zero, decided on the decimal digits.
function formatter(lang) {
  const points = POINTS[lang];
  if (!points) return (value, digits) => new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: 'always' }).format(value);
  return (value, digits) => {
    const size = Math.abs(value), steps = size < 1e-6 ? 0 : Math.round(Number(`${size}e${digits}`));
    const text = String(steps).padStart(digits + 1, '0'), end = text.length - digits;
    const whole = text.slice(0, end).replace(/\B(?=(\d{3})+$)/g, points[0]);
    return `${value < 0 || Object.is(value, -0) ? '-' : ''}${whole}${digits ? points[1] + text.slice(end) : ''}`;
  };
}

export function createWords(strings, languages) {
  const made = new Map();
  return (lang) => {
    if (!made.has(lang)) made.set(lang, speak(strings, languages, lang));
    return made.get(lang);
  };
}

function speak(strings, languages, lang) {
  const at = Math.max(0, languages.indexOf(lang));
  const format = formatter(lang), number = (value, digits = 0) => format(Number(value), digits);
  const t = (key, values = {}) => {
    const found = strings[key];
    if (!found) return key;
    const filled = (found[lang] ?? found.en).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
    // The eighth and the eleventh begin with a vowel.
    return lang === 'it' ? filled.replace(/\b([Aa])l (8|11) /g, "$1ll'$2 ") : filled;
  };
  const has = (key) => key in strings;
  // A text of the atlas: one entry for each language, English where there is none.
  const text = (value) => (value ? value[at] || value[0] || '' : '');
  const date = (iso) => {
    if (!iso) return '';
    const [year, month, day] = iso.split('-');
    if (lang === 'ja') return `${year}年${month ? `${Number(month)}月` : ''}${day ? `${Number(day)}日` : ''}`;
    const name = month ? (MONTHS[lang] ?? MONTHS.en)[Number(month) - 1] : '';
    return [day ? Number(day) : '', name, year].filter(Boolean).join(' ');
  };
  const span = (from, to) => (to && to !== from ? `${date(from)} – ${date(to)}` : date(from));
  const area = (km2) => {
    if (lang === 'ja' && km2 >= 1e5) {
      // A tenth of a million, as in the other languages, is ten 万; ten thousand 万 are one 億.
      const tens = Math.round(km2 / 1e5) * 10, large = Math.floor(tens / 10000), rest = tens % 10000;
      return `${large ? `${large}億` : ''}${rest || !large ? `${number(rest)}万` : ''}km²`;
    }
    if (km2 >= 1e5) return `${number(km2 / 1e6, 1)} ${t('million_km2')}`;
    return `${number(km2)} km²`;
  };
  return {
    lang, t, has, text, number, date, span, area,
    nm: (value) => `${number(value)} ${t('nm')}`,
    km: (value) => `${number(value)} km`,
    days: (value) => number(value, 1),
    percent: (value, digits = 0) => `${number(value, digits)}%`,
    list: (items) => items.join(lang === 'ja' ? '、' : ', '),
    sentence: (items) => items.filter(Boolean).join(' · '),
  };
}
