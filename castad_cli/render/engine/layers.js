// The layers: the largest parts of the page that nothing inside animates.

const photographsIn = (element) =>
  [element, ...element.querySelectorAll("*")].filter((e) => e.hasAttribute("data-media") && e.getClientRects().length);

const isBoxless = (element) => getComputedStyle(element).display === "contents";

function findLayers() {
  changing.clear();
  trees = [document, ...shadows()];
  const animated = animatedElements();
  if (animated.has(stage)) throw new Error(`#stage itself changes its ${[...animated.get(stage)].map(dashed).join(", ")}: give that to an element in it`);
  const { glass, glassRoots } = backdropElements(animated);
  const roots = new Set([...animated.keys(), ...glass, ...stage.querySelectorAll("[data-media], [data-layer]")]);
  const above = new Set();
  for (const root of roots) {
    for (let e = root.parentElement; e && e !== stage.parentElement; e = e.parentElement) above.add(e);
  }
  layers = [];
  pushed = new Map();
  const movesInside = (element) => [...animated.keys()].some((e) => e !== element && element.contains(e));
  const add = (element, kind, self, why = "", part = "") => {
    const style = getComputedStyle(element, part || null);
    const within = self ? null : glass.find((e) => e !== element && element.contains(e));
    if (within) refuseBackdrop(within, `it lies in ${nameOf(element)}, which ${why || "is drawn as one picture"}`);
    const photos = self || kind === "media" ? [] : photographsIn(element);
    const pushing = !self && isPushed(element);
    if (pushing && glass.includes(element)) refuseBackdrop(element, `it ${MOVED_BESIDE}; give it "position: absolute", or move that by transform`);
    if (pushing) [kind, why] = ["frames", why || MOVED_BESIDE];
    const pictured = photos.length > 0 && mayDraw(element, photos, animated);
    const own = animated.get(element) || new Set();
    // Its picture stays as it is where nothing but the whole of it moves, turns, scales and fades.
    const stays = photos.length > 0 && !pushing && !movesInside(element) && [...own].every((p) => SPRITE_PROPERTIES.has(p)) && style.offsetPath === "none";
    const layer = { element, kind: pictured ? "frames" : stays ? "sprite" : kind, self, why, scene: sceneOf(element), photos: [], part };
    layer.parts = part ? [part] : PSEUDO.filter((p) => !self || !standsApart(element, p, animated));
    layer.pushers = pushing ? pushersOf(element, layer.scene) : [];
    layer.blender = self || kind === "media" || photos.length ? null : blenderOf(element, why, animated);
    layer.blend = self && !part ? null : blendOf(layer.blender ? getComputedStyle(layer.blender) : style);
    layer.backdrop = !self && glass.includes(element);
    layer.alone = photos.length > 0 && paintsNothingElse(element, photos);
    layers.push(layer);
    for (const photo of photos) {
      if (sceneOf(photo) !== layer.scene) {
        throw new Error(`${nameOf(element)} ${why || "is drawn as one picture"} and holds the photograph ${nameOf(photo)} of scene ${sceneOf(photo)}, but lies outside the scenes: give what it has to an element within each scene`);
      }
      const held = { element: photo, kind: "media", self: false, why: "", scene: layer.scene, blend: null, backdrop: false, pushers: [], holder: layer, photos: [], part: "", parts: [] };
      layer.photos.push(held);
      layers.push(held);
    }
  };
  // One picture of it all: a new one wherever something inside changes.
  const addWhole = (element, why) => add(element, animated.has(element) || movesInside(element) ? "frames" : "sprite", false, why);
  const visitChildren = (element) => {
    for (const child of [...element.children]) {
      if (!/^(SCRIPT|STYLE|TEMPLATE|WBR|BR)$/.test(child.tagName)) visit(child);
    }
  };
  const visit = (element) => {
    const own = animated.get(element);
    const style = getComputedStyle(element);
    if (isBoxless(element) && !element.hasAttribute("data-media") && !own?.has("display")) {
      if (!wrapLooseText(element)) throw new Error(`${nameOf(element)} in scene ${sceneOf(element)} has no box (display: contents), and text between elements that the style sheet counts: give the text an element`);
      return visitChildren(element);
    }
    if (style.display === "none" && !own?.has("display") && !pushed.has(element)) return undefined;
    if (element.hasAttribute("data-media")) {
      const beyond = beyondMedia(element, own) || (isPushed(element) ? MOVED_BESIDE : null);
      if (beyond) return addWhole(element, `a photograph's place that ${beyond}`);
      if (framesItself(style)) add(element, "sprite", true);
      return add(element, "media", false);
    }
    if (element.shadowRoot) return addWhole(element, "has parts of its own (a shadow root)");
    const unlike = own ? [...own].filter((p) => !SPRITE_PROPERTIES.has(p)) : [];
    if (unlike.length === 1 && unlike[0] === "backdropFilter" && !movesInside(element)) return add(element, "sprite", false);
    if (unlike.length) return add(element, "frames", false, `changes its ${unlike.filter((p) => p !== "3d").join(", ") || "depth"}`);
    if (own && style.offsetPath !== "none") return add(element, "frames", false, "stands on a path (offset-path)");
    if (glassRoots.has(element)) return addWhole(element, "a backdrop-filter inside ends with it");
    const inside = above.has(element);
    const effect = inside && element !== stage ? groupEffect(element) : null;
    if (effect) return addWhole(element, `${effect} over parts that move`);
    if ([...element.children].some((child) => animated.get(child)?.has("zIndex")) && element !== stage && !element.querySelector("[data-media]")) {
      return addWhole(element, "its parts change their order");
    }
    if (inside && /table$/.test(style.display) && style.borderCollapse === "collapse") return addWhole(element, "a part of a table with common borders moves");
    if (element instanceof SVGElement && inside) return addWhole(element, "a part of the drawing moves");
    if (element !== stage && stacks(element, animated)) {
      if (reachesOut(element, animated)) return movesInside(element) ? add(element, "frames", false, "blends inside a group whose parts move") : add(element, "sprite", false);
    } else if (!inside && element !== stage && !blendOf(style) && (reachesOut(element, animated) || hasLevels(element, animated))) {
      above.add(element);
      return visit(element);
    }
    if (inside && element !== stage && clipsOddly(element, animated) && element.querySelector("[data-media]")) {
      return addWhole(element, "cuts off a photograph by an edge that is round or turned");
    }
    if (inside && element !== stage && clipsOddly(element, animated) && movesInside(element)) {
      return add(element, "frames", false, "clips parts that move by an edge that is round or turned");
    }
    if (inside && element !== stage && (blendOf(style) || glass.includes(element))) return addWhole(element, "blends as one, and parts of it move");
    if (inside && element !== stage && pushed.size && (carriesPushed(element, animated) || movesWhole(element, parts, animated))) return addWhole(element, MOVED_BESIDE);
    if (!inside) return add(element, "sprite", false);
    if (!wrapLooseText(element)) return addWhole(element, "its text stands between elements that the style sheet counts");
    if (element !== stage) {
      const apart = PSEUDO.filter((part) => standsApart(element, part, animated));
      if (paintsBox(style) || pseudoStyles(element).length > apart.length) add(element, "sprite", true);
      for (const part of apart) add(element, "sprite", true, "", part);
    }
    return visitChildren(element);
  };
  let parts = [];
  visit(stage);
  findPushed();
  if (pushed.size) {
    parts = layers.filter((layer) => !layer.holder).map((layer) => layer.element);
    layers = [];
    visit(stage);
  }
  const place = new Map([...stage.querySelectorAll("*")].map((e, i) => [e, i]));
  for (const layer of layers) {
    layer.chain = [];
    // What has no box of its own moves, fades and cuts off nothing.
    for (let e = layer.element; e && e !== stage; e = e.parentElement) if (e === layer.element || !isBoxless(e)) layer.chain.unshift(e);
    layer.animated = layer.chain.some((e) => animated.has(e));
    if (layer.kind === "frames") {
      layer.inner = allAnimations().filter((a) => layer.element.contains(lightOf(a.effect.target))).map((a) => [a, [...propertiesOf(a)].filter((p) => p !== "3d")]);
      layer.refers = [layer.element, ...layer.element.querySelectorAll("*")].some((e) => referring.has(e));
      layer.inner.push(...layer.pushers.filter((p) => p.animation).map((p) => [p.animation, p.properties]));
    }
    layer.clippers = clippersOf(layer.element, animated, layer.part);
    // What is positioned goes by these on account of how they move, turn or are filtered alone.
    layer.holding = new Set(layer.chain.filter((e) => !isPositioned(getComputedStyle(e)) && containsFixed(e, animated)));
    layer.key = paintKey(layer, animated, place);
  }
  layers.sort((a, b) => comparePaint(a.key, b.key));
  findFades(animated);
  return layers;
}
