// Which layers a chapter shows.

import { layersOf } from './model.js';

// What is in every chapter.
const BEHIND = ['borders', 'sea_labels', 'depths'];

// Layers that a chapter does not name are off in it. A chapter that names none shows all but the
// links between capitals.
export function offFor(facts, chapter) {
  const families = facts.families.map((f) => f.id);
  const named = chapter?.layers ?? [];
  if (!named.length) return ['links'];
  const on = new Set(named.flatMap((id) => (id === 'regions' ? families : [id])));
  if (families.every((id) => on.has(id))) on.add('overlaps');
  return layersOf(facts).filter((id) => !on.has(id) && !BEHIND.includes(id));
}

// A date of a year or a month, as a day late in it.
export const day = (date) => (date.length === 10 ? date : date.length === 7 ? `${date}-28` : `${date}-12-31`);

// The reader's choice, else the chapter's.
export const mapOf = ({ facts }, { map, chapter }) =>
  map ?? (facts.chapters.find((c) => c.id === chapter)?.globe ? 'globe' : 'flat');

// What a chapter sets by itself: layers, closed straits, the moment in time.
export function chapterState(atlas, id) {
  const chapter = atlas.facts.chapters.find((c) => c.id === id) ?? atlas.facts;
  const scenario = atlas.facts.scenarios.find((s) => s.id === chapter.scenario);
  return {
    off: offFor(atlas.facts, chapter),
    date: chapter.date ? day(chapter.date) : null,
    closed: scenario ? atlas.gatesOf(scenario.close) : [],
    opened: scenario ? atlas.gatesOf(scenario.open) : [],
  };
}
