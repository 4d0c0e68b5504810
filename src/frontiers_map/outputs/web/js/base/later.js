// What can wait: made at its first use, or once the page has been drawn.

export const once = (make) => {
  let made = null;
  return () => (made ??= make());
};

// The end of a task: the browser may answer the reader before it goes on. No timer, which would wait.
export const breath = () =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });

// Work that waits for `begin()`: then one piece after the other, with room between them for the
// reader. What comes after that waits for nothing but its turn.
export function createQueue() {
  const waiting = [];
  let begun = false,
    busy = false;
  const run = async () => {
    busy = true;
    while (waiting.length) {
      await new Promise((done) => {
        setTimeout(done, 4);
      });
      await waiting.shift()();
    }
    busy = false;
  };
  return {
    add(...work) {
      waiting.push(...work);
      if (begun && !busy) run();
    },
    begin() {
      begun = true;
      if (!busy) run();
    },
  };
}
