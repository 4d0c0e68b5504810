// The page's own words, numbers, dates and units in each language.

// A number as Intl.NumberFormat writes it: halves away from zero, decided on the decimal digits. The
// first number of Intl itself costs as much as three frames of the map.
const formatter =
  ([group, point]) =>
  (value, digits) => {
    const size = Math.abs(value),
      steps = size < 1e-6 ? 0 : Math.round(Number(`${size}e${digits}`));
    const text = String(steps).padStart(digits + 1, '0'),
      end = text.length - digits;
    const whole = text.slice(0, end).replace(/\B(?=(\d{3})+$)/g, group);
    return `${value < 0 || Object.is(value, -0) ? '-' : ''}${whole}${digits ? point + text.slice(end) : ''}`;
  };

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

// Text of its own direction, whatever stands around it.
const apart = (text) => `\u2068${text}\u2069`;

// The words of prose alone (`language/prose.py`).
export const bare = (one) => {
  if (typeof one === 'string') return one;
  const [tag, ...inner] = typeof one[0] === 'string' ? one : ['', ...one];
  return (tag === 'a' ? inner.slice(1) : inner).map(bare).join(['', 'ul', 'ol'].includes(tag) ? ' ' : '');
};

// `strings`: the names of all words (`keys`), and for each language its words in that order.
export function createWords(strings, { languages, forms }) {
  const made = new Map(),
    at = new Map(strings.keys.map((key, i) => [key, i]));
  return (lang) => {
    if (!made.has(lang))
      made.set(
        lang,
        speak((key) => strings[lang][at.get(key)], languages, lang, forms[lang]),
      );
    return made.get(lang);
  };
}

function speak(find, languages, lang, form) {
  const at = Math.max(0, languages.indexOf(lang));
  const format = formatter(form.points),
    number = (value, digits = 0) => format(Number(value), digits);
  // The form of a word that counts, by CLDR; decimals count as they are written.
  const count = (n) => {
    const [whole, part = ''] = String(n).split(form.points[1]);
    return new Intl.PluralRules(lang, { minimumFractionDigits: part.length }).select(
      Number(`${whole.replace(/\D/g, '')}.${part}`),
    );
  };
  const t = (key, values = {}) => {
    const found = find(key);
    if (!found) return key;
    const own = form.rtl
      ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, apart(value)]))
      : values;
    const filled = fill(found.other ? (found[count(values.n)] ?? found.other) : found, own);
    // The eighth and the eleventh begin with a vowel.
    return lang === 'it' ? filled.replace(/\b([Aa])l (8|11) /g, "$1ll'$2 ") : filled;
  };
  const has = (key) => Boolean(find(key));
  // A text of the atlas: one entry for each language, the first one there is where this has none.
  const prose = (value) => value?.[at] || value?.find(Boolean) || '';
  const text = (value) => bare(prose(value));
  const date = (iso) => {
    if (!iso) return '';
    const [year, month, day] = iso.split('-');
    const m = Number(month),
      shape = form.dates[day ? 2 : month ? 1 : 0];
    return fill(shape, { year, m, month: form.months?.[m - 1], day: Number(day) });
  };
  const span = (from, to) => (to && to !== from ? `${date(from)} – ${date(to)}` : date(from));
  const area = (km2) => {
    if (form.myriads && km2 >= 1e5) {
      // A tenth of a million, as in the other languages, is ten 万; ten thousand 万 are one 億.
      const tens = Math.round(km2 / 1e5) * 10,
        large = Math.floor(tens / 10000),
        rest = tens % 10000;
      return `${large ? large + form.myriads[1] : ''}${rest || !large ? number(rest) + form.myriads[0] : ''}${t('km2')}`;
    }
    if (km2 >= 1e5) return `${number(km2 / 1e6, 1)} ${t('million_km2')}`;
    return `${number(km2)} ${t('km2')}`;
  };
  return {
    apart: form.rtl ? apart : String,
    arrow: form.rtl ? '←' : '→',
    lang,
    lean: form.lean,
    rtl: form.rtl,
    end: form.end,
    t,
    has,
    text,
    prose,
    number,
    date,
    span,
    area,
    nm: (value) => `${number(value)} ${t('nm')}`,
    km: (value) => `${number(value)} ${t('km')}`,
    days: (value) => number(value, 1),
    percent: (value, digits = 0) => fill(form.percent, { n: number(value, digits) }),
    list: (items) => items.join(form.list),
    sentence: (items) => items.filter(Boolean).join(' · '),
  };
}
