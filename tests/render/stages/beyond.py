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
    "a shadow thrown far": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{height:30px;"
        "filter:drop-shadow(2px 110px 4px #000);animation:go 900ms linear both}",
        '<div class="b">Far</div>',
    ),
    "several filters at once": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{height:40px;"
        "filter:saturate(1.2) blur(1px) drop-shadow(80px 70px 2px #0cf);animation:go 900ms linear both}",
        '<div class="b">Far</div>',
    ),
    "a border that is drawn outside": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".b{border:4px solid;border-image:linear-gradient(#fd0,#06f) 1/20px/30px;"
        "animation:go 900ms linear both}",
        '<div class="b">Out</div>',
    ),
    "a line far below words": Feature(
        "h2{position:absolute;left:40px;top:40px;font-size:30px;text-decoration:underline 6px #f60;"
        "text-underline-offset:50px;animation:go 900ms linear both}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}",
        "<h2>Far line</h2>",
    ),
    "lines closer than their letters": Feature(
        "h2{position:absolute;left:40px;top:90px;font-size:80px;line-height:.2;"
        "animation:go 900ms linear both}@keyframes go{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}",
        "<h2>Tight</h2>",
    ),
    "words longer than their box": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{width:60px;"
        "height:40px;white-space:nowrap;animation:go 900ms linear both}",
        '<div class="b">Much longer than it</div>',
    ),
    "words drawn out before their box": Feature(
        ".b{position:absolute;left:60px;top:60px;width:120px;height:90px;background:#f60;color:#fff}"
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}.b{left:160px;"
        "text-indent:-100px;animation:go 900ms linear both}",
        '<div class="b">Indented</div>',
    ),
    "a drawing larger than its frame": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".s{position:absolute;left:120px;top:80px;overflow:visible;animation:go 900ms linear both}",
        '<svg class="s" width="40" height="40">'
        '<circle cx="20" cy="20" r="60" fill="none" stroke="#fd0" stroke-width="30"/></svg>',
    ),
    "a list's marks beside it": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        "ul{position:absolute;left:80px;top:60px;font-size:30px;list-style:disc outside;"
        "animation:go 900ms linear both}",
        "<ul><li>One</li><li>Two</li></ul>",
    ),
    "a list's numbers beside it": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        "ol{position:absolute;left:120px;top:60px;font-size:30px;list-style:upper-roman outside;"
        "animation:go 900ms linear both}",
        '<ol start="18"><li>One</li><li>Two</li></ol>',
    ),
    "a list's marks one after another": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        "ul{position:absolute;left:80px;top:60px;font-size:30px;list-style:disc outside}"
        "li{animation:go 700ms linear both}li:nth-child(2){animation-delay:150ms}",
        "<ul><li>One</li><li>Two</li></ul>",
    ),
    "a wide stroke around letters": Feature(
        "h2{position:absolute;left:60px;top:80px;font-size:24px;-webkit-text-stroke:40px #0008;"
        "animation:go 900ms linear both}@keyframes go{from{transform:translateX(-30px)}"
        "to{transform:translateX(60px)}}",
        "<h2>Wide</h2>",
    ),
    "a bar below a box whose part moves": Feature(
        "@keyframes go{from{transform:translateX(-30px)}to{transform:translateX(60px)}}"
        ".g{position:absolute;left:60px;top:60px;width:160px;height:90px;background:#024}"
        ".g::after{content:'';position:absolute;left:-20px;top:100%;width:200px;height:20px;"
        "background:#fd0}.b{width:60px;height:40px;background:#f60;animation:go 900ms linear both}",
        '<div class="g"><div class="b"></div></div>',
    ),
    "a group with a blurred photograph from beyond the stage": Feature(
        ".g{position:absolute;left:340px;top:20px;width:300px;height:200px;animation:a 900ms linear both}"
        ".photo{filter:blur(3px)}.b{position:absolute;left:20px;top:20px;background:#f60}"
        "@keyframes a{to{transform:translateX(-330px)}}",
        '<div class="g"><div class="photo" data-media="0"></div><div class="b">Over</div></div>',
        is_whole=True,
    ),
    "a group whose mask changes from beyond the stage": Feature(
        ".g{position:absolute;left:340px;top:20px;width:300px;height:200px;"
        "mask-image:linear-gradient(90deg,#000,transparent);mask-size:200% 100%;"
        "animation:a 900ms linear both,m 900ms linear both}@keyframes a{to{transform:translateX(-330px)}}"
        "@keyframes m{from{mask-position:100% 0}}",
        '<div class="g"><div class="photo" data-media="0"></div></div>',
        is_whole=True,
    ),
    "a track of photographs": Feature(
        ".t{position:absolute;left:10px;top:40px;display:flex;gap:10px;animation:a 900ms linear both}"
        ".t .photo{position:relative;inset:auto;flex:none;width:200px;height:140px;border-radius:16px;"
        "overflow:hidden}@keyframes a{to{transform:translateX(-330px)}}",
        '<div class="t"><div class="photo" data-media="0"></div><div class="photo" data-media="0"></div>'
        '<div class="photo" data-media="0"></div></div>',
        is_whole=True,
    ),
    "a camera over a wide scene": Feature(
        ".w{position:absolute;left:0;top:0;width:800px;height:240px;"
        "background:linear-gradient(90deg,#024,#06c,#f60);animation:a 900ms linear both}"
        ".k{position:absolute;top:80px;width:80px;height:60px;background:#fff;color:#000}"
        "@keyframes a{to{transform:translateX(-480px)}}",
        '<div class="w"><div class="k" style="left:60px">A</div><div class="k" style="left:400px">B</div>'
        '<div class="k" style="left:700px">C</div></div>',
    ),
    "a camera over a wide scene in which parts move": Feature(
        ".w{position:absolute;left:0;top:0;width:800px;height:240px;"
        "background:linear-gradient(90deg,#024,#06c,#f60);animation:a 900ms linear both}"
        ".k{position:absolute;top:80px;width:80px;height:60px;background:#fff;color:#000;"
        "animation:k 900ms linear both}@keyframes k{from{transform:translateY(60px) rotate(10deg)}}"
        "@keyframes a{to{transform:translateX(-480px)}}",
        '<div class="w"><div class="k" style="left:60px">A</div><div class="k" style="left:400px">B</div>'
        '<div class="k" style="left:700px">C</div></div>',
    ),
    "a camera that draws back": Feature(
        ".w{position:absolute;left:-320px;top:-240px;width:960px;height:720px;"
        "background:conic-gradient(#f60,#06c,#0c6,#f60);animation:a 900ms linear both}"
        "@keyframes a{from{transform:scale(1)}to{transform:scale(.4)}}.k{position:absolute;left:30px;"
        "top:30px;font-size:60px}",
        '<div class="w"><div class="k">Corner</div></div>',
    ),
}
