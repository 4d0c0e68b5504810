// What the reader has chosen, as one frozen object; and the same as the address's hash.

import { fold } from '../geo/geo.js';

// A page inside another: the map alone, one chapter beside it, or all of them by buttons.
const EMBEDS = ['map', 'chapter', 'story'];
export const MAPS = ['flat', 'globe'];
const TABS = ['story', 'layers', 'scenarios', 'routes', 'sources'];
// Passages of a route of the reader's own: the search grows with each.
export const MOST_STOPS = 8;
const ID = /^[A-Za-z0-9][A-Za-z0-9_:-]{0,80}$/;

export function createStore(initial) {
  let now = Object.freeze({ ...initial });
  const listeners = [];
  return {
    get: () => now,
    on: (listener) => listeners.push(listener),
    // `how` is handed to the listeners: {push: true} asks for a step in the browser's history.
    set(patch, how = {}) {
      const before = now;
      const changed = new Set(Object.keys(patch).filter((k) => !same(before[k], patch[k])));
      if (changed.size === 0) return;
      now = Object.freeze({ ...now, ...patch });
      for (const listener of listeners) listener(now, before, changed, how);
    },
  };
}

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

const list = (text) => (text ? text.split(',').filter((id) => ID.test(id)) : []);

// A list as text; an empty one has a word of its own, so that it can be told from none given.
const ids = (items) => [...items].sort().join(',') || 'none';

const number = (text, low, high) => {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value >= low && value <= high ? value : null;
};

// A day that is in the calendar.
const isDay = (text) =>
  /^(1[89]|20)\d\d-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

// Only what differs from the page's own beginning goes into the address, and of what a chapter
// sets by itself only what the reader has changed since. `chapterState(id)` tells what it sets.
export function toHash(state, start, chapterState) {
  const set = chapterState(state.chapter);
  const out = [];
  const put = (key, value, usual) => {
    if (value !== usual && value !== '' && value !== null)
      out.push(`${key}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%3A/g, ':')}`);
  };
  if (state.view) {
    const [lon, lat, zoom] = state.view;
    out.push(`v=${fold(lon).toFixed(3)},${lat.toFixed(3)},${zoom.toFixed(2)}`);
  }
  put('l', state.lang, start.lang);
  put('t', state.tab, start.tab);
  put('ch', state.chapter, start.chapter);
  put('off', ids(state.off), ids(set.off));
  put('r', Object.values(state.reading).join(','), Object.values(start.reading).join(','));
  put('x', ids(state.closed), ids(set.closed));
  put('o', ids(state.opened), ids(set.opened));
  put('s', state.selected, null);
  put('d', state.date ?? 'all', set.date ?? 'all');
  put('kn', state.speed, start.speed);
  put('op', state.wash, start.wash);
  put('own', state.own ? `${state.own.from},${state.own.to}` : null, null);
  put('via', state.own?.via?.length ? state.own.via.join(',') : null, null);
  put('m', state.map, start.map);
  put('th', state.theme, 'auto');
  put('em', state.embed || null, null);
  return `#${out.join('&')}`;
}

// A hash that is broken or hostile gives as much of a state as can be believed, never an error.
export function fromHash(hash, start, known, chapterState) {
  const given = new Map();
  for (const part of hash.replace(/^#/, '').slice(0, 4000).split('&')) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    try {
      given.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1)));
    } catch {
      continue;
    }
  }
  const take = (key, use) => given.has(key) && use(given.get(key));
  const chapter = known.chapters.includes(given.get('ch')) ? given.get('ch') : start.chapter;
  const state = { ...start, ...chapterState(chapter), chapter };
  take('v', (text) => {
    const [lon, lat, zoom] = text.split(',');
    const view = [number(lon ?? '', -360, 360), number(lat ?? '', -90, 90), number(zoom ?? '', 0, 12)];
    if (!view.includes(null)) state.view = view;
  });
  take('l', (lang) => known.languages.includes(lang) && (state.lang = lang));
  take('t', (tab) => TABS.includes(tab) && (state.tab = tab));
  take('off', (text) => (state.off = list(text).filter((id) => known.layers.includes(id))));
  take('r', (text) => {
    const named = list(text);
    state.reading = { ...state.reading };
    for (const [family, readings] of Object.entries(known.readings)) {
      const found = named.find((id) => readings.includes(id));
      if (found) state.reading[family] = found;
    }
  });
  take('x', (text) => (state.closed = list(text).filter((id) => known.gates.includes(id))));
  take('o', (text) => (state.opened = list(text).filter((id) => known.gates.includes(id))));
  take('s', (id) => known.has(id) && (state.selected = id));
  take('d', (text) => (text === 'all' ? (state.date = null) : isDay(text) && (state.date = text)));
  take('kn', (text) => number(text, 8, 25) !== null && (state.speed = Number(text)));
  take('op', (text) => number(text, 0, 1.6) !== null && (state.wash = Number(text)));
  take('own', (text) => {
    const [from, to] = list(text);
    if (known.point(from) && known.point(to)) {
      const via = [...new Set(list(given.get('via') ?? ''))]
        .filter((id) => known.gates.includes(id))
        .slice(0, MOST_STOPS);
      state.own = { from, to, via };
    }
  });
  take('m', (text) => MAPS.includes(text) && (state.map = text));
  take('th', (text) => ['light', 'dark'].includes(text) && (state.theme = text));
  take('em', (text) => {
    if (EMBEDS.includes(text)) state.embed = text;
    else if (text === '1') state.embed = 'map';
    if (['chapter', 'story'].includes(state.embed)) state.tab = 'story';
  });
  return state;
}
