// Which of a scene's animations may have changed something since the frame before, and which elements that concerns.

// What decides nothing but where an element stands and how opaque it is: it concerns the element and what is in it.
const KEPT_WITHIN = new Set([...SPRITE_PROPERTIES, "3d"]);

// Where in its course an animation is: before (-1) or behind it (1), where nothing changes any more, or within (0).
function partAt([begins, ends], t) {
  return t < begins ? -1 : t > ends ? 1 : 0;
}

// Follows a scene's animations from frame to frame. `isDriven`: something moves that no animation tells of.
class Courses {
  constructor(animations, isDriven) {
    this.animations = animations;
    this.isDriven = isDriven;
    this.courses = animations.map((a) => a.effect.getComputedTiming()).map(({ delay, activeDuration }) => [delay, delay + activeDuration]);
    this.parts = animations.map(() => 0);
    this.stirred = animations.map(() => true);
    // What may move everything: other sizes, or values that others are reckoned from.
    this.reachAll = animations.map((a) => [...propertiesOf(a)].some((p) => !KEPT_WITHIN.has(p)));
    this.known = new Map();
  }
  // Goes to a moment. What stays before or behind its course is where it was.
  seek(t) {
    this.courses.forEach((course, i) => {
      const part = partAt(course, t);
      this.stirred[i] = !part || part !== this.parts[i];
      this.parts[i] = part;
    });
    seek(this.animations.filter((_, i) => this.stirred[i]), t);
  }
  // Whether what an element's style comes to may be another than on the frame before.
  stirs(element) {
    if (this.isDriven) return true;
    if (!this.known.has(element)) {
      const concerns = (a, i) => this.reachAll[i] || a.effect.target.contains(element);
      this.known.set(element, this.animations.map((_, i) => i).filter((i) => concerns(this.animations[i], i)));
    }
    return this.known.get(element).some((i) => this.stirred[i]);
  }
  // The same for the element or any in it.
  stirsWithin(element) {
    return this.stirs(element) || this.animations.some((a, i) => this.stirred[i] && element.contains(lightOf(a.effect.target)));
  }
}
