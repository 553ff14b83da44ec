/* How opaque a shade must be for words on it to be read: see shading.py.
 *
 * Single precision at every step, without contraction: the same on every processor.
 */
#include "common.h"

#define HALVINGS 8

typedef struct {
    float red, green, blue;
} Color;

/* The linear light of a colour under an ink: blended as it is, as browsers do; looked up, since powers are dear. */
INLINE float light_of(Color color, Color ink, float alpha, const float *linear, float levels)
{
    float red = color.red + (ink.red - color.red) * alpha;
    float green = color.green + (ink.green - color.green) * alpha;
    float blue = color.blue + (ink.blue - color.blue) * alpha;
    return linear[(i32)(red * levels + 0.5f)] * 0.2126f + linear[(i32)(green * levels + 0.5f)] * 0.7152f +
           linear[(i32)(blue * levels + 0.5f)] * 0.0722f;
}

/* How opaque an ink must be over a colour to bring it to a goal of light. */
INLINE float alpha_for(Color color, Color ink, float goal, const float *linear, float levels)
{
    float low = 0, high = 1;
    for (i32 k = 0; k < HALVINGS; k++) {
        float middle = (low + high) / 2;
        if (light_of(color, ink, middle, linear, levels) > goal) low = middle;
        else high = middle;
    }
    return high;
}

/* Of so many cells, each a colour (three bytes, sRGB) and how opaque a shade is there at full strength, those that are
 * lighter than `goal` under `strength` of it: how many they are, and in `needs` the strength that each needs. `linear`
 * has the linear light of `levels` + 1 values. */
EXPORT i64 castad_shade(const u8 *colors, const float *opaque, i64 count, const u8 *ink, float goal, float strength,
                        const float *linear, i32 levels, float *needs)
{
    Color over = {(float)ink[0] / 255, (float)ink[1] / 255, (float)ink[2] / 255};
    i64 found = 0;
    for (i64 k = 0; k < count; k++) {
        Color color = {(float)colors[3 * k] / 255, (float)colors[3 * k + 1] / 255, (float)colors[3 * k + 2] / 255};
        float alpha = strength * opaque[k];
        if (light_of(color, over, alpha < 1 ? alpha : 1, linear, (float)levels) > goal)
            needs[found++] = alpha_for(color, over, goal, linear, (float)levels) / opaque[k];
    }
    return found;
}
