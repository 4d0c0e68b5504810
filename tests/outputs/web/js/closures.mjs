// Answers questions on the network of a page: `node closures.mjs page.json < questions.json`.
// page.json is what stands in the page's fm-sea element; a question is
// {from, to, via: [gates], closed: [gates]}, its answer {nm, gates} or null.

import { readFileSync } from 'node:fs';
import { createNetwork } from '../../../../src/frontiers_map/outputs/web/js/atlas/sea.js';

const network = await createNetwork(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const questions = JSON.parse(readFileSync(0, 'utf8'));
const answers = questions.map(({ from, to, via, closed }) => {
  const way = network.route(from, to, { via, closed: new Set(closed) });
  return way && { nm: way.nm, gates: way.gates };
});
process.stdout.write(JSON.stringify(answers));
