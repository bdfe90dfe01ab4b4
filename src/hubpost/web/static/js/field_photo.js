// A photo is made smaller and drawn anew on the device: what is sent holds no place, no device
// and no more pixels than are needed to see what happened.
import { dropPhoto, keepConflict, keepPhoto, listPhotos } from "./field_queue.js";
import { askServer, mayPassLater } from "./send_again.js";

const SIDE_PX = 1280;
const MOST_BYTES = 240 * 1024;
const PHOTO_MS = 180000; // a quarter of a megabyte over a line of 2 kB/s
const QUALITIES = [0.7, 0.55, 0.4, 0.3];
export const PURPOSES = ["scene", "road", "damage", "other"];

/** Keep a chosen picture for a call until it can be sent; null when it is no picture. */
export async function takePhoto(file, unit, callId, purpose) {
  const body = await shrink(file);
  if (!body) return null;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const photo = { id, unit, call_id: callId, purpose, at: new Date().toISOString(), body };
  await keepPhoto(photo);
  return photo;
}

/** Send what waits, oldest first; what the server refuses for good is shown as a conflict. */
export async function sendPhotos(unit) {
  const waiting = (await listPhotos()).filter((p) => p.unit === unit);
  waiting.sort((a, b) => a.at.localeCompare(b.at));
  for (const photo of waiting) {
    const query = new URLSearchParams({
      id: photo.id, unit, call: photo.call_id, purpose: photo.purpose, taken_at: photo.at,
    });
    const answer = await askServer(`/field/photos?${query}`, {
      method: "POST", headers: { "Content-Type": "image/jpeg" }, body: photo.body,
    }, PHOTO_MS);
    if (mayPassLater(answer.status)) throw new Error(answer.status);
    if (!answer.ok) {
      const { message } = await answer.json().catch(() => ({ message: String(answer.status) }));
      await keepConflict({ id: photo.id, step: "photo", at: photo.at, message });
    }
    await dropPhoto(photo.id);
  }
}

async function shrink(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  for (let side = SIDE_PX; side >= 480; side = Math.round(side * 0.75)) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (blob && blob.size <= MOST_BYTES) return blob.arrayBuffer();
    }
  }
  return null;
}
