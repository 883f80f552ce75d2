/** The worker of MapLibre as a file of its own: a policy without `blob:` lets no other run. */
import "maplibre-gl/dist/maplibre-gl-worker.mjs";
