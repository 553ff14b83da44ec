"""What fewer designers use: name -> (style sheet, mark-up inside the first scene)."""

from __future__ import annotations

from features import Feature

SELDOM: dict[str, Feature] = {
    "two masks of which one is cut out of the other": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{mask:linear-gradient(#000 0 0) content-box,linear-gradient(#000 0 0);mask-composite:exclude;"
        "padding:12px;animation:go 900ms linear both}",
        '<div class="b">Ring</div>',
    ),
    "a drawing as a mask": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{mask-image:url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'%"
        "3E%3Ccircle cx='5' cy='5' r='5'/%3E%3C/svg%3E\");mask-size:100% 100%;"
        "animation:go 900ms linear both}",
        '<div class="b">M</div>',
    ),
    "a drawing's filter": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{filter:url(#t);"
        "animation:go 900ms linear both}",
        '<svg width="0" height="0" style="position:absolute"><filter id="t">'
        '<feTurbulence type="turbulence" baseFrequency=".03" numOctaves="2"/>'
        '<feDisplacementMap in="SourceGraphic" scale="14"/></filter></svg><div class="b">Wave</div>',
    ),
    "a drawing's filter that moves": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}.b{filter:url(#t)}",
        '<svg width="0" height="0" style="position:absolute"><filter id="t">'
        '<feGaussianBlur stdDeviation="0">'
        '<animate attributeName="stdDeviation" from="8" to="0" dur="0.9s" fill="freeze"/>'
        '</feGaussianBlur></filter></svg><div class="b">Blur</div>',
    ),
    "two animations of one property": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        "@keyframes c{from{transform:rotate(0)}to{transform:rotate(40deg)}}"
        ".b{animation:a 900ms linear both,c 900ms linear both;animation-composition:replace,add}",
        '<div class="b">Add</div>',
    ),
    "an animation on top of a transform": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{transform:translateX(20px)}@keyframes a{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}.b{animation:a 900ms linear both;"
        "animation-composition:accumulate}",
        '<div class="b">Add</div>',
    ),
    "a drawing's clip path": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{clip-path:url(#k);animation:go 900ms linear both}",
        '<svg width="0" height="0" style="position:absolute">'
        '<clipPath id="k" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" r=".5"/></clipPath>'
        '</svg><div class="b">Url</div>',
    ),
    "a drawing's copies, and text on a path": Feature(
        ".s{position:absolute;left:20px;top:20px}@keyframes a{to{transform:rotate(50deg)}}"
        ".u{transform-box:fill-box;transform-origin:center;animation:a 900ms linear both}",
        '<svg class="s" width="280" height="200"><defs><g id="st">'
        '<rect width="40" height="40" fill="#fd0"/></g></defs><use class="u" href="#st" x="30" y="30"/>'
        '<use href="#st" x="120" y="90"/><path id="pp" d="M20 180 C80 60 200 60 260 180" fill="none"/>'
        '<text fill="#fff" font-size="20"><textPath href="#pp">Along the path</textPath></text></svg>',
    ),
    "a path that changes its shape": Feature(
        ".s{position:absolute;left:20px;top:20px}@keyframes a{from{d:path('M10 10 L100 10 L100 100 Z')}"
        "to{d:path('M10 60 L200 10 L150 150 Z')}}.p{animation:a 900ms linear both}",
        '<svg class="s" width="280" height="200"><path class="p" d="M10 10 L100 10 L100 100 Z" fill="#f60"/></svg>',
    ),
    "a mask inside a drawing that moves": Feature(
        ".s{position:absolute;left:20px;top:20px}@keyframes a{from{transform:translateX(-100px)}"
        "to{transform:translateX(60px)}}.p{animation:a 900ms linear both}",
        '<svg class="s" width="280" height="200"><mask id="mm">'
        '<rect class="p" width="120" height="200" fill="#fff"/></mask>'
        '<rect width="260" height="150" fill="#0af" mask="url(#mm)"/></svg>',
    ),
    "a ray to move along": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{offset-distance:0}to{offset-distance:80px}}.b{width:40px;height:30px;"
        "offset-path:ray(45deg closest-side);offset-rotate:auto 30deg;animation:a 900ms linear both}",
        '<div class="b"></div>',
    ),
    "vertical writing": Feature(
        ".v{position:absolute;right:40px;top:20px;writing-mode:vertical-rl;font-size:24px}"
        "@keyframes a{from{opacity:0;transform:translateY(20px)}}.v{animation:a 900ms linear both}",
        '<p class="v">Vertical text</p>',
    ),
    "words of vertical writing, one after the other": Feature(
        ".v{position:absolute;right:40px;top:20px;height:200px;writing-mode:vertical-rl;font-size:24px}"
        "@keyframes a{from{opacity:0;translate:0 20px}}.v .word{animation:a 600ms linear both;"
        "animation-delay:calc(var(--i)*90ms)}",
        '<p class="v"><span class="word" style="--i:0;display:inline-block">Vertical</span>'
        ' <span class="word" style="--i:1;display:inline-block">text</span></p>',
    ),
    "a marker's line by the size of a background": Feature(
        ".u{position:absolute;left:30px;top:80px;font-size:34px;"
        "background:linear-gradient(#f60,#f60) 0 100%/0 8px no-repeat}"
        "@keyframes a{to{background-size:100% 8px}}.u{animation:a 900ms linear both}",
        '<span class="u">Highlight</span>',
    ),
    "content visibility": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{content-visibility:auto;animation:go 900ms linear both}",
        '<div class="b">Auto</div>',
    ),
    "backgrounds that stand still": Feature(
        ".b,.c{position:absolute;left:60px;top:60px;width:120px;height:90px;"
        "background:linear-gradient(45deg,#f06,#0cf,#fd0) fixed}.c{left:90px;top:80px}"
        "@keyframes a{from{opacity:0}}.b,.c{animation:a 900ms linear both}.c{animation-duration:600ms}",
        '<div class="b">One</div><div class="c">Two</div>',
    ),
    "a border of a gradient": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{border:12px solid;border-image:linear-gradient(45deg,#fd0,#06f) 1;"
        "animation:go 900ms linear both}",
        '<div class="b"></div>',
    ),
    "an easing by points": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{animation:go 900ms linear(0,.2 10%,1.3 60%,.9 80%,1) both}",
        '<div class="b">Ease</div>',
    ),
    "an animation without an end that began before": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{animation:go 400ms ease-in-out -130ms infinite alternate-reverse both}",
        '<div class="b">Alt</div>',
    ),
    "an animation that the style sheet pauses": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{animation:go 900ms -300ms linear paused both}",
        '<div class="b">Paused</div>',
    ),
    "no size, and a mirrored one": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{transform:scale(0)}50%{transform:scaleX(-1)}to{transform:scale(1,-1)}}"
        ".b{animation:a 900ms linear both}",
        '<div class="b">Flip</div>',
    ),
    "zoom": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{zoom:1.3;"
        "animation:go 900ms linear both}",
        '<div class="b">Zoom</div>',
    ),
    "zoom of a group whose part moves": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.g{zoom:.7}"
        ".b{animation:go 900ms linear both}",
        '<div class="g"><div class="b">Zoom</div></div>',
    ),
    "a zoom that changes": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{zoom:.5}to{zoom:1.2}}.b{animation:a 900ms linear both}",
        '<div class="b">Zoom</div>',
    ),
    "a number that counts": Feature(
        ".b{position:absolute;left:60px;top:60px;font-size:60px}@property --n{syntax:'<integer>';"
        "inherits:false;initial-value:0}@keyframes a{from{--n:0}to{--n:240}}"
        ".b{animation:a 900ms linear both;counter-reset:n var(--n)}.b::after{content:counter(n)}",
        '<div class="b"></div>',
    ),
    "a container query": Feature(
        ".g{position:absolute;left:20px;top:40px;container-type:inline-size;background:#024;height:100px}"
        "@keyframes a{from{width:80px}to{width:260px}}.g{animation:a 900ms linear both}.c{color:#f60}"
        "@container (min-width:160px){.c{color:#0f0;font-size:40px}}",
        '<div class="g"><div class="c">Query</div></div>',
    ),
    "sizes by a container's": Feature(
        ".g{position:absolute;left:20px;top:40px;container-type:inline-size;height:100px}"
        "@keyframes a{from{width:80px}to{width:260px}}.g{animation:a 900ms linear both}"
        ".c{font-size:20cqw}",
        '<div class="g"><div class="c">Query</div></div>',
    ),
    "a box that a script scrolls": Feature(
        ".g{position:absolute;left:20px;top:40px;width:200px;height:100px;overflow:hidden;background:#024}",
        '<div class="g" id="g"><div style="height:400px;background:linear-gradient(#f60,#06c)">Long<br>'
        "scroll<br>text<br>goes<br>on</div></div><script>window.castadSeek=(s,ms)=>"
        '{if(s==="0")document.getElementById("g").scrollTop=ms/4}</script>',
    ),
    "a shadow root in which something moves": Feature(
        ".h{position:absolute;left:60px;top:60px}",
        '<div class="h" id="h"></div><script>'
        '{const r=document.getElementById("h").attachShadow({mode:"open"});r.innerHTML="<style>'
        "@keyframes a{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.k{width:100px;"
        "height:60px;background:#f60;animation:a 900ms linear both paused}</style><div class=k>"
        'Shadow</div>"}</script>',
    ),
    "a shadow root around a part that moves": Feature(
        ".h{position:absolute;left:60px;top:60px}.k{animation:go 900ms linear both}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        '<div class="h" id="h"><span class="k">Slotted</span></div><script>'
        '{const r=document.getElementById("h").attachShadow({mode:"open"});'
        "r.innerHTML=\"<div style='background:#06c;padding:10px'><slot></slot></div>\"}</script>",
    ),
    "a grid's tracks that change": Feature(
        ".g{position:absolute;inset:20px;display:grid;gap:6px}.g div{background:#06c}"
        "@keyframes a{from{grid-template-columns:1fr 3fr}to{grid-template-columns:3fr 1fr}}"
        ".g{animation:a 900ms linear both}",
        '<div class="g"><div>One</div><div>Two</div></div>',
    ),
    "a colour that is inherited and changes": Feature(
        ".g{position:absolute;left:30px;top:40px}@keyframes a{from{color:#f00}to{color:#0ff}}"
        ".g{animation:a 900ms linear both}.c{border:4px solid currentColor}"
        ".d{animation:go 900ms linear both}@keyframes go{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}",
        '<div class="g"><div class="c">Colour</div><div class="d">Moves too</div></div>',
    ),
    "a custom property that is inherited and changes": Feature(
        ".g{position:absolute;inset:0}@property --h{syntax:'<number>';inherits:true;initial-value:0}"
        "@keyframes a{from{--h:0}to{--h:200}}.g{animation:a 900ms linear both}.c{position:absolute;"
        "left:40px;top:40px;width:100px;height:80px;background:hsl(var(--h) 90% 50%)}"
        ".d{position:absolute;left:calc(20px + var(--h)*.5px);top:140px;width:60px;height:40px;"
        "background:#fd0}",
        '<div class="g"><div class="c"></div><div class="d"></div></div>',
    ),
    "glass that ends with its group": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".g{position:absolute;inset:0;filter:saturate(1.2)}.b{background:none;backdrop-filter:invert(1)}"
        ".c{position:absolute;left:30px;top:90px;width:200px;height:20px;background:#f60}",
        '<div class="g"><div class="c"></div><div class="b"></div></div>',
    ),
    "a blend in a round frame": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:40px;top:40px;width:160px;height:130px;overflow:hidden;"
        "border-radius:30px}.b{left:20px;top:20px;mix-blend-mode:difference;"
        "animation:go 900ms linear both}",
        '<div class="g"><div class="b">Diff</div></div>',
    ),
    "an eye that moves": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{perspective-origin:0 0}to{perspective-origin:100% 100%}}.s{position:absolute;"
        "inset:0;perspective:300px;animation:a 900ms linear both}.b{transform:rotateY(40deg)}",
        '<div class="s"><div class="b">Depth</div></div>',
    ),
    "a cube that turns": Feature(
        ".s{position:absolute;inset:0;perspective:500px}.c{position:absolute;left:110px;top:70px;"
        "width:100px;height:100px;transform-style:preserve-3d;animation:a 900ms linear both}"
        "@keyframes a{from{transform:rotateY(0) rotateX(10deg)}"
        "to{transform:rotateY(120deg) rotateX(10deg)}}.f{position:absolute;inset:0;opacity:.9}",
        '<div class="s"><div class="c"><div class="f" style="background:#f60;transform:translateZ(50px)">'
        'A</div><div class="f" style="background:#06c;transform:rotateY(90deg) translateZ(50px)">B</div>'
        '<div class="f" style="background:#0c6;transform:rotateY(180deg) translateZ(50px)">C</div></div>'
        "</div>",
    ),
    "a turn about an axis of its own": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{rotate:x -50deg}to{rotate:1 1 0 60deg}}.b{animation:a 900ms linear both}",
        '<div class="b">Axis</div>',
    ),
    "one that comes nearer": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".s{position:absolute;inset:0;perspective:300px}@keyframes a{from{translate:0 0 -200px}"
        "to{translate:0 0 80px}}.b{animation:a 900ms linear both}",
        '<div class="s"><div class="b">Near</div></div>',
    ),
    "a group without a box": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{display:contents;opacity:.3}.b{animation:go 900ms linear both}",
        '<div class="g"><div class="b">Contents</div></div>',
    ),
    "a table with common borders": Feature(
        ".t{position:absolute;left:30px;top:40px;border-collapse:collapse}td{border:2px solid #fff;"
        "padding:6px}@keyframes a{from{background:#000}to{background:#06c}}"
        "td.k{animation:a 900ms linear both}",
        '<table class="t"><tr><td>One</td><td class="k">Two</td></tr></table>',
    ),
    "a typewriter": Feature(
        ".b{position:absolute;left:30px;top:80px;font-size:30px;overflow:hidden;white-space:nowrap;"
        "border-right:3px solid #fff}@keyframes a{from{width:0}to{width:10ch}}"
        ".b{animation:a 900ms steps(10) both}",
        '<p class="b">Typewriter</p>',
    ),
    "many small parts": Feature(
        ".p{position:absolute;width:4px;height:4px;border-radius:50%;background:#fff;animation:a 900ms linear both}"
        "@keyframes a{from{transform:translateY(60px);opacity:0}}",
        "".join(
            f'<i class="p" style="left:{n * 37 % 310}px;top:{n * 53 % 230}px;animation-delay:{n % 10 * 20}ms"></i>'
            for n in range(120)
        ),
    ),
    "a fixed position": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{position:fixed;"
        "left:auto;right:20px;animation:go 900ms linear both}",
        '<div class="b">Fixed</div>',
    ),
    "a sticky position": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{position:sticky;top:10px;background:#f60;width:100px;animation:go 900ms linear both}"
        ".g{position:absolute;left:40px;top:30px;height:180px;width:200px}",
        '<div class="g"><div style="height:60px"></div><div class="b">Sticky</div></div>',
    ),
    "a first letter and a list's marks": Feature(
        ".u{position:absolute;left:50px;top:60px;font-size:24px}.u::first-letter{font-size:50px;"
        "color:#fd0}@keyframes a{from{transform:translateX(-20px)}}.u{animation:a 900ms linear both}"
        "li::marker{color:#f60;content:'★ '}",
        '<p class="u">Initial letter</p><ul style="position:absolute;left:60px;top:150px"><li>One</li></ul>',
    ),
    "one positioned past what cuts off": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".o{position:static;overflow:hidden;width:60px;height:40px;background:#024}.b{position:absolute;"
        "left:100px;top:100px;width:120px;height:60px;background:#f60;animation:go 900ms linear both}",
        '<div class="o"><div class="b">Escapes</div></div>',
    ),
    "one positioned past it within a frame": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:40px;top:40px;width:240px;height:160px}.o{overflow:hidden;width:100px;"
        "height:40px;background:#024}.b{position:absolute;left:20px;top:20px;width:120px;height:60px;"
        "background:#f60;animation:go 900ms linear both}",
        '<div class="g"><div class="o"><div class="b">Escapes</div></div></div>',
    ),
    "a fixed one past what cuts off": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".o{position:relative;overflow:hidden;width:60px;height:40px;background:#024}.b{position:fixed;"
        "left:100px;top:100px;width:120px;height:60px;background:#f60;animation:go 900ms linear both}",
        '<div class="o"><div class="b">Escapes</div></div>',
    ),
    "paint that is contained": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".o{position:absolute;left:60px;top:60px;contain:paint;width:100px;height:60px;background:#024}"
        ".b{width:160px;height:40px;background:#f60;animation:go 900ms linear both}",
        '<div class="o"><div class="b">Clipped</div></div>',
    ),
    "one cut off at its sides alone": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:60px;top:80px;width:120px;height:40px;overflow-x:clip;"
        "overflow-y:visible;background:#024}.c{width:120px;height:90px;background:#fd0;"
        "animation:go 900ms linear both}",
        '<div class="g"><div class="c">X only</div></div>',
    ),
    "a word in a line, which has no transform": Feature(
        "p{position:absolute;left:30px;top:80px;font-size:30px}b{animation:go 900ms linear both;"
        "color:#fd0}@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        "<p>An <b>inline</b> word</p>",
    ),
    "words that the style sheet counts, among text": Feature(
        "p{position:absolute;left:20px;top:40px;width:200px;font-size:28px}p b{display:inline-block;"
        "animation:a 600ms linear both}p b:nth-child(2){animation-delay:150ms}"
        "@keyframes a{from{opacity:0;transform:translateY(1em)}}",
        "<p>First <b>second</b> and then <b>third</b> on more lines</p>",
    ),
    "one seen in what is hidden": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{visibility:hidden;position:absolute;inset:0;background:#0f0;animation:go 900ms linear both}"
        ".b{visibility:visible}.c{position:absolute;left:10px;top:10px}",
        '<div class="g"><div class="c">Hidden</div><div class="b">Visible</div></div>',
    ),
    "keyframes with a custom property": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{--d:70px}@keyframes a{from{transform:translateX(calc(var(--d)*-1))}"
        "to{transform:translateX(var(--d))}}.b{animation:a 900ms linear both}",
        '<div class="b">Var</div>',
    ),
    "a ring that fills": Feature(
        ".b{position:absolute;left:80px;top:60px;width:120px;height:120px;border-radius:50%;"
        "mask:radial-gradient(transparent 46px,#000 47px)}@property --p{syntax:'<angle>';inherits:false;"
        "initial-value:0deg}@keyframes a{to{--p:300deg}}"
        ".b{background:conic-gradient(#f60 var(--p),#fff3 0);animation:a 900ms linear both}",
        '<div class="b"></div>',
    ),
    "letters around a circle that turns": Feature(
        ".g{position:absolute;left:160px;top:120px;animation:a 900ms linear both}"
        ".g span{position:absolute;transform:rotate(calc(var(--i)*30deg)) translateY(-70px)}"
        "@keyframes a{to{rotate:60deg}}",
        '<div class="g"><span style="--i:0">A</span><span style="--i:1">R</span><span style="--i:2">'
        'O</span><span style="--i:3">U</span><span style="--i:4">N</span><span style="--i:5">D</span>'
        "</div>",
    ),
    "a scene that zooms": Feature(
        '[data-scene="0"]{animation:a 900ms linear both}@keyframes a{from{transform:scale(1.3)}'
        "to{transform:scale(.8) rotate(4deg)}}.b{position:absolute;left:60px;top:60px;width:120px;"
        "height:90px;background:#f60;color:#fff}",
        '<div class="b">In scene</div>',
    ),
    "a scene that blurs": Feature(
        '[data-scene="0"]{animation:a 900ms linear both}@keyframes a{from{filter:blur(0)}'
        "to{filter:blur(8px)}}.b{position:absolute;left:60px;top:60px;width:120px;height:90px;"
        "background:#f60;color:#fff}",
        '<div class="b">In scene</div>',
    ),
    "a scene that opens as a circle": Feature(
        '[data-scene="0"]{animation:a 900ms linear both}@keyframes a{from{clip-path:circle(10%)}'
        "to{clip-path:circle(70%)}}.b{position:absolute;left:60px;top:60px;width:120px;height:90px;"
        "background:#f60;color:#fff}",
        '<div class="b">In scene</div>',
    ),
    "a photograph in depth": Feature(
        '[data-scene="0"]{perspective:600px}.photo{transform:translateZ(-60px)}'
        ".b{transform:translateZ(40px)}.b{position:absolute;left:60px;top:60px;width:120px;height:90px;"
        "background:#f60;color:#fff}",
        '<div class="b">Depth</div>',
    ),
    "an animation that leaves nothing behind": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{animation:go 400ms 200ms linear}",
        '<div class="b">None</div>',
    ),
    "text over which light moves": Feature(
        "h2{position:absolute;left:20px;top:80px;font-size:46px;"
        "background:linear-gradient(90deg,#fff 40%,#f60 50%,#fff 60%) 0 0/200% 100%;background-clip:text;"
        "color:transparent;animation:a 900ms linear both}@keyframes a{from{background-position:100% 0}"
        "to{background-position:0 0}}",
        "<h2>Shimmer</h2>",
    ),
    "a drawing's colour from another drawing": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".s{position:absolute;left:60px;top:60px;animation:go 900ms linear both}",
        '<svg width="0" height="0" style="position:absolute"><linearGradient id="gg">'
        '<stop stop-color="#f06"/><stop offset="1" stop-color="#0cf"/></linearGradient></svg>'
        '<svg class="s" width="120" height="80"><rect width="120" height="80" rx="20" fill="url(#gg)"/>'
        "</svg>",
    ),
    "a float that moves": Feature(
        ".f{float:left;width:80px;height:60px;background:#f60;animation:go 900ms linear both}"
        ".g{position:absolute;left:30px;top:50px;width:260px;font-size:16px}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        '<div class="g"><div class="f"></div>Words flow around the floating box and below it, on and on.</div>',
    ),
    "an order in a row": Feature(
        ".r{position:absolute;left:40px;top:60px;display:flex}.r div{width:100px;height:80px;"
        "margin-right:-30px}.a{background:#f60;z-index:2;animation:go 900ms linear both}"
        ".c{background:#06c;z-index:1}.d{background:#0c6}@keyframes go{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}",
        '<div class="r"><div class="a"></div><div class="c"></div><div class="d"></div></div>',
    ),
    "one behind the photograph": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{z-index:-1;"
        "animation:go 900ms linear both}.photo{opacity:.6}",
        '<div class="b">Behind</div>',
    ),
    "what stands behind its content blends": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b::after{content:'';position:absolute;left:60px;top:-30px;width:100px;height:100px;"
        "background:#0cf;mix-blend-mode:multiply}",
        '<div class="b">Blend</div>',
    ),
    "the same of one that moves": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{animation:go 900ms linear both}.b::after{content:'';position:absolute;left:60px;top:-30px;"
        "width:100px;height:100px;background:#0cf;mix-blend-mode:multiply}",
        '<div class="b">Blend</div>',
    ),
    "a pane over parts that move": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:60px;top:60px;width:160px;height:90px;background:#024}"
        ".g::after{content:'';position:absolute;inset:20px 60px;background:#fd0}.b{width:60px;"
        "height:60px;background:#f60;animation:go 900ms linear both}",
        '<div class="g"><div class="b"></div></div>',
    ),
    "one that lies under what its element stands on": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:60px;top:60px;width:160px;height:90px}.g::before{content:'';"
        "position:absolute;inset:-10px;background:#024;z-index:-1}.b{width:60px;height:60px;"
        "background:#f60;animation:go 900ms linear both}",
        '<div class="g"><div class="b"></div></div>',
    ),
    "a script that sets a custom property of the page": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{transform:translateX(calc(var(--x,0)*1px))}",
        '<div class="b">Var</div><script>window.castadSeek=(s,ms)=>'
        '{if(s==="0")document.documentElement.style.setProperty("--x",ms/10)}</script>',
    ),
    "a script that sets one of the stage": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{transform:translateX(calc(var(--x,0)*1px))}",
        '<div class="b">Var</div><script>window.castadSeek=(s,ms)=>'
        '{if(s==="0")document.getElementById("stage").style.setProperty("--x",ms/10)}</script>',
    ),
    "a script that writes a style sheet": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}",
        '<div class="b">Rule</div><style id="r"></style><script>window.castadSeek=(s,ms)=>'
        '{if(s==="0")document.getElementById("r").textContent=".b{transform:translateX("+ms/10+"px)}"}'
        "</script>",
    ),
    "a script that changes a class": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b.on{background:#0c6;width:200px}",
        '<div class="b" id="e">Class</div><script>window.castadSeek=(s,ms)=>'
        '{if(s==="0")document.getElementById("e").classList.toggle("on",ms>400)}</script>',
    ),
    "letters that a script parts and moves": Feature(
        ".l{display:inline-block}h2{position:absolute;left:20px;top:80px;font-size:44px}",
        '<h2 id="h">Letters</h2><script>{const h=document.getElementById("h");const t=h.textContent;'
        'h.textContent="";[...t].forEach((c,i)=>{const s=document.createElement("span");s.className="l";'
        's.textContent=c;h.append(s);s.animate([{transform:"translateY(40px)",opacity:0}'
        ',{transform:"none",opacity:1}],{duration:400,delay:i*50,fill:"both",easing:"ease-out"})})}'
        "</script>",
    ),
    "one positioned in what is turned and stands in the flow": Feature(
        ".t{margin:60px 0 0 60px;width:120px;height:80px;background:#f60;transform:rotate(8deg);opacity:.9}"
        ".k{position:absolute;right:-20px;bottom:-20px;width:40px;height:40px;background:#0cf;"
        "animation:go 500ms linear both}@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        '<div class="t"><div class="k"></div>Static</div>',
    ),
    "what stands behind the content of one that moves in the flow": Feature(
        ".s{height:40px}.t{margin:60px 0 0 60px;width:120px;height:80px;background:#f60;animation:go 900ms linear both}"
        ".t::after{content:'';position:absolute;right:-20px;bottom:-20px;width:40px;height:40px;background:#0cf}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        '<div class="s"></div><div class="t">Static</div>',
    ),
    "words that the style sheet counts, and other selectors": Feature(
        "p{position:absolute;left:30px;top:60px}p b:first-child{color:#fd0}::selection{color:red}"
        "li:first-child::marker,::first-line{color:#fff}b{display:inline-block;animation:go 900ms linear both}"
        "b+b{color:#0cf}@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        "<p>One <b>two</b> three <b>four</b></p>",
    ),
}
