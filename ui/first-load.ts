import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Fails the build if the first page load exceeds `limit` bytes, compressed. */
export function firstLoad({ limit }: { limit: number }): Plugin {
  return {
    name: "first-load",
    apply: "build",
    generateBundle(_options, bundle) {
      const loaded = new Set<string>();
      const visit = (name: string) => {
        const file = bundle[name];
        if (file === undefined || loaded.has(name)) {
          return;
        }
        loaded.add(name);
        if (file.type === "chunk") {
          file.imports.forEach(visit);
          file.viteMetadata?.importedCss.forEach(visit);
        }
      };
      Object.values(bundle).forEach((file) => {
        if (file.type === "chunk" && file.isEntry) {
          visit(file.fileName);
        }
      });
      // The first load includes the opened page. The largest one counts.
      const first = [...loaded].reduce((sum, name) => sum + size(bundle[name]), 0);
      const pages = Object.values(bundle).filter((file) => file.type === "chunk" && file.isDynamicEntry && !loaded.has(file.fileName));
      const largest = Math.max(0, ...pages.map((file) => loadOf(file.fileName)));

      function loadOf(page: string): number {
        const before = new Set(loaded);
        visit(page);
        const sum = [...loaded].filter((name) => !before.has(name)).reduce((total, name) => total + size(bundle[name]), 0);
        loaded.forEach((name) => before.has(name) || loaded.delete(name));
        return sum;
      }

      const total = first + largest;
      const message = `first load: ${(total / 1000).toFixed(1)} kB compressed, at most ${String(limit / 1000)} kB`;
      if (total > limit) {
        this.error(message);
      }
      this.info(message);
    },
  };
}

function size(file: { type: "chunk"; code: string } | { type: "asset"; source: string | Uint8Array } | undefined): number {
  return file === undefined ? 0 : gzipSync(file.type === "chunk" ? file.code : file.source).length;
}
