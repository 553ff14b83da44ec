"""What designers use, one element a feature: name -> (style sheet, mark-up inside the first scene)."""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """``kind`` is how its layers may be had: "sprite", "frames" or "media". ``is_whole``: ``body`` has the photo."""

    css: str
    body: str
    kind: str = ""
    is_whole: bool = False


_GO = "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
_BOX = ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
_SVG = (
    '<svg class="b" viewBox="0 0 120 90" style="background:none"><circle cx="45" cy="45" r="30" fill="#0af"/>'
    '<path class="p" d="M10 80 L60 10 L110 80" fill="none" stroke="#fff" stroke-width="6"/></svg>'
)

FEATURES: dict[str, Feature] = {
    "a turn and a scale": Feature(
        _BOX + "@keyframes a{from{transform:rotate(-20deg) scale(.6)}to{transform:rotate(35deg) scale(1.1)}}"
        ".b{animation:a 900ms ease-in-out both}",
        '<div class="b">Turn</div>',
        "sprite",
    ),
    "separate transform properties": Feature(
        _BOX
        + "@keyframes a{from{translate:-20px 10px;rotate:-10deg;scale:.8}to{translate:20px 0;rotate:10deg;scale:1.2 1}}"
        ".b{animation:a 900ms linear both;transform:skewX(10deg);transform-origin:20% 80%}",
        '<div class="b">Parts</div>',
        "sprite",
    ),
    "a translation in per cent": Feature(
        _BOX + "@keyframes a{from{translate:-50% 20%}to{translate:30% -10%}}.b{animation:a 900ms linear both}",
        '<div class="b">Per cent</div>',
        "sprite",
    ),
    "perspective in the transform": Feature(
        _BOX + "@keyframes a{from{transform:perspective(300px) rotateY(-60deg)}"
        "to{transform:perspective(300px) rotateY(40deg)}}"
        ".b{animation:a 900ms linear both}",
        '<div class="b">Depth</div>',
        "frames",
    ),
    "perspective on the parent": Feature(
        _BOX + "@keyframes a{from{transform:rotateX(-60deg)}to{transform:rotateX(40deg)}}"
        ".s{position:absolute;inset:0;perspective:400px}.b{animation:a 900ms linear both}",
        '<div class="s"><div class="b">Depth</div></div>',
        "frames",
    ),
    "a still perspective": Feature(
        _BOX + ".s{position:absolute;inset:0;perspective:300px}.b{transform:rotateY(40deg)}",
        '<div class="s"><div class="b">Depth</div></div>',
        "sprite",
    ),
    "a card that turns over": Feature(
        _BOX + "@keyframes a{from{transform:rotateY(0)}to{transform:rotateY(180deg)}}"
        ".s{position:absolute;inset:0;perspective:400px}.c{position:absolute;inset:0;transform-style:preserve-3d;"
        "animation:a 900ms linear both}.b{backface-visibility:hidden}.d{transform:rotateY(180deg);background:#08f}",
        '<div class="s"><div class="c"><div class="b">Front</div><div class="b d">Back</div></div></div>',
        "frames",
    ),
    "opacity of a group": Feature(
        _BOX + "@keyframes a{from{opacity:0}to{opacity:1}}.g{animation:a 900ms linear both}"
        ".c{position:absolute;left:120px;top:90px;width:90px;height:90px;background:#06c}",
        '<div class="g"><div class="b">One</div><div class="c"></div></div>',
        "sprite",
    ),
    "opacity of a group whose part moves": Feature(
        _BOX + _GO + "@keyframes a{from{opacity:0}to{opacity:1}}.g{animation:a 900ms linear both}"
        ".c{position:absolute;left:120px;top:90px;width:90px;height:90px;background:#06c;"
        "animation:go 900ms linear both}",
        '<div class="g"><div class="b">One</div><div class="c"></div></div>',
    ),
    "a blur that clears": Feature(
        _BOX + "@keyframes a{from{filter:blur(12px)}to{filter:blur(0)}}.b{animation:a 700ms linear both}",
        '<div class="b">Clear</div>',
        "frames",
    ),
    "a still filter on a moving element": Feature(
        _BOX + _GO + ".b{filter:drop-shadow(4px 6px 5px #000) saturate(1.4) hue-rotate(40deg);animation:go 900ms both}",
        '<div class="b">Shadow</div>',
        "sprite",
    ),
    "a blend inside an isolated group": Feature(
        _BOX
        + _GO
        + ".g{isolation:isolate;position:absolute;inset:0}.c{position:absolute;left:100px;top:40px;width:80px;"
        "height:120px;background:#0cf;mix-blend-mode:multiply;animation:go 900ms linear both}",
        '<div class="g"><div class="b">Below</div><div class="c"></div></div>',
    ),
    "a clip path that opens": Feature(
        _BOX + "@keyframes a{from{clip-path:circle(0 at 50% 50%)}to{clip-path:circle(80px at 50% 50%)}}"
        ".b{animation:a 900ms linear both}",
        '<div class="b">Open</div>',
        "frames",
    ),
    "a still clip path on a moving element": Feature(
        _BOX + _GO + ".b{clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%);animation:go 900ms linear both}",
        '<div class="b">Diamond</div>',
        "sprite",
    ),
    "a clip path over what moves inside": Feature(
        _BOX
        + _GO
        + ".g{position:absolute;left:40px;top:40px;width:200px;height:140px;clip-path:inset(10px round 40px)}"
        ".b{animation:go 900ms linear both}",
        '<div class="g"><div class="b">Inside</div></div>',
    ),
    "a gradient mask": Feature(
        _BOX + _GO + ".b{mask-image:linear-gradient(90deg,#000,transparent);animation:go 900ms linear both}",
        '<div class="b">Mask</div>',
        "sprite",
    ),
    "a mask that moves": Feature(
        _BOX + "@keyframes a{from{mask-position:-120px 0}to{mask-position:0 0}}"
        ".b{mask-image:linear-gradient(90deg,#000,#000 70%,transparent);mask-size:240px 100%;mask-repeat:no-repeat;"
        "animation:a 900ms linear both}",
        '<div class="b">Wipe</div>',
        "frames",
    ),
    "gradients": Feature(
        _BOX + ".b{background:conic-gradient(from 40deg,#f06,#fd0,#0cf,#f06)}"
        ".c{position:absolute;left:190px;top:60px;width:90px;height:90px;"
        "background:radial-gradient(#fff,transparent 70%)}",
        '<div class="b"></div><div class="c"></div>',
        "sprite",
    ),
    "an animated custom property in a gradient": Feature(
        _BOX + "@property --x{syntax:'<angle>';inherits:false;initial-value:0deg}@keyframes a{to{--x:180deg}}"
        ".b{background:linear-gradient(var(--x),#f06,#0cf);animation:a 900ms linear both}",
        '<div class="b"></div>',
        "frames",
    ),
    "text filled with a gradient": Feature(
        "h2{position:absolute;left:30px;top:80px;font-size:52px;background:linear-gradient(90deg,#fd0,#f06);"
        "background-clip:text;color:transparent}",
        "<h2>Gradient</h2>",
        "sprite",
    ),
    "svg": Feature(_BOX, _SVG, "sprite"),
    "an svg line that draws itself": Feature(
        _BOX + "@keyframes a{from{stroke-dashoffset:260}to{stroke-dashoffset:0}}"
        ".p{stroke-dasharray:260;animation:a 900ms linear both}",
        _SVG,
        "frames",
    ),
    "an svg part that turns": Feature(
        _BOX + "@keyframes a{to{transform:rotate(120deg)}}.p{transform-origin:60px 45px;animation:a 900ms linear both}",
        _SVG,
        "frames",
    ),
    "an animated width": Feature(
        _BOX + "@keyframes a{from{width:20px}to{width:220px}}.b{animation:a 900ms linear both}",
        '<div class="b"></div>',
        "frames",
    ),
    "an animated colour": Feature(
        _BOX + "@keyframes a{from{background:#f00;color:#000}to{background:#00f;color:#fff}}"
        ".b{animation:a 900ms linear both}",
        '<div class="b">Colour</div>',
        "frames",
    ),
    "animated letter spacing": Feature(
        "@keyframes a{from{letter-spacing:-4px}to{letter-spacing:9px}}"
        "h2{position:absolute;left:20px;top:90px;font-size:34px;animation:a 900ms linear both}",
        "<h2>Spacing</h2>",
        "frames",
    ),
    "a variable font's axis": Feature(
        "@keyframes a{from{font-variation-settings:'wght' 100}to{font-variation-settings:'wght' 900}}"
        "h2{position:absolute;left:20px;top:90px;font-size:44px;animation:a 900ms linear both}",
        "<h2>Weight</h2>",
        "frames",
    ),
    "an animated font weight": Feature(
        "@keyframes a{from{font-weight:100}to{font-weight:900}}"
        "h2{position:absolute;left:20px;top:90px;font-size:44px;animation:a 900ms linear both}",
        "<h2>Weight</h2>",
        "frames",
    ),
    "an animated text shadow": Feature(
        "@keyframes a{from{text-shadow:0 0 0 #000}to{text-shadow:12px 14px 6px #000}}"
        "h2{position:absolute;left:20px;top:90px;font-size:44px;animation:a 900ms linear both}",
        "<h2>Shadow</h2>",
        "frames",
    ),
    "a pseudo element that moves": Feature(
        _BOX + "@keyframes a{from{transform:scaleX(0)}to{transform:none}}.b::after{content:'';position:absolute;left:0;"
        "bottom:0;width:100%;height:12px;background:#fff;transform-origin:0 0;animation:a 900ms linear both}",
        '<div class="b">Line</div>',
    ),
    "a round corner that clips what moves": Feature(
        _BOX
        + _GO
        + ".g{position:absolute;left:60px;top:50px;width:140px;height:120px;overflow:hidden;border-radius:40px;"
        "background:#024}.c{width:120px;height:60px;background:#fd0;animation:go 900ms linear both}",
        '<div class="g"><div class="c">Clip</div></div>',
    ),
    "a turned box that clips what moves": Feature(
        _BOX + _GO + ".g{position:absolute;left:80px;top:60px;width:140px;height:100px;overflow:hidden;rotate:20deg;"
        "background:#024}.c{width:120px;height:60px;background:#fd0;animation:go 900ms linear both}",
        '<div class="g"><div class="c">Clip</div></div>',
    ),
    "a negative z-index": Feature(
        _BOX + _GO + ".g{position:absolute;inset:0;z-index:0}.c{position:absolute;left:100px;top:90px;width:120px;"
        "height:90px;background:#06c;z-index:-1;animation:go 900ms linear both}",
        '<div class="g"><div class="b">Over</div><div class="c"></div></div>',
    ),
    "a z-index across groups": Feature(
        _BOX + _GO + ".g{position:absolute;inset:0}.c{position:absolute;left:100px;top:90px;width:120px;"
        "height:90px;background:#06c;z-index:5;animation:go 900ms linear both}"
        ".d{position:absolute;left:150px;top:100px;width:90px;height:90px;background:#fd0}",
        '<div class="g"><div class="b">Under</div><div class="c"></div></div><div class="d"></div>',
    ),
    "a positioned element over what comes after it": Feature(
        _GO + ".g{position:absolute;left:40px;top:40px;width:200px}.c{position:relative;width:120px;height:60px;"
        "background:#06c;animation:go 900ms linear both}.d{margin-top:-30px;height:60px;background:#fd0}",
        '<div class="g"><div class="c"></div><div class="d">After</div></div>',
    ),
    "visibility that comes at an instant": Feature(
        _BOX + "@keyframes a{from{visibility:hidden}to{visibility:visible}}.b{animation:a 600ms step-end both}",
        '<div class="b">Seen</div>',
    ),
    "a display that comes at an instant": Feature(
        _BOX + "@keyframes a{from{display:none}to{display:block}}.b{animation:a 600ms step-end both}",
        '<div class="b">Seen</div>',
    ),
    "a path to move along": Feature(
        _BOX + "@keyframes a{from{offset-distance:0%}to{offset-distance:100%}}.b{width:50px;height:30px;left:0;top:0;"
        "offset-path:path('M40 200 C80 20 240 20 280 200');animation:a 900ms linear both}",
        '<div class="b"></div>',
        "frames",
    ),
    "a still path": Feature(
        _BOX + "@keyframes a{from{opacity:0}}.b{width:50px;height:30px;left:0;top:0;offset-distance:30%;"
        "offset-path:path('M40 200 C80 20 240 20 280 200');animation:a 900ms linear both}",
        '<div class="b"></div>',
    ),
    "a left that moves": Feature(
        _BOX + "@keyframes a{from{left:10px;top:100px}to{left:170px;top:20px}}.b{animation:a 900ms linear both}",
        '<div class="b">Left</div>',
        "frames",
    ),
    "an outline and a double border": Feature(
        _BOX + _GO + ".b{border:6px double #fff;outline:3px dashed #0cf;outline-offset:5px;animation:go 900ms both}",
        '<div class="b"></div>',
        "sprite",
    ),
    "text on an outline": Feature(
        "h2{position:absolute;left:20px;top:80px;font-size:60px;color:transparent;-webkit-text-stroke:2px #fff}",
        "<h2>Stroke</h2>",
        "sprite",
    ),
    "a canvas at rest": Feature(
        _BOX + "canvas{position:absolute;left:100px;top:60px}",
        '<canvas id="c" width="100" height="100"></canvas><script>'
        '{const g=c.getContext("2d");g.fillStyle="#fd0";g.arc(50,50,40,0,7);g.fill()}</script>',
    ),
    "a canvas by the seek hook": Feature(
        "canvas{position:absolute;left:60px;top:60px}",
        '<canvas id="c" width="200" height="100"></canvas><script>window.castadSeek=(scene,ms)=>{'
        'if(scene!=="0")return;const g=document.getElementById("c").getContext("2d");g.clearRect(0,0,200,100);'
        'g.fillStyle="#fd0";g.fillRect(0,0,ms/5,100)}</script>',
    ),
    "an element that a script moves": Feature(
        _BOX,
        '<div class="b" id="e">Script</div><script>window.castadSeek=(scene,ms)=>{if(scene!=="0")return;'
        'const e=document.getElementById("e");e.style.left=ms/8+"px";e.textContent=Math.round(ms/100)+""}</script>',
    ),
    "an element that a script moves by transform": Feature(
        _BOX,
        '<div class="b" id="e">Script</div><script>window.castadSeek=(scene,ms)=>{if(scene!=="0")return;'
        'document.getElementById("e").style.transform=`translateX(${ms/8}px)`}</script>',
    ),
    "an animation made by a script": Feature(
        _BOX,
        '<div class="b" id="e">Script</div><script>document.getElementById("e").animate('
        '[{transform:"translateX(-30px)"},{transform:"translateX(80px)"}],{duration:900,fill:"both"})</script>',
        "sprite",
    ),
    "a transition made by a script": Feature(
        _BOX + ".b{transition:transform 900ms linear}",
        '<div class="b" id="e">Script</div><script>{const e=document.getElementById("e");e.getBoundingClientRect();'
        'e.style.transform="translateX(80px)"}</script>',
    ),
    "an svg's own animation": Feature(
        "svg{position:absolute;left:40px;top:60px}",
        '<svg width="200" height="100"><rect width="20" height="100" fill="#fd0"><animate attributeName="width" '
        'from="20" to="200" dur="1s" fill="freeze"/></rect></svg>',
    ),
    "a photograph that fades and shrinks": Feature(
        "@keyframes a{from{opacity:.2;transform:scale(.5)}to{opacity:1;transform:none}}"
        ".photo{animation:a 900ms linear both}",
        "",
        "media",
    ),
    "multiplied with the photograph": Feature(_BOX + ".b{mix-blend-mode:multiply}", '<div class="b">Multiply</div>'),
    "screened while it moves and fades": Feature(
        _BOX + "@keyframes a{from{opacity:0;transform:translateX(-40px)}to{opacity:1;transform:none}}"
        ".b{mix-blend-mode:screen;animation:a 900ms linear both}",
        '<div class="b">Screen</div>',
    ),
    "overlay": Feature(_BOX + ".b{mix-blend-mode:overlay;background:#c2f}", '<div class="b">Overlay</div>'),
    "soft light": Feature(_BOX + ".b{mix-blend-mode:soft-light;background:#fd0}", '<div class="b">Soft</div>'),
    "difference": Feature(_BOX + ".b{mix-blend-mode:difference;background:#fff}", '<div class="b">Difference</div>'),
    "luminosity": Feature(_BOX + ".b{mix-blend-mode:luminosity}", '<div class="b">Luminosity</div>'),
    "colour": Feature(_BOX + ".b{mix-blend-mode:color}", '<div class="b">Colour</div>'),
    "darken": Feature(_BOX + ".b{mix-blend-mode:darken;background:#888}", '<div class="b">Mode</div>'),
    "lighten": Feature(_BOX + ".b{mix-blend-mode:lighten;background:#888}", '<div class="b">Mode</div>'),
    "color-dodge": Feature(_BOX + ".b{mix-blend-mode:color-dodge;background:#654}", '<div class="b">Mode</div>'),
    "color-burn": Feature(_BOX + ".b{mix-blend-mode:color-burn;background:#cba}", '<div class="b">Mode</div>'),
    "hard-light": Feature(_BOX + ".b{mix-blend-mode:hard-light;background:#c2f}", '<div class="b">Mode</div>'),
    "exclusion": Feature(_BOX + ".b{mix-blend-mode:exclusion;background:#fd0}", '<div class="b">Mode</div>'),
    "hue": Feature(_BOX + ".b{mix-blend-mode:hue;background:#f60}", '<div class="b">Mode</div>'),
    "saturation": Feature(_BOX + ".b{mix-blend-mode:saturation;background:#f60}", '<div class="b">Mode</div>'),
    "plus-lighter": Feature(_BOX + ".b{mix-blend-mode:plus-lighter;background:#346}", '<div class="b">Mode</div>'),
    "a group that fades over parts that move across each other": Feature(
        _BOX
        + _GO
        + ".g{opacity:.5}.b{animation:go 900ms linear both}.c{position:absolute;left:110px;top:80px;width:90px;"
        "height:90px;background:#06c}",
        '<div class="g"><div class="c"></div><div class="b">Group</div></div>',
    ),
    "a fading group in a fading group": Feature(
        _BOX + _GO + "@keyframes a{from{opacity:.2}to{opacity:.9}}.g{animation:a 900ms linear both}.h{opacity:.6}"
        ".b{animation:go 900ms linear both}"
        ".c{position:absolute;left:110px;top:80px;width:90px;height:90px;background:#06c}",
        '<div class="g"><div class="c"></div><div class="h"><div class="c" style="top:40px;background:#0c6"></div>'
        '<div class="b">Group</div></div></div>',
    ),
    "a painted group that is faint and whose part moves": Feature(
        _BOX + _GO + ".g{position:absolute;inset:20px;background:#049;opacity:.5;transform:translateX(12px)}"
        ".b{animation:go 900ms linear both}",
        '<div class="g"><div class="b">Group</div></div>',
    ),
    "a pane of frosted glass": Feature(
        _BOX + ".b{background:rgba(255,255,255,.2);backdrop-filter:blur(8px);border-radius:16px}"
        ".c{position:absolute;left:30px;top:90px;width:200px;height:20px;background:#06c}",
        '<div class="c"></div><div class="b">Glass</div>',
    ),
    "glass without a colour that comes and moves": Feature(
        _BOX + "@keyframes a{from{opacity:.2;transform:translateX(-30px)}to{opacity:1;transform:none}}"
        ".b{background:none;backdrop-filter:invert(1) brightness(.8);animation:a 900ms linear both}"
        ".c{position:absolute;left:30px;top:90px;width:200px;height:20px;background:#06c}",
        '<div class="c"></div><div class="b"></div>',
    ),
    "glass that clears": Feature(
        _BOX
        + "@keyframes a{from{backdrop-filter:grayscale(1) contrast(1.6)}to{backdrop-filter:grayscale(0) contrast(1)}}"
        ".b{background:none;animation:a 900ms linear both;border-radius:50%}"
        ".c{position:absolute;left:30px;top:90px;width:200px;height:20px;background:#f60}",
        '<div class="c"></div><div class="b"></div>',
    ),
    "glass inside a group that fades": Feature(
        _BOX + "@keyframes a{from{opacity:.2}to{opacity:.9}}.g{position:absolute;inset:0;animation:a 900ms linear both}"
        ".b{background:none;backdrop-filter:invert(1)}"
        ".c{position:absolute;left:30px;top:90px;width:200px;height:20px;background:#f60}",
        '<div class="g"><div class="c"></div><div class="b"></div></div>',
    ),
    "a photograph without its colours": Feature(
        ".photo{filter:sepia(.8) brightness(.9) hue-rotate(40deg)}", "", "media"
    ),
    "a photograph that comes into focus": Feature(
        "@keyframes a{from{filter:blur(14px) saturate(1.4)}to{filter:blur(0) saturate(1)}}"
        ".photo{inset:30px 40px;animation:a 900ms linear both;border-radius:12px;overflow:hidden}",
        "",
        "media",
    ),
    "a photograph that is turned": Feature(
        "@keyframes a{from{transform:rotate(-8deg) scale(.7)}to{transform:rotate(20deg) scale(.5)}}"
        ".photo{animation:a 900ms linear both;border-radius:30px;overflow:hidden}",
        "",
        "media",
    ),
    "a photograph that blends": Feature(
        '[data-scene="0"]::before{content:"";position:absolute;inset:0;background:linear-gradient(90deg,#f60,#06f)}'
        ".photo{mix-blend-mode:multiply;inset:30px 40px}",
        "",
    ),
    "a photograph with a frame and a shadow": Feature(
        ".photo{inset:30px 40px;border:solid #fff;border-width:12px 16px;border-radius:24px 60px;"
        "box-shadow:0 8px 20px #000;overflow:hidden}",
        "",
    ),
    "a round photograph": Feature(".photo{inset:30px 40px;border-radius:50%;overflow:hidden}", "", "media"),
}
