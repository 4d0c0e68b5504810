// Ends of a route of the reader's own, as people call them. The page's network joins the atlas's
// harbours, and knows the world's large ones by name: what it does not join stands for the harbour
// beside it, which is always said; one further away may lie on another sea, and is only offered.

import { position } from './card.js';
import { distance, fold } from '../geo/geo.js';
import { once } from '../base/later.js';
import { alike, plain, spoken } from '../atlas/matching.js';
import { readPosition } from '../geo/position.js';

// What stands for an end that was asked for, or why nothing does and what is offered instead.
/** @typedef {{ id?: string, told?: string, problem?: string, offered?: any[] }} Found */

// So far a harbour may stand for a place beside it; further away, up to FAR_NM, it is offered.
const BESIDE_NM = 30;
const FAR_NM = 300;

export function createEnds(app) {
  const w = app.w(),
    { facts } = app;
  const ends = [...facts.terminals, ...facts.places]
    .filter((row) => app.network?.has(row.id))
    .sort((a, b) => w.text(a.name).localeCompare(w.text(b.name), w.lang));
  const named = (rows) => rows.map((row) => [row, spoken(row.name, row.short, row.id)]);
  const harbours = named(ends),
    inland = named(facts.places.filter((row) => !app.network.has(row.id)));
  // Large harbours of the world: what this atlas calls so goes first.
  const own = once(() => new Set([...harbours, ...inland].flatMap(([, names]) => names)));
  const ports = once(() =>
    app.network.ports.map(([lon, lat, name, ...other]) => [
      { port: other[0], name: [name], lon, lat },
      spoken(name, other),
    ]),
  );
  const near = (from) =>
    ends.map((row) => [row, distance(from, [row.lon, row.lat]) / 1852]).sort((p, q) => p[1] - q[1]);
  // What stands for a position that is no harbour: the one beside it, or those that are offered. From
  // the open sea the page's network would not be sure of a way: the command is.
  /** @returns {Found} */
  const beside = (what, from) => {
    const found = near(from).filter(([, nm]) => nm <= FAR_NM),
      [first] = found;
    if (first && first[1] <= BESIDE_NM)
      return {
        id: first[0].id,
        told: w.t('nearest_harbour', {
          place: what,
          harbour: w.text(first[0].name),
          nm: w.nm(Math.round(first[1])),
        }),
      };
    const told = first
      ? w.t('harbours_offered', { place: what })
      : w.t('no_harbour_near_it', { place: what, nm: w.nm(FAR_NM) });
    return { problem: told, ...(first ? { offered: found.slice(0, 3) } : {}) };
  };
  const knows = (found, asked) =>
    found.problem
      ? { ...found, problem: `${found.problem} ${w.t('command_knows', { command: `frontiers-map route ${asked}` })}` }
      : found;
  // The same for a position: lon,lat as the command takes it.
  /** @returns {Found} */
  const ofPosition = (/** @type {any} */ { lon, lat }) => {
    const place = { lon: fold(lon), lat },
      found = beside(position(w, place), [place.lon, lat]);
    return app.atSea(place.lon, lat) ? knows(found, `${+place.lon.toFixed(3)},${+lat.toFixed(3)}`) : found;
  };
  // What stands for a place or a port; where nothing does, the command knows the way from a port.
  /** @returns {Found} */
  const standing = (row) => {
    const found = beside(w.text(row.name), [row.lon, row.lat]);
    return row.port ? knows(found, row.port) : found;
  };
  // By name in any language, short name or id; by a part of one if no other has it; as it is spelt
  // most nearly; or by a position.
  /** @returns {Found} */
  const called = (text) => {
    const asked = plain(text.trim());
    if (!asked) return {};
    const only = (all) => (all.length === 1 ? all[0] : null),
      some = (all) => (all.length ? all : null);
    const by = (list, test) => only(every(list, test));
    const exact = (list) => list.find(([, names]) => names.includes(asked))?.[0];
    const begins = (name) => name.startsWith(asked),
      has = (name) => name.includes(asked);
    const every = (list, test) => list.filter(([, names]) => names.some(test)).map(([row]) => row);
    const typed = readPosition(text);
    if (typed?.problem) return { problem: w.t(typed.problem, { found: text.trim().slice(0, 60) }) };
    if (typed) return ofPosition(typed);
    let row =
      exact(harbours) ??
      exact(inland) ??
      by(harbours, begins) ??
      by(inland, begins) ??
      by(harbours, has) ??
      exact(ports());
    let told = '';
    if (!row) {
      const begun = every(ports(), begins);
      const close =
        some(alike(asked, [...harbours, ...inland])) ??
        some(every(harbours, has)) ??
        some(begun) ??
        alike(asked, ports());
      if (close.length === 1)
        [row, told] = [
          close[0],
          close === begun ? '' : w.t('taken_for', { asked: text.trim().slice(0, 60), name: w.text(close[0].name) }),
        ];
      else if (close.length)
        return {
          problem: w.t('which_one', { asked: text.trim().slice(0, 60) }),
          offered: close.slice(0, 4).map((one) => [one, null]),
        };
      else return { problem: w.t('no_such_end', { asked: text.trim().slice(0, 60) }) };
    }
    /** @type {Found} */
    const found = row.id && app.network.has(row.id) ? { id: row.id } : standing(row);
    const said = found.problem ? 'problem' : 'told';
    return { ...found, [said]: [told, found[said]].filter(Boolean).join(' ') };
  };
  // The large harbour that is called so, and what stands for it here.
  const port = (text) => {
    const asked = plain(text.trim()),
      row = own().has(asked) ? null : ports().find(([, names]) => names.includes(asked))?.[0];
    return row && { row, ...standing(row) };
  };
  return { rows: ends, called, ofPosition, port, row: (id) => ends.find((row) => row.id === id) };
}
