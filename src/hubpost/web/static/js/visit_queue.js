// Visits entered and not answered by the server yet.
import { openQueue } from "./record_queue.js";

const queue = openQueue("hubpost-visit", "visits");
export const keepVisit = queue.keep;
export const listVisits = queue.list;
export const dropVisit = queue.drop;
