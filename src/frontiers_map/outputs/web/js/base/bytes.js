// From the text of a script element to numbers: base64, deflate, zigzag varints.

export function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  // Browsers of before 2026.
  const raw = atob(text),
    bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

// What somebody else has packed may be any size: more than `most` bytes are refused while they come.
export async function inflate(bytes, most = Infinity) {
  let size = 0;
  const bound = new TransformStream({
    transform(part, to) {
      size += part.length;
      if (size > most) throw new RangeError(`more than ${most} bytes`);
      to.enqueue(part);
    },
  });
  const packed = new Response(bytes).body,
    stream = packed.pipeThrough(new DecompressionStream('deflate-raw')).pipeThrough(bound);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const unzigzag = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

// Reads unsigned and zigzag varints one after the other.
export function reader(bytes) {
  let at = 0;
  const count = () => {
    let value = 0,
      shift = 1,
      byte;
    do {
      byte = bytes[at];
      at += 1;
      value += (byte & 127) * shift;
      shift *= 128;
    } while (byte & 128);
    return value;
  };
  const delta = () => unzigzag(count());
  return { count, delta, done: () => at >= bytes.length };
}

// Running sums of a flat list of x, y differences, as [x, y] pairs divided by `per`.
export function path(deltas, per = 100) {
  const out = [];
  let x = 0,
    y = 0;
  for (let i = 0; i < deltas.length; i += 2) {
    x += deltas[i];
    y += deltas[i + 1];
    out.push([x / per, y / per]);
  }
  return out;
}
