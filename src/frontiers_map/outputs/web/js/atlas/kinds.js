// Kinds of places, terminals, links and events: how each looks, and which of the program's it is like.

export const lookOf = (facts, layer, kind) => facts.kinds[layer][kind] ?? {};

export const likeOf = (facts, layer, kind) => lookOf(facts, layer, kind).like ?? kind;

// The colour of a kind, if it has one of its own.
export const inkOf = (look, palette, colour) => look.colour?.[palette.dark ? 1 : 0] ?? colour;

// What the facts call the rows of each kind of feature. An id that several have is first the one's
// that stands first.
export const FEATURES = {
  terminal: 'terminals',
  place: 'places',
  gate: 'gates',
  route: 'routes',
  link: 'links',
  event: 'events',
  feature: 'features',
  region: 'regions',
  source: 'sources',
  claim: 'claims',
};

// The same, and what is no feature but can be looked for.
export const LAYERS = { ...FEATURES, scenario: 'scenarios', chapter: 'chapters' };
