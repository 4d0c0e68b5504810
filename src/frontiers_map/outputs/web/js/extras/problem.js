// What is wrong with a reader's file: a key of the page's words, and values for it.

export class FileProblem extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

// Any value as text; lists in lists in lists, deeper than can be written, as a mark.
export const written = (value) => {
  try {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return '…';
  }
};

export const short = (value) => {
  const text = written(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
