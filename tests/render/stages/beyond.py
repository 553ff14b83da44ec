"""What lies beyond the stage, or beyond its element's own box: name -> (style sheet, mark-up in the first scene)."""

from __future__ import annotations

from features import Feature

BEYOND: dict[str, Feature] = {
    "a ticker that is longer than the stage": Feature(
        ".g{position:absolute;left:0;right:0;top:90px;overflow:hidden;background:#024;white-space:nowrap}"
        ".t{display:inline-block;animation:a 900ms linear both}@keyframes a{from{transform:translateX(0)}"
        "to{transform:translateX(-50%)}}",
        '<div class="g"><div class="t">'
        "Breakfast until eleven · Sea view rooms · Breakfast until eleven · Sea view rooms · </div></div>",
    ),
    "an element much larger than the stage": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{position:absolute;left:-3000px;top:-2000px;width:8000px;height:5000px;"
        "background:radial-gradient(circle at 3160px 2120px,transparent 60px,#f60 62px);"
        "animation:go 900ms linear both}",
        '<div class="b"></div>',
    ),
    "one larger than the stage that shrinks": Feature(
        ".b{position:absolute;left:-300px;top:-200px;width:900px;height:600px;"
        "background:radial-gradient(#f60,#06c 60%);border:20px solid #fff;animation:a 900ms linear both}"
        "@keyframes a{from{transform:scale(.2)}to{transform:scale(.5) rotate(10deg)}}",
        '<div class="b"></div>',
    ),
    "one that rests beyond the stage": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{transform:none}to{transform:translateX(-260px)}}.b{left:340px;"
        "animation:a 900ms linear both}",
        '<div class="b">Comes</div>',
    ),
    "one that changes its colour in a group that comes from beyond": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes a{from{transform:none}to{transform:translateY(200px)}}"
        "@keyframes c{from{background:#f00}to{background:#00f}}.g{position:absolute;inset:0;"
        "animation:a 900ms linear both}.b{top:-150px;animation:c 900ms linear both}",
        '<div class="g"><div class="b">Comes</div></div>',
    ),
    "a track of cards": Feature(
        ".t{position:absolute;left:20px;top:60px;display:flex;gap:20px;animation:a 900ms linear both}"
        ".k{flex:none;width:180px;height:100px;background:#06c;border-radius:20px;padding:10px}"
        "@keyframes a{to{transform:translateX(-420px)}}",
        '<div class="t"><div class="k">One</div><div class="k">Two</div><div class="k">Three</div>'
        '<div class="k">Four</div></div>',
    ),
    "a track of cards of which each moves": Feature(
        ".t{position:absolute;left:20px;top:60px;display:flex;gap:20px;animation:a 900ms linear both}"
        ".k{flex:none;width:180px;height:100px;background:#06c;border-radius:20px;padding:10px;"
        "animation:p 900ms linear both}@keyframes a{to{transform:translateX(-420px)}}"
        "@keyframes p{from{scale:.8}}",
        '<div class="t"><div class="k">One</div><div class="k">Two</div><div class="k">Three</div>'
        '<div class="k">Four</div></div>',
    ),
    "a photograph that rests beyond the stage": Feature(
        ".photo{inset:40px auto auto 350px;width:200px;height:150px;border:8px solid #fff;"
        "border-radius:20px;animation:a 900ms linear both}"
        "@keyframes a{to{transform:translateX(-300px) rotate(-6deg)}}",
        "",
    ),
    "a masked photograph that rests beyond the stage": Feature(
        ".photo{inset:40px auto auto 350px;width:200px;height:150px;"
        "mask-image:radial-gradient(#000 50%,transparent 70%);animation:a 900ms linear both}"
        "@keyframes a{to{transform:translateX(-300px)}}",
        "",
    ),
    "what stands before and behind it lies beside it": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{left:120px;"
        "animation:go 900ms linear both}.b::before{content:'';position:absolute;left:-50px;top:-40px;"
        "width:40px;height:20px;background:#fd0}.b::after{content:'';position:absolute;"
        "inset:auto -40px -50px auto;width:60px;height:30px;border-radius:50%;background:#0cf;"
        "box-shadow:0 0 12px #0cf}",
        '<div class="b">Decor</div>',
    ),
    "a tag before a group whose part moves": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:100px;top:80px}.g::before{content:'Tag';position:absolute;left:-70px;"
        "top:-50px;color:#0f0}.b{left:0;top:0;animation:go 900ms linear both}",
        '<div class="g"><div class="b">Part</div></div>',
    ),
    "a turned badge at its corner": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{left:120px}.b::after{content:'New';position:absolute;right:-40px;top:-20px;background:#fd0;"
        "color:#000;transform:rotate(20deg)}",
        '<div class="b">Badge</div>',
    ),
    "a mirror image below it": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{height:60px;"
        "-webkit-box-reflect:below 4px linear-gradient(transparent,rgba(0,0,0,.6));"
        "animation:go 900ms linear both}",
        '<div class="b">Reflect</div>',
    ),
    "a photograph's mirror image": Feature(
        ".photo{inset:20px 60px 120px;-webkit-box-reflect:below 4px}",
        "",
    ),
    "a tag of what is not positioned itself": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        ".b{animation:go 900ms linear both}.g:has(.b)::before{content:'has';position:absolute;left:10px;"
        "top:10px;color:#0f0}@keyframes go{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}",
        '<div class="g"><div class="b">Has</div></div>',
    ),
    "an edge that clips farther out": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:60px;top:60px;width:140px;height:90px;overflow:clip;"
        "overflow-clip-margin:12px;background:#024}.c{width:170px;height:140px;background:#fd0;"
        "animation:go 900ms linear both}",
        '<div class="g"><div class="c">Clip</div></div>',
    ),
}
