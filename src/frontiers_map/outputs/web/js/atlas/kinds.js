// Kinds of places, terminals, links and events: how each looks, and which of the program's it is like.

export const lookOf = (facts, layer, kind) => facts.kinds[layer][kind] ?? {};

export const likeOf = (facts, layer, kind) => lookOf(facts, layer, kind).like ?? kind;

// The colour of a kind, if it has one of its own.
export const inkOf = (look, palette, colour) => look.colour?.[palette.dark ? 1 : 0] ?? colour;

// What the facts call the rows of each kind of feature.
export const LAYERS = {
  place: 'places',
  terminal: 'terminals',
  gate: 'gates',
  route: 'routes',
  link: 'links',
  region: 'regions',
  event: 'events',
  claim: 'claims',
  feature: 'features',
  scenario: 'scenarios',
  chapter: 'chapters',
  source: 'sources',
};
