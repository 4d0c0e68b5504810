// The thinned sea network of the page, and the shortest way on it.

export async function createNetwork() {
  return null;
}
