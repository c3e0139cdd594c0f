// Runs the compiled client in Node.js: the shopper as JSON on the command line, the outcome on stdout.
// Each request names an origin, and each answer must admit it.

import { shop } from "./client.js";

const { origin, ...shopper } = JSON.parse(process.argv[2]);

async function fromOrigin(request) {
  request.headers.set("Origin", origin);
  const response = await fetch(request);
  const allowed = response.headers.get("Access-Control-Allow-Origin");
  if (allowed !== origin && allowed !== "*") {
    throw new Error(`${request.method} ${request.url} admits ${allowed}, not ${origin}`);
  }
  return response;
}

console.log(JSON.stringify(await shop({ ...shopper, fetch: fromOrigin })));
