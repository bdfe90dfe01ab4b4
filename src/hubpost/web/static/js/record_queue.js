// What was entered and not answered by the server yet, in order, on the device (IndexedDB).

/** A queue in a database of its own; each entry has an id. */
export function openQueue(database, store) {
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function run(mode, work) {
    const db = await open();
    return new Promise((resolve, reject) => {
      // strict: an entry is on the disk before anyone is told that it is kept.
      const tx = db.transaction(store, mode, { durability: "strict" });
      const request = work(tx.objectStore(store));
      tx.oncomplete = () => resolve(request?.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }

  return {
    /** Keep an entry; it is durable when this resolves. */
    keep: (entry) => run("readwrite", (s) => s.put(entry)),
    /** All entries not answered yet. */
    list: () => run("readonly", (s) => s.getAll()),
    /** Forget an entry that the server has answered. */
    drop: (id) => run("readwrite", (s) => s.delete(id)),
  };
}
