// Visits entered and not answered by the server yet, in order, on the device (IndexedDB).
const NAME = "hubpost-visit";
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("visits", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    // strict: a visit is on the disk before anyone is told that it is kept.
    const tx = db.transaction("visits", mode, { durability: "strict" });
    const request = work(tx.objectStore("visits"));
    tx.oncomplete = () => resolve(request?.result);
    tx.onerror = tx.onabort = () => reject(tx.error);
  });
}

/** Keep a visit; it is durable when this resolves. */
export const keepVisit = (visit) => run("readwrite", (s) => s.put(visit));
/** All visits not answered yet. */
export const listVisits = () => run("readonly", (s) => s.getAll());
/** Forget a visit that the server has answered. */
export const dropVisit = (id) => run("readwrite", (s) => s.delete(id));
