/** Does work for each item, at most `limit` at once; an item that fails stops no other. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<{ done: Item[]; failed: unknown[] }> {
  const done: Item[] = [];
  const failed: unknown[] = [];
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      try {
        await work(item);
        done.push(item);
      } catch (error) {
        failed.push(error);
      }
      onProgress(done.length + failed.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return { done, failed };
}
