// Elements without markup: text goes in by textContent only.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'text') node.textContent = value;
    else if (name === 'style') Object.assign(node.style, value);
    else if (name === 'value' || name === 'checked' || name === 'hidden') node[name] = value;
    else node.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

// A link that leaves the page, or plain text where the address is not a web address.
export function away(url, ...words) {
  if (!/^https?:\/\/[^\s]+$/i.test(url)) return el('span', {}, words);
  return el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, words);
}

// Prose as `language/prose.py` tells it: words, or lists of words and of the few elements there are.
const SET = new Set(['p', 'ul', 'ol', 'li', 'em', 'strong']);

function part(one) {
  if (typeof one === 'string') return one;
  const [tag, ...inner] = one;
  return tag === 'a'
    ? away(inner[0], ...inner.slice(1).map(part))
    : el(SET.has(tag) ? tag : 'span', {}, inner.map(part));
}

// Paragraphs of prose, parted by blank lines where it has nothing but words.
export const paragraphs = (prose) =>
  typeof prose === 'string' ? prose.split(/\n\s*\n/).map((p) => el('p', { text: p.trim() })) : prose.map(part);

// The picture of a chapter, of which the page has the bytes; its words are below it.
export const picture = (w, { src, size, alt, credit }) =>
  el(
    'figure',
    { class: 'fm-picture' },
    el('img', { src, width: size[0], height: size[1], alt: w.text(alt), decoding: 'async' }),
    credit.length ? el('figcaption', { class: 'fm-quiet', text: w.text(credit) }) : null,
  );

// Offer text or a blob to the reader as a file.
export function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const url = URL.createObjectURL(blob);
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
