// What a crew tapped and the server has not answered yet, in order, on the device (IndexedDB).
const NAME = "hubpost-field";
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        request.result.createObjectStore("taps", { keyPath: "seq", autoIncrement: true });
        request.result.createObjectStore("seen");
        request.result.createObjectStore("conflicts", { keyPath: "id" });
      }
      if (oldVersion < 2) request.result.createObjectStore("photos", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    // strict: a tap is on the disk before the crew is told that it is kept.
    const tx = db.transaction(store, mode, { durability: "strict" });
    const request = work(tx.objectStore(store));
    tx.oncomplete = () => resolve(request?.result);
    tx.onerror = tx.onabort = () => reject(tx.error);
  });
}

/** Keep a tap; it is durable when this resolves. */
export const keepTap = (tap) => run("taps", "readwrite", (s) => s.add(tap));
/** All taps not answered yet, oldest first. */
export const listTaps = () => run("taps", "readonly", (s) => s.getAll());
/** Forget a tap that the server has answered. */
export const dropTap = (seq) => run("taps", "readwrite", (s) => s.delete(seq));
/** Keep, read and drop conflicts: they stay until the crew has seen them. */
export const keepConflict = (conflict) => run("conflicts", "readwrite", (s) => s.put(conflict));
export const listConflicts = () => run("conflicts", "readonly", (s) => s.getAll());
export const dropConflict = (id) => run("conflicts", "readwrite", (s) => s.delete(id));
/** What was last seen of a unit's calls. */
export const keepSeen = (unit, state) => run("seen", "readwrite", (s) => s.put(state, unit));
export const findSeen = (unit) => run("seen", "readonly", (s) => s.get(unit));
/** Photos not sent yet; each goes from the device as soon as the server has it. */
export const keepPhoto = (photo) => run("photos", "readwrite", (s) => s.put(photo));
export const listPhotos = () => run("photos", "readonly", (s) => s.getAll());
export const dropPhoto = (id) => run("photos", "readwrite", (s) => s.delete(id));
