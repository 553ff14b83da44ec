"""Photographs inside what designers put around them: name -> style sheet, mark-up of the first scene, how it is had."""

from __future__ import annotations

from typing import NamedTuple


class Grouped(NamedTuple):
    """``drawn``: the browser has to draw the photograph; else it is seen through weights, ``most`` pictures of them."""

    css: str
    body: str
    drawn: bool = False
    most: int = 3


_PHOTO = '<div class="photo" data-media="0"></div>'
_IN = f'<div class="g">{_PHOTO}</div>'
_G = ".g{position:absolute;inset:30px 40px}"
_GO = "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
_MOVES = ".photo{animation:go 900ms linear both}"

GROUPED: dict[str, Grouped] = {
    "a still mask": Grouped(_G + ".g{mask-image:linear-gradient(90deg,#000,transparent)}", _IN, most=1),
    "a mask that wipes it in": Grouped(
        "@keyframes a{from{mask-position:100% 0}to{mask-position:0 0}}"
        + _G
        + ".g{mask-image:linear-gradient(90deg,#000 45%,transparent 55%);mask-size:300% 100%;"
        "animation:a 900ms linear both}",
        _IN,
    ),
    "its own mask that wipes it in by a custom property": Grouped(
        "@property --to{syntax:'<percentage>';inherits:false;initial-value:0%}@keyframes a{from{--to:0%}to{--to:110%}}"
        ".photo{mask-image:linear-gradient(100deg,#000 var(--to),transparent calc(var(--to) + 12%));"
        "animation:a 900ms linear both}",
        _PHOTO,
    ),
    "a clip path that opens": Grouped(
        "@keyframes a{from{clip-path:circle(0 at 50% 50%)}to{clip-path:circle(75% at 50% 50%)}}"
        ".photo{animation:a 900ms ease-out both}",
        _PHOTO,
    ),
    "a polygon that changes": Grouped(
        "@keyframes a{from{clip-path:polygon(0 0,20% 0,0 100%,0 100%)}"
        "to{clip-path:polygon(0 0,100% 0,80% 100%,0 100%)}}" + _G + ".g{animation:a 900ms linear both}",
        _IN,
    ),
    "round corners around one that moves": Grouped(
        _G + _GO + _MOVES + ".g{overflow:hidden;border-radius:40px}", _IN, most=3
    ),
    "a turned frame around one that is still": Grouped(
        _G + ".g{overflow:hidden;rotate:8deg;border-radius:12px}", _IN, most=1
    ),
    "a mask that comes and moves": Grouped(
        _G
        + "@keyframes a{from{opacity:.2;transform:translateX(-31.3px) scale(.8)}to{opacity:1;transform:none}}"
        + ".g{mask-image:radial-gradient(#000 40%,transparent 70%);animation:a 900ms linear both}",
        _IN,
        most=1,
    ),
    "a mask over words, panes and two photographs": Grouped(
        _G + _GO + ".g{mask-image:linear-gradient(180deg,#000 50%,transparent);background:#024}.photo{inset:0 50% 0 0}"
        ".two{left:50%;right:10px;opacity:.6;border-radius:20px;overflow:hidden}"
        ".p{position:absolute;left:60px;top:50px;width:120px;height:60px;background:#f60;opacity:.7;"
        "animation:go 900ms linear both}",
        f'<div class="g">{_PHOTO}<div class="photo two" data-media="0"></div><div class="p">Words</div></div>',
    ),
    "a masked group that blends": Grouped(
        _G + ".g{mask-image:linear-gradient(90deg,#000,transparent);mix-blend-mode:screen}"
        '[data-scene="0"]::before{content:"";position:absolute;inset:0;background:linear-gradient(90deg,#f60,#06f)}',
        _IN,
        most=1,
    ),
    "a masked group in one that fades": Grouped(
        _G
        + "@keyframes a{from{opacity:.1}to{opacity:.9}}.f{position:absolute;inset:0;animation:a 900ms linear both}"
        + ".g{mask-image:linear-gradient(90deg,#000,transparent)}.p{position:absolute;inset:90px 20px;background:#f60}",
        f'<div class="f">{_IN}<div class="p">Words</div></div>',
        most=1,
    ),
    "an outline": Grouped(".photo{inset:30px 40px;outline:4px solid #fff;outline-offset:6px}", _PHOTO, most=1),
    "an ::after": Grouped(
        '.photo::after{content:"new";position:absolute;left:20px;top:30px;background:#f60;padding:4px}', _PHOTO, most=1
    ),
    "words inside": Grouped(
        _GO + ".photo b{position:absolute;left:60px;top:90px;background:#048;animation:go 900ms linear both}",
        '<div class="photo" data-media="0"><b>Inside</b></div>',
    ),
    "a pane of glass that ends with its group": Grouped(
        _G + ".g{opacity:.7}.p{position:absolute;inset:40px 60px;backdrop-filter:invert(1) blur(2px)}",
        f'<div class="g">{_PHOTO}<div class="p"></div></div>',
        drawn=True,
        most=1,
    ),
    "a filter": Grouped(_G + ".g{filter:grayscale(1) contrast(1.3)}", _IN, drawn=True, most=1),
    "a blur that clears": Grouped(
        _G + "@keyframes a{from{filter:blur(12px)}to{filter:blur(0)}}.g{animation:a 700ms linear both}", _IN, drawn=True
    ),
    "a shadow of its shape": Grouped(
        ".photo{inset:40px 60px;clip-path:none;filter:drop-shadow(6px 8px 6px #000)}", _PHOTO, drawn=True, most=1
    ),
    "a filter with a frame": Grouped(
        ".photo{inset:40px 60px;border:8px solid #fff;filter:saturate(2)}", _PHOTO, drawn=True, most=1
    ),
    "a card that turns": Grouped(
        "@keyframes a{from{transform:rotateY(0)}to{transform:rotateY(70deg)}}"
        ".s{position:absolute;inset:0;perspective:400px}" + _G + ".g{animation:a 900ms linear both}",
        f'<div class="s">{_IN}</div>',
        drawn=True,
    ),
    "a still perspective": Grouped(
        ".s{position:absolute;inset:0;perspective:300px}" + _G + ".g{transform:rotateX(30deg)}",
        f'<div class="s">{_IN}</div>',
        drawn=True,
        most=1,
    ),
    "a turn about its own axis": Grouped(
        "@keyframes a{from{rotate:y 80deg}to{rotate:y 0deg}}" + _G + ".g{animation:a 900ms linear both}",
        _IN,
        drawn=True,
    ),
    "a blend within an isolated group": Grouped(
        _G + _GO + ".g{isolation:isolate}.p{position:absolute;inset:40px 60px;background:#f60;mix-blend-mode:overlay;"
        "animation:go 900ms linear both}",
        f'<div class="g">{_PHOTO}<div class="p"></div></div>',
        drawn=True,
    ),
    "a width that grows": Grouped(
        "@keyframes a{from{width:40px}to{width:320px}}.photo{right:auto;animation:a 900ms linear both}",
        _PHOTO,
        drawn=True,
    ),
    "a box around it that grows": Grouped(
        "@keyframes a{from{width:40px}to{width:240px}}" + _G + ".g{right:auto;animation:a 900ms linear both}",
        _IN,
        drawn=True,
    ),
    "an element that a script clips": Grouped(
        _G,
        '<div class="g" id="e">' + _PHOTO + "</div><script>window.castadSeek=(scene,ms)=>{if(scene!=='0')return;"
        'document.getElementById("e").style.clipPath=`inset(0 ${60-ms/20}% 0 0)`}</script>',
    ),
    "a path to move along": Grouped(
        "@keyframes a{from{offset-distance:0%}to{offset-distance:100%}}.photo{inset:auto;left:0;top:0;width:80px;"
        "height:60px;"
        "offset-path:path('M60 180 C90 40 230 40 260 180');animation:a 900ms linear both}",
        _PHOTO,
        drawn=True,
    ),
    "a place pushed by what grows beside it": Grouped(
        "@keyframes a{from{width:20px}to{width:150px}}.r{position:absolute;inset:30px 20px;display:flex;gap:10px}"
        ".k{flex:none;background:#f60;animation:a 900ms linear both}.photo{position:static;flex:none;width:110px}",
        f'<div class="r"><div class="k"></div>{_PHOTO}</div>',
        drawn=True,
    ),
    "a group pushed, its place within it where it was": Grouped(
        "@keyframes a{from{height:10px}to{height:90px}}.r{position:absolute;inset:20px}"
        ".k{background:#f60;animation:a 900ms linear both}.g{position:relative;height:100px;width:200px;"
        "overflow:hidden;border-radius:30px}",
        f'<div class="r"><div class="k"></div>{_IN}</div>',
        drawn=True,
    ),
}
