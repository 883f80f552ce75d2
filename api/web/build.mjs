/**
 * Bundles each page's script and style sheet into ../static/dist, with a manifest of their names.
 *
 * A page is an entry: `src/<page>.js`, `src/<page>.css` or both. Names hold a hash of the content, so that a browser
 * may keep them for ever; what pages share, and what they load on demand by `import()`, become chunks of their own.
 * Beside each file lie its forms compressed by Brotli and gzip, which the server sends as they are.
 * A script never imports a style sheet: style sheets import one another (`@import "package/file.css"`).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const PAGES = ["sparql", "map", "map-worker", "trends"];

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "..", "static", "dist");
const making = join(here, "node_modules", `.making-${process.pid}`);

/** Returns the entry points that exist, as esbuild takes them. */
function entryPoints() {
  const named = PAGES.flatMap((page) => ["js", "css"].map((suffix) => ({ in: `src/${page}.${suffix}`, out: page })));
  return named.filter((entry) => existsSync(join(here, entry.in)));
}

/** Returns the scripts that `path` imports at once, and those that these import. */
function importedBy(outputs, path, found = new Set()) {
  for (const { path: next, kind, external } of outputs[path].imports) {
    if (kind === "import-statement" && !external && !found.has(next)) {
      found.add(next);
      importedBy(outputs, next, found);
    }
  }
  return [...found];
}

/** Returns the names of each page's files: `{page: {js, css, imports}}`. */
function manifestOf(outputs) {
  const manifest = Object.fromEntries(PAGES.map((page) => [page, { js: null, css: null, imports: [] }]));
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    const source = /^src\/([\w-]+)\.(js|css)$/.exec(entryPoint ?? "");
    if (!source || !PAGES.includes(source[1])) continue;
    const entry = manifest[source[1]];
    entry[source[2]] = basename(path);
    if (source[2] === "js") entry.imports = importedBy(outputs, path).map((one) => basename(one)).sort();
  }
  return manifest;
}

/** Writes `path` again, compressed as small as it goes. */
function compress(path) {
  const body = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}

/** Keeps a worker that is imported for what it does: its package says of each script that it does nothing by itself. */
const workers = {
  name: "workers",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /-worker\.mjs$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === workers.name) return undefined;
      const found = await resolve(path, { resolveDir, kind, pluginData: workers.name });
      return { ...found, sideEffects: true };
    });
  },
};

rmSync(making, { recursive: true, force: true });
mkdirSync(making, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: entryPoints(),
  outdir: making,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "linked",
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
  plugins: [workers],
  logLevel: "warning",
});
for (const name of readdirSync(making)) {
  if (/\.(js|css|svg|txt)$/.test(name)) compress(join(making, name));
}
writeFileSync(join(here, "node_modules", ".metafile.json"), JSON.stringify(metafile));
writeFileSync(join(making, "manifest.json"), `${JSON.stringify(manifestOf(metafile.outputs), null, 2)}\n`);
rmSync(output, { recursive: true, force: true });
renameSync(making, output);
