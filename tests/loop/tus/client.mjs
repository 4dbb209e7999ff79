// The official tus-js-client against a tus server. One JSON argument; one JSON line of what happened.
//   {endpoint, headers, file, metadata, chunk, way}
// way: "whole" | "during" (bytes with the creation) | "override" (PATCH as POST) | "resume" (aborted after the
// first piece, a new client goes on) | "terminate" (given up after the first piece, then asked for).
import { readFileSync } from "node:fs";
import { Upload } from "tus-js-client";

const asked = JSON.parse(process.argv[2]);
const seen = [];

function run(options, interrupt) {
  return new Promise((done, fail) => {
    const upload = new Upload(readFileSync(asked.file), {
      endpoint: asked.endpoint,
      headers: asked.headers,
      metadata: asked.metadata,
      chunkSize: asked.chunk,
      retryDelays: [1000, 1000, 2000, 4000],
      onAfterResponse: (request, response) =>
        seen.push([request.getMethod(), response.getStatus(), response.getHeader("Tus-Resumable") ?? ""]),
      onSuccess: () => done(upload.url),
      onError: fail,
      onChunkComplete: () => interrupt && interrupt(upload).then(() => done(upload.url), fail),
      ...options,
    });
    upload.start();
  });
}

const ways = {
  whole: () => run({}),
  during: () => run({ uploadDataDuringCreation: true }),
  override: () => run({ overridePatchMethod: true }),
  resume: async () => run({ uploadUrl: await run({}, (upload) => upload.abort()) }),
  terminate: async () => {
    const url = await run({}, (upload) => upload.abort(true));
    const gone = await fetch(url, { method: "HEAD", headers: { ...asked.headers, "Tus-Resumable": "1.0.0" } });
    seen.push(["HEAD", gone.status, gone.headers.get("Tus-Resumable") ?? ""]);
    return url;
  },
};
try {
  console.log(JSON.stringify({ url: await ways[asked.way](), seen }));
} catch (error) {
  console.error(String(error.message ?? error).slice(0, 2000), JSON.stringify(seen));
  process.exit(1);
}
