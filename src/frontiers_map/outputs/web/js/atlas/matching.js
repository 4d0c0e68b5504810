// How what is typed is found: names and texts, whole words of a question, slips of the finger.

export const plain = (text) =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[‐-―-]/g, ' ')
    .replace(/[‘’]/g, "'")
    .toLowerCase();

// Names in all languages, as they are asked for.
export const spoken = (...names) => [
  ...new Set(
    names
      .flatMap((name) => name ?? [])
      .filter(Boolean)
      .map(plain),
  ),
];

const begins = (text, at) => at === 0 || !/[\p{Script=Latin}\d]/u.test(text[at]) || /[^\p{L}\d]/u.test(text[at - 1]);
const least = (q) => (/\p{Script=Latin}/u.test(q) ? 3 : 2);

// What is asked for, and the other words for the thing that it names.
export function asked(query, terms) {
  const q = plain(query.trim());
  if (!q) return [];
  const same = q.length < least(q) ? [] : terms.filter((words) => words.some((word) => word.startsWith(q))).flat();
  return [...new Set([q, ...same])];
}

// Rows that match: those in which a word begins so before the rest, places and straits before
// agreements and events, whole beginnings first among equals; then what belongs to a country or a
// supplier of that name; then, where the words stand in a text. Other words for the same thing come
// after those that were typed.
export function matches(entries, words, most = 12) {
  const found = new Map();
  const add = (entry, rank) => found.set(entry, Math.min(rank, found.get(entry) ?? Infinity));
  words.forEach((q, other) => {
    const after = other ? 1 : 0;
    for (const entry of entries) {
      let best = 9;
      for (const name of entry.keys) {
        const at = name.indexOf(q);
        if (at < 0) continue;
        const rank = at === 0 ? 0 : /[\s(–-]/.test(name[at - 1]) ? 1 : 2;
        if (rank < best) best = rank;
      }
      if (best < 9) add(entry, (best === 2 ? 100 : 0) + 2 * entry.order + best + 30 * after);
      else if (entry.about?.some((name) => name.startsWith(q))) add(entry, 50 + entry.order + after);
      else if (q.length >= least(q) && entry.texts?.().some((text) => stands(text, q) >= 0))
        add(entry, 200 + 2 * entry.order + after);
    }
  });
  return [...found]
    .sort((a, b) => a[1] - b[1])
    .slice(0, most)
    .map(([entry]) => entry);
}

// Where a word begins with these letters.
function stands(text, q) {
  for (let at = text.indexOf(q); at >= 0; at = text.indexOf(q, at + 1)) if (begins(text, at)) return at;
  return -1;
}

// The words round those that were found: before, they themselves, after; null if they are not there.
export function excerpt(text, words, room = 34) {
  let flat = '';
  const from = [];
  let i = 0;
  for (const letter of text) {
    const part = plain(letter);
    for (let n = 0; n < part.length; n++) from.push(i);
    flat += part;
    i += letter.length;
  }
  from.push(text.length);
  for (const q of words) {
    const at = stands(flat, q);
    if (at < 0) continue;
    const [start, end] = [from[at], from[at + q.length]];
    let [a, b] = [Math.max(0, start - room), Math.min(text.length, end + room)];
    while (a > 0 && a < start && /\p{Script=Latin}/u.test(text[a]) && !/\s/.test(text[a - 1])) a++;
    while (b < text.length && b > end && /\p{Script=Latin}/u.test(text[b - 1]) && !/\s/.test(text[b])) b--;
    return [
      `${a ? '…' : ''}${text.slice(a, start).trimStart()}`,
      text.slice(start, end),
      `${text.slice(end, b).trimEnd()}${b < text.length ? '…' : ''}`,
    ];
  }
  return null;
}

// How many letters are to be put in, left out, changed or swapped to make one word of another; more
// than `most` are not counted.
export function apartBy(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [old, last, now] = [[], [], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    [old, last, now] = [last, now, [i]];
    for (let j = 1; j <= b.length; j += 1) {
      now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], old[j - 2] + 1);
    }
    if (Math.min(...now) > most) return most + 1;
  }
  return now[b.length];
}

// The words of a text, without marks.
export const wordsOf = (text) =>
  plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

// Where nothing has all that was typed in one piece: what holds most of its words, the rarer a word
// the more it counts, and twice in a name.
export function weighed(entries, words, most = 8) {
  const score = new Map();
  for (const word of words.filter((one) => one.length >= least(one))) {
    const held = entries
      .map((entry) => [
        entry,
        entry.keys.some((name) => stands(name, word) >= 0)
          ? 2
          : [...(entry.about ?? []), ...(entry.texts?.() ?? [])].some((text) => stands(text, word) >= 0)
            ? 1
            : 0,
      ])
      .filter(([, times]) => times);
    held.forEach(([entry, times]) =>
      score.set(entry, (score.get(entry) ?? 0) + times * Math.log(entries.length / held.length)),
    );
  }
  const best = Math.max(...score.values());
  return [...score]
    .filter(([, value]) => value > 0 && value >= 0.6 * best)
    .sort(([one, p], [two, q]) => q - p || one.order - two.order)
    .slice(0, most)
    .map(([entry]) => entry);
}

// What a question names: `calls` is a list of [call, things], the longest first. A call is taken
// once, with all things that bear it, in the order in which they stand; `words`
// are those that were taken, `rest` what is left.
export function mentioned(question, calls) {
  const found = [];
  let text = ` ${wordsOf(question).join(' ')} `;
  for (const [call, things] of calls) {
    const at = text.indexOf(/\p{Script=Latin}/u.test(call) ? ` ${call} ` : call);
    if (at < 0) continue;
    found.push({ at, call, things });
    text = text.replace(call, '|'.repeat(call.length));
  }
  return {
    found: found.sort((p, q) => p.at - q.at).map(({ things }) => things),
    words: found.flatMap(({ call }) => call.split(' ')),
    rest: text.replace(/[|\s]+/g, ' ').trim(),
  };
}

// Rows that are spelt most like what was typed: `named` is a list of [row, names]. One slip in four
// letters, two in eight; of scripts that write a syllable or a word by a sign, one in three.
export function alike(word, named) {
  const close = (text) => text.replace(/[\s'-]/g, ''),
    typed = close(word);
  const most = /\p{Script=Latin}/u.test(typed)
    ? Math.min(2, Math.floor(typed.length / 4))
    : Math.min(1, Math.floor(typed.length / 3));
  let best = most + 1,
    found = [];
  for (const [row, names] of most ? named : []) {
    // The word itself, or its beginning, while it is being typed.
    const by = Math.min(
      ...names.map((name) =>
        Math.min(
          apartBy(typed, close(name), most),
          typed.length > 4 ? apartBy(typed, close(name).slice(0, typed.length), most) : best,
        ),
      ),
    );
    if (by > most || by > best) continue;
    if (by < best) [best, found] = [by, []];
    found.push(row);
  }
  return found;
}
